import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { ChainError } from "../chain/chainError.ts";

/** Writes committed figures. */
export const writeSnapshot = (file: string, text: string): void => writeFileSync(file, text);

/** Throws ChainError, naming the lines, where a measured line is not among the committed ones. */
export function checkSnapshot(file: string, text: string, verb: string): void {
  const committed = new Set(readFileSync(file, "utf8").split("\n"));
  const drifted = text.split("\n").filter((line) => !committed.has(line));
  if (drifted.length === 0) return;
  throw new ChainError(
    `Gas drifted from test/snapshots/${basename(file)}; now:\n${drifted.join("\n")}\nIf that is meant, run "npm run -s commonwatt -- ${verb}" and commit the file.`,
  );
}
