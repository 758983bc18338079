import { definePlugin } from "hardhat/plugins";

/**
 * A `build` with `quiet` prints nothing but errors and warnings, on stderr: on its own Hardhat still ends it with an
 * empty line on stdout, in the middle of what a program prints for another to read.
 */
export default definePlugin({
  id: "quiet-build",
  hookHandlers: { solidity: () => import("./quiet-build-hooks.ts") },
});
