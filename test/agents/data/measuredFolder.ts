import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const FOLDER = resolve(ROOT, process.env.COMMONWATT_DATA ?? "../shared/data");

/**
 * Path of a measured file that is no part of the project; undefined, said once per file in one line, where it is
 * absent.
 */
export function measuredFile(name: string): string | undefined {
  const path = join(FOLDER, name);
  if (existsSync(path)) return path;
  console.log(`skipped: measured data ${name} are not there; name their folder in COMMONWATT_DATA`);
  return undefined;
}
