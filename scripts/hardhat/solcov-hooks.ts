import { randomUUID } from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { getCoverageLibrary } from "@nomicfoundation/edr/coverage";
import type { HardhatRuntimeEnvironmentHooks, HookContext, SolidityHooks, TestHooks } from "hardhat/types/hooks";
import { addHits, instrument, library, writeReport } from "./solcov-report.ts";

// In a worker process: how often each probe was hit.
const hits: Record<string, number> = {};

const hitsFolder = (context: HookContext) => path.join(context.config.paths.root, "coverage", "hits");

/** Listens to the EVM's coverage channel: only in a coverage run, since listening alone makes the EVM collect. */
export const hre = async (): Promise<Partial<HardhatRuntimeEnvironmentHooks>> => ({
  created: async (context, hre) => {
    if (!context.globalOptions.solcov) return;
    hre.hooks.registerHandlers("network", {
      onCoverageData: async (_context, tags) => {
        for (const tag of tags) hits[tag.slice(-16)] = (hits[tag.slice(-16)] ?? 0) + 1;
      },
    });
  },
});

/** Instruments the contracts, libraries and types. */
export const solidity = async (): Promise<Partial<SolidityHooks>> => ({
  preprocessProjectFileBeforeBuilding: async (context, sourceName, file, content, solcVersion, next) => {
    const measured =
      context.globalOptions.solcov &&
      (await context.solidity.getScope(file)) === "contracts" &&
      !/contracts\/(interfaces|mocks)\//.test(sourceName);
    const source = measured ? instrument(content, path.relative(context.config.paths.root, file)) : content;
    return next(context, sourceName, file, source, solcVersion);
  },
  preprocessSolcInputBeforeBuilding: async (context, input, next) => {
    if (context.globalOptions.solcov) input.sources[getCoverageLibrary().filename] = { content: library() };
    return next(context, input);
  },
});

/** Workers leave their hits as files; the main process adds them up and reports. */
export const test = async (): Promise<Partial<TestHooks>> => ({
  onTestRunStart: async (context, id, next) => {
    await next(context, id);
    if (context.globalOptions.solcov) fs.rmSync(hitsFolder(context), { recursive: true, force: true });
  },
  onTestWorkerDone: async (context, id, next) => {
    await next(context, id);
    if (!context.globalOptions.solcov) return;
    fs.mkdirSync(hitsFolder(context), { recursive: true });
    fs.writeFileSync(path.join(hitsFolder(context), `${randomUUID()}.json`), JSON.stringify(hits));
    for (const probe of Object.keys(hits)) delete hits[probe];
  },
  onTestRunDone: async (context, id, next) => {
    await next(context, id);
    if (!context.globalOptions.solcov) return;
    const folder = hitsFolder(context);
    for (const file of fs.existsSync(folder) ? fs.readdirSync(folder) : [])
      addHits(JSON.parse(fs.readFileSync(path.join(folder, file), "utf8")));
    await writeReport(path.join(context.config.paths.root, "coverage", "contracts"));
  },
});
