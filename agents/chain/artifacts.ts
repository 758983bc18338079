import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Interface } from "ethers";
import { ChainError } from "./chainError.ts";

/** What a contract compiles to. */
export interface Artifact {
  readonly abi: Interface;
  readonly bytecode: string;
}

/** Where the build leaves what it made; a coverage run has a folder of its own, which it names. */
const FOLDER = process.env.COMMONWATT_ARTIFACTS ?? fileURLToPath(new URL("../../artifacts", import.meta.url));

/** Builds the contracts if their sources changed; prints nothing unless it fails. */
export async function build(): Promise<void> {
  const { default: hre } = await import("hardhat");
  await hre.tasks.getTask("build").run({ quiet: true });
}

/** The artifact of the contract in `contracts/<name>.sol`. Throws ChainError if the contracts were not built. */
export function artifactOf(name: string, folder = ""): Artifact {
  const file = `${FOLDER}/contracts/${folder}${name}.sol/${name}.json`;
  try {
    const { abi, bytecode } = JSON.parse(readFileSync(file, "utf8"));
    return { abi: new Interface(abi), bytecode };
  } catch {
    throw new ChainError(`The contract ${name} is not built: run "npm run build".`);
  }
}
