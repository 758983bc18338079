import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, stop } from "esbuild";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** As deep in the tree as the modules are, so that what they name by relative paths is found. */
const FOLDER = join(ROOT, "cache", "program");

/**
 * The path of the whole program in few files, made now from its sources: a process of it starts with half the work of one
 * that reads and links some six hundred modules. Nothing in it is left out or replaced but names and spaces.
 */
export function bundledProgram(): Promise<string> {
  made ??= bundle();
  return made;
}

let made: Promise<string> | undefined;

async function bundle(): Promise<string> {
  await build({
    entryPoints: [join(ROOT, "agents", "cli", "main.ts")],
    outdir: FOLDER,
    ...{ bundle: true, splitting: true, minify: true, platform: "node", format: "esm", target: "node24" },
    external: ["hardhat", "@nomicfoundation/*", "highs", "esbuild"],
    // CommonJS modules among them ask for built-in ones by `require`.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    logLevel: "error",
  }).finally(stop);
  return join(FOLDER, "main.js");
}
