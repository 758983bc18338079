import { scrypt as nodeScrypt } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { scrypt, Wallet } from "ethers";
import { InputError } from "../data/inputError.ts";
import type { KeyConfig } from "./commonSchema.ts";
import { pathIn } from "./config.ts";

/** Secrets come from the environment or from encrypted keystores, never from configuration or options. */

const SCRYPT_MEMORY = 512 * 1024 * 1024;
const slowScrypt = promisify(nodeScrypt as (...args: never[]) => void) as unknown as (
  ...args: [Uint8Array, Uint8Array, number, object]
) => Promise<Buffer>;
// The platform's scrypt takes a third of the time of the one in JavaScript.
scrypt.register(async (password, salt, N, r, p, length) => {
  const key = await slowScrypt(password, salt, length, { N, r, p, maxmem: SCRYPT_MEMORY });
  return `0x${key.toString("hex")}`;
});

/** The value of an environment variable. Throws InputError if it is not set. */
export function secretOf(name: string, env: NodeJS.ProcessEnv = process.env): string {
  const value = env[name];
  if (value) return value;
  throw new InputError(`the environment variable ${name} is not set`, {}, "set it to the secret it stands for");
}

/** The wallet of a configured key; `file` is the configuration. Throws InputError, which never shows the secret. */
export async function walletOf(key: KeyConfig, file: string, env: NodeJS.ProcessEnv = process.env): Promise<Wallet> {
  if ("env" in key) return fromHex(secretOf(key.env, env), key.env);
  const keystore = pathIn(file, key.keystore);
  if (!existsSync(keystore))
    throw new InputError(
      "there is no keystore",
      { file: keystore },
      'make one with "commonwatt key", or mend the path',
    );
  const passphrase = secretOf(key.passwordEnv, env);
  try {
    const wallet = await Wallet.fromEncryptedJson(readFileSync(keystore, "utf8"), passphrase);
    return new Wallet(wallet.privateKey);
  } catch {
    const remedy = `check the passphrase in ${key.passwordEnv} and the file`;
    throw new InputError("the keystore can't be opened with this passphrase", { file: keystore }, remedy);
  }
}

function fromHex(hex: string, name: string): Wallet {
  try {
    return new Wallet(hex);
  } catch {
    throw new InputError(`${name} holds no private key`, {}, "set it to 0x and 64 hex digits");
  }
}

/** An encrypted JSON keystore of a wallet, readable by any Ethereum wallet. */
export const keystoreOf = (wallet: Wallet, passphrase: string): Promise<string> => wallet.encrypt(passphrase);
