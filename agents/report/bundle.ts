import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";

/** Imports of a neighbour that are more than types; types are gone by then. */
const LOCAL_IMPORT = /^import\s[^;]*?\sfrom\s+"(\.[^"]+)";$/gm;

/**
 * A module and all it imports as one script for a browser: types stripped, imports dropped, each module before those
 * that use it, in one function's scope. Assumes modules that import only neighbours, rename nothing and export by
 * keyword; two of them that declare one name make a script that does not parse.
 */
export function bundle(entry: URL): string {
  const modules = new Map<string, string>();
  collect(entry, modules);
  return `(() => {\n"use strict";\n${[...modules.values()].join("\n")}\n})();`;
}

function collect(url: URL, modules: Map<string, string>): void {
  if (modules.has(url.href)) return;
  modules.set(url.href, ""); // a module that comes back to itself is not read twice
  const script = withoutTypes(readFileSync(url, "utf8"));
  for (const [, path] of script.matchAll(LOCAL_IMPORT)) collect(new URL(path as string, url), modules);
  modules.delete(url.href); // behind those it imports
  modules.set(url.href, script.replace(LOCAL_IMPORT, "").replace(/^export /gm, ""));
}

/** JavaScript of TypeScript. Node says once per process that its stripper may change; here nobody needs to hear it. */
function withoutTypes(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
