import { setGlobalOptionsAsEnvVariables } from "@nomicfoundation/hardhat-utils/env";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { TestSummary } from "hardhat/types/test";
import { errorResult, successfulResult } from "hardhat/utils/result";
import { startVitest, type Vitest } from "vitest/node";
import { count } from "./test-summary.ts";

interface Arguments {
  testFiles: string[];
  grep?: string;
  noCompile: boolean;
}

/** Builds the contracts and runs Vitest; `--solcov` adds the agents' coverage. */
export default async function runVitest({ testFiles, grep, noCompile }: Arguments, hre: HardhatRuntimeEnvironment) {
  process.env.HH_TEST = "true";
  process.env.NODE_ENV ??= "test";
  setGlobalOptionsAsEnvVariables(hre.globalOptions); // so that the workers know of --solcov, --gas-stats, ...
  process.env.COMMONWATT_ARTIFACTS = hre.config.paths.artifacts;
  if (!noCompile) await hre.tasks.getTask("build").run({});

  await hre.hooks.runHandlerChain("test", "onTestRunStart", ["vitest"], async () => {});
  const vitest = await startVitest("test", testFiles, {
    config: "test/vitest.config.ts",
    run: true,
    bail: Number(process.env.VITEST_BAIL ?? 0),
    ...(grep ? { testNamePattern: grep } : {}),
    coverage: { enabled: hre.globalOptions.solcov },
  });
  const summary = summarise(vitest);
  const failed = summary.failed > 0 || process.exitCode === 1; // the latter also when no file fits
  await vitest.close();
  await hre.hooks.runHandlerChain("test", "onTestRunDone", ["vitest"], async () => {});

  count(summary);
  return failed ? errorResult({ summary }) : successfulResult({ summary });
}

/** Counts of tests; a file that doesn't load and an error outside the tests are failures too. */
function summarise(vitest: Vitest): TestSummary {
  const summary = { passed: 0, failed: vitest.state.getUnhandledErrors().length, skipped: 0, todo: 0 };
  for (const module of vitest.state.getTestModules()) {
    const tests = [...module.children.allTests()].map((test) => test.result().state);
    for (const state of tests) if (state !== "pending") summary[state]++;
    if (!module.ok() && !tests.includes("failed")) summary.failed++;
  }
  return summary;
}
