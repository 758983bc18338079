import { readFileSync } from "node:fs";

const own = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));

/** Version of each program that has a part in a day. */
export function versions(): Record<string, string> {
  const { dependencies } = own as { dependencies: Record<string, string> };
  const { solc = "", hardhat = "", ethers = "" } = dependencies;
  return { commonwatt: own.version, node: process.versions.node, solc, hardhat, ethers };
}
