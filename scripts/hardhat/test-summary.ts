import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { TaskArguments } from "hardhat/types/tasks";
import type { TestRunResult, TestSummary } from "hardhat/types/test";
import type { Result } from "hardhat/types/utils";

type RunSuper = (taskArguments: TaskArguments) => Promise<unknown>;

const total = { passed: 0, failed: 0, skipped: 0 };

/** Adds one runner's counts to the closing line of `hardhat test`. */
export function count(summary: TestSummary): void {
  total.passed += summary.passed;
  total.failed += summary.failed;
  total.skipped += summary.skipped;
}

/** Runs the Solidity tests and counts them. */
export async function countSolidityTests(args: TaskArguments, _hre: HardhatRuntimeEnvironment, runSuper: RunSuper) {
  const result = (await runSuper(args)) as Result<TestRunResult, TestRunResult>;
  count(result.success ? result.value.summary : result.error.summary);
  return result;
}

/** Runs all tests, then prints the closing line. */
export async function runAllTests(args: TaskArguments, _hre: HardhatRuntimeEnvironment, runSuper: RunSuper) {
  const result = await runSuper(args);
  const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : "";
  console.log(`${total.passed} passed, ${total.failed} failed${skipped}`);
  return result;
}
