import { existsSync, readFileSync } from "node:fs";
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

/** What a program says before it calls `build`. */
export const BUILDING = "building the contracts, if they changed (the first time takes a minute or two)";

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

const abis = new Map<string, Interface>();

/** What can be called in the contract `contracts/<name>.sol`, read once. Throws ChainError if the contracts were not built. */
export function abiOf(name: string): Interface {
  const abi = abis.get(name) ?? artifactOf(name).abi;
  abis.set(name, abi);
  return abi;
}

/** Whether there is an artifact of the contract, of whatever age. */
export const isBuilt = (name: string): boolean => existsSync(`${FOLDER}/contracts/${name}.sol/${name}.json`);

/** Where a library's address belongs in a bytecode: start and length in bytes, by file and library. */
type LinkReferences = Readonly<Record<string, Readonly<Record<string, readonly { start: number }[]>>>>;

/** Bytecode of a contract with the addresses of the libraries that it calls put in, by their names. */
export function linkedBytecode(name: string, libraries: Readonly<Record<string, string>>): string {
  const file = `${FOLDER}/contracts/${name}.sol/${name}.json`;
  const { bytecode, linkReferences } = JSON.parse(readFileSync(file, "utf8"));
  let linked: string = bytecode;
  for (const places of Object.values(linkReferences as LinkReferences))
    for (const [library, at] of Object.entries(places))
      for (const { start } of at) {
        const from = 2 + 2 * start;
        linked = linked.slice(0, from) + libraries[library]!.slice(2).toLowerCase() + linked.slice(from + 40);
      }
  return linked;
}
