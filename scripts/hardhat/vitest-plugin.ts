import { overrideTask, task } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";

/**
 * Vitest as a Hardhat test runner: `hardhat test vitest [files] [--grep words]`. `hardhat test` runs it and the
 * Solidity tests, and ends with the line `N passed, N failed`.
 */
export default definePlugin({
  id: "vitest",
  hookHandlers: { test: () => import("./vitest-hooks.ts") },
  tasks: [
    task(["test", "vitest"], "Runs the Vitest tests")
      .addVariadicArgument({ name: "testFiles", description: "Test files to run", defaultValue: [] })
      .addOption({ name: "grep", description: "Only run tests whose name matches", defaultValue: "" })
      .addFlag({ name: "noCompile", description: "Don't compile before running the tests" })
      .setAction(() => import("./vitest-action.ts"))
      .build(),
    overrideTask(["test", "solidity"])
      .setAction(async () => ({ default: (await import("./test-summary.ts")).countSolidityTests }))
      .build(),
    overrideTask("test")
      .setAction(async () => ({ default: (await import("./test-summary.ts")).runAllTests }))
      .build(),
  ],
});
