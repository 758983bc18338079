// npm on an old Node (20) silently leaves out optional platform packages whose `engines` ask for a newer
// one, such as the native part of @nomicfoundation/edr. This script runs on the Node that the project brings
// itself, notices the gap, and lets npm finish on that Node.
import { spawnSync } from "node:child_process";

/** Whether the native part of Hardhat's EVM is there. */
const edrLoads = () =>
  spawnSync(process.execPath, ["-e", "require('@nomicfoundation/edr')"], { stdio: "ignore" }).status === 0;

if (!process.env.COMMONWATT_POSTINSTALL && !edrLoads()) {
  const args = ["install", "--no-save", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const env = { ...process.env, COMMONWATT_POSTINSTALL: "1" };
  spawnSync(process.execPath, [process.env.npm_execpath, ...args], { stdio: "inherit", env });
  if (!edrLoads()) {
    console.error(
      `@nomicfoundation/edr lacks its native part: run "npm ci" on Node 22 or newer (now ${process.version}).`,
    );
    process.exit(1);
  }
}
