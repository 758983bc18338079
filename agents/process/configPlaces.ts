import { existsSync, readFileSync } from "node:fs";
import { z } from "zod";
import { type Addresses, CONTRACTS } from "../chain/deploy.ts";
import { InputError } from "../data/inputError.ts";
import type { KeyConfig } from "./commonSchema.ts";
import { pathIn } from "./config.ts";
import type { AnyConfig } from "./configSchema.ts";

const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

/** What `deploy` writes, as far as processes need it. */
const communitySchema = z.object({
  schema: z.literal("commonwatt-community/1"),
  chainId: z.int().positive(),
  block: z.int().min(0),
  addresses: z.object(Object.fromEntries(Object.keys(CONTRACTS).map((part) => [part, address]))),
});

/** Where a community's contracts are. */
export interface CommunityFile {
  readonly chainId: bigint;
  /** A block before which nothing of the community happened. */
  readonly fromBlock: number;
  readonly addresses: Addresses;
}

/** Reads a community file. Throws InputError if it is none. */
export function readCommunityFile(file: string): CommunityFile {
  const parsed = communitySchema.safeParse(jsonOf(file));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const message = `no community file: ${issue!.path.join(".")} ${issue!.message}`;
    throw new InputError(message, { file }, 'give the community.json that "commonwatt deploy" wrote');
  }
  const { chainId, block, addresses } = parsed.data;
  const before = block - Object.keys(CONTRACTS).length;
  return { chainId: BigInt(chainId), fromBlock: Math.max(0, before), addresses: addresses as Addresses };
}

function jsonOf(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? "no JSON";
    throw new InputError(`the community file can't be read (${why})`, { file }, 'write it with "commonwatt deploy"');
  }
}

/** Files and environment variables that a right configuration names and that are not there, as errors. */
export function missingPlaces(file: string, config: AnyConfig, env: NodeJS.ProcessEnv = process.env): InputError[] {
  const found: InputError[] = [];
  const file_ = (path: string, what: string, remedy: string) => {
    if (!existsSync(pathIn(file, path))) found.push(new InputError(`there is no ${what}`, { file: path }, remedy));
  };
  const variable = (name: string) => {
    if (!env[name]) found.push(new InputError(`${name} is not set`, { file }, "set it in the process's environment"));
  };
  const key = (given: KeyConfig) => {
    if ("env" in given) return variable(given.env);
    file_(given.keystore, "keystore", 'make one with "commonwatt key"');
    variable(given.passwordEnv);
  };
  file_(config.chain.community, "community file", 'write it with "commonwatt deploy"');
  key(config.key);
  if (config.agent === "household") file_(config.meters.readings, "file of readings", "mend the path");
  if (config.agent === "dso") for (const signer of config.dso.signers) key(signer);
  if (config.agent === "dso") variable(config.dso.saltEnv);
  if ("mqtt" in config && config.mqtt?.passwordEnv) variable(config.mqtt.passwordEnv);
  if ("mqtt" in config && config.mqtt?.caFile) file_(config.mqtt.caFile, "certificate", "mend the path");
  return found;
}
