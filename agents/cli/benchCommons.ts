import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { COMMONS_CASES, type CommonsGas, commonsText, measureCommons } from "../bench/commonsTable.ts";
import { build } from "../chain/artifacts.ts";
import { checkSnapshot, writeSnapshot } from "./snapshot.ts";

interface Options {
  readonly json?: boolean;
  readonly check?: boolean;
  readonly write?: boolean;
}

const SNAPSHOT = fileURLToPath(new URL("../../test/snapshots/commons.gas.txt", import.meta.url));

/** Adds `bench commons`. */
export function addBenchCommons(bench: Command): void {
  bench
    .command("commons")
    .description("gas of a commons per request, and per slot in which a request is given packets")
    .option("--check", "compare with test/snapshots/commons.gas.txt; exit 1 if a figure drifted")
    .option("--write", "write test/snapshots/commons.gas.txt")
    .option("--json", "print {rows} and nothing else")
    .action(benchCommons);
}

async function benchCommons({ json, check, write }: Options): Promise<void> {
  await build();
  const rows: CommonsGas[] = [];
  for (const given of COMMONS_CASES)
    rows.push(await measureCommons(given, (text) => process.stderr.write(`${text}\n`)));
  const text = commonsText(rows);
  process.stdout.write(json ? `${JSON.stringify({ rows }, null, 2)}\n` : text);
  if (write) writeSnapshot(SNAPSHOT, text);
  if (check) checkSnapshot(SNAPSHOT, text, "bench commons --write");
}
