/** How long a graceful end may take once nobody is there any more who would put an end to it. */
const ORPHAN_MS = 20_000;

/**
 * Resolves when this process is asked to end: by SIGTERM or SIGINT, or because the one that started it and keeps a channel
 * to it is gone, however it died.
 */
export function askedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve());
    if (!process.channel) return;
    process.once("disconnect", () => {
      setTimeout(() => process.exit(1), ORPHAN_MS).unref();
      resolve();
    });
    process.channel.unref();
  });
}
