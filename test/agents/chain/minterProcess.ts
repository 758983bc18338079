import { Minter, type MinterOptions } from "./minting.ts";

// Mints in a process of its own, so that it can be killed: options in JSON, then the target.
const [options, target] = process.argv.slice(2);
const minter = new Minter(JSON.parse(options!) as MinterOptions);
await minter.mintTo(BigInt(target!));
minter.close();
