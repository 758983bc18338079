import { definePlugin } from "hardhat/plugins";

/**
 * Keeps what a build prints to what one can act on: no warnings about dependencies, and with `quiet` nothing on stdout
 * (Hardhat itself would still end with an empty line, in the middle of what a program prints for another to read).
 */
export default definePlugin({
  id: "build-output",
  hookHandlers: { solidity: () => import("./build-output-hooks.ts") },
});
