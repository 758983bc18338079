import { existsSync, writeFileSync } from "node:fs";
import type { Command } from "commander";
import { Wallet } from "ethers";
import { InputError } from "../data/inputError.ts";
import { keystoreOf, secretOf, walletOf } from "../process/secrets.ts";

interface KeyOptions {
  readonly out: string;
  readonly passwordEnv: string;
  readonly keyEnv?: string;
  readonly json?: boolean;
}

const NOTE = `
The keystore is the JSON that every Ethereum wallet reads. Passphrase and key are read from the environment, never from
options; the key itself is never shown.`;

/** Adds the verb that makes an encrypted keystore. */
export function addKey(program: Command): void {
  program
    .command("key")
    .description("make an encrypted keystore for a process, of a new key or of one that there is")
    .requiredOption("--out <file>", "the keystore to write; must not be there yet")
    .option("--password-env <name>", "environment variable with the passphrase", "COMMONWATT_PASSPHRASE")
    .option("--key-env <name>", "environment variable with a private key to keep; without it, a new one")
    .option("--json", "print {file, address} and nothing else")
    .addHelpText("after", NOTE)
    .action(makeKey);
}

async function makeKey({ out, passwordEnv, keyEnv, json }: KeyOptions): Promise<void> {
  if (existsSync(out)) throw new InputError("the file is there already", { file: out }, "name another file");
  const passphrase = secretOf(passwordEnv);
  const wallet =
    keyEnv === undefined ? new Wallet(Wallet.createRandom().privateKey) : await walletOf({ env: keyEnv }, out);
  writeFileSync(out, await keystoreOf(wallet, passphrase), { mode: 0o600, flag: "wx" });
  const { address } = wallet;
  process.stdout.write(json ? `${JSON.stringify({ file: out, address })}\n` : `${address} is kept in ${out}\n`);
}
