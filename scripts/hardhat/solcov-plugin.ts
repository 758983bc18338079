import { globalFlag } from "hardhat/config";
import { definePlugin } from "hardhat/plugins";

declare module "hardhat/types/global-options" {
  interface GlobalOptions {
    solcov: boolean;
  }
}

/**
 * `hardhat --solcov test vitest`: statement, branch, function and line coverage of the contracts.
 * solidity-coverage instruments the sources and adds up the hits; its probes report through the coverage channel of
 * Hardhat's own EVM.
 */
export default definePlugin({
  id: "solcov",
  globalOptions: [globalFlag({ name: "solcov", description: "Collect coverage with branches" })],
  hookHandlers: {
    hre: async () => ({ default: (await import("./solcov-hooks.ts")).hre }),
    solidity: async () => ({ default: (await import("./solcov-hooks.ts")).solidity }),
    test: async () => ({ default: (await import("./solcov-hooks.ts")).test }),
  },
});
