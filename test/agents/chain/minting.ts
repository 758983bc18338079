import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Contract, ContractFactory, id, JsonRpcProvider, NonceManager, Wallet } from "ethers";
import { artifactOf } from "../../../agents/chain/artifacts.ts";
import { type LocalNode, rpc, startLocalNode } from "../../../agents/chain/localNode.ts";
import { BelievedNode } from "../../../agents/chain/node.ts";
import { Outbox, type OutboxEvent, type OutboxOptions } from "../../../agents/chain/outbox.ts";
import { Sender } from "../../../agents/chain/sender.ts";
import { Store } from "../../../agents/store/store.ts";

/** A chain with a token that anyone mints: doing a thing twice shows in a balance. Blocks come every few milliseconds. */
export interface Mint {
  readonly node: LocalNode;
  readonly token: string;
  /** Account of the development chain that pays. */
  readonly rich: NonceManager;
  /** Resolves once no block is under way any more. */
  pauseBlocks(paused: boolean): Promise<unknown>;
  end(): Promise<void>;
}

const RICH = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"; // known to all: the first of anvil and hardhat
const CHAIN = 31337n;
export const BLOCK_MS = 20;

export async function startMint(): Promise<Mint> {
  const node = await startLocalNode({ noMining: true });
  let paused = false;
  let mining = Promise.resolve<unknown>(undefined);
  const ticker = setInterval(() => {
    mining = mining.then(() => paused || rpc(node.url, "evm_mine")).catch(() => {});
  }, BLOCK_MS);
  const provider = new JsonRpcProvider(node.url, CHAIN, { staticNetwork: true, cacheTimeout: -1 });
  provider.pollingInterval = BLOCK_MS;
  const rich = new NonceManager(new Wallet(RICH, provider));
  const { abi, bytecode } = artifactOf("TestEuro");
  const token = await new ContractFactory(abi, bytecode, rich).deploy();
  await token.waitForDeployment();
  const pauseBlocks = (is: boolean) => {
    paused = is;
    return mining;
  };
  const end = async () => {
    clearInterval(ticker);
    provider.destroy();
    await node.stop();
  };
  return { node, token: await token.getAddress(), rich, pauseBlocks, end };
}

/** A funded key of its own, and a place for its state. */
export async function newMinter(mint: Mint, name: string): Promise<MinterOptions> {
  const key = id(name);
  const { address } = new Wallet(key);
  await rpc(mint.node.url, "hardhat_setBalance", [address, `0x${(10n ** 20n).toString(16)}`]);
  const folder = mkdtempSync(join(tmpdir(), "commonwatt-outbox-"));
  return { rpc: mint.node.url, token: mint.token, key, file: join(folder, "state.sqlite"), confirmations: 1 };
}

export interface MinterOptions {
  readonly rpc: string;
  readonly token: string;
  readonly key: string;
  readonly file: string;
  readonly confirmations: number;
  readonly chainId?: bigint;
  readonly outbox?: Partial<OutboxOptions>;
  readonly timeoutMs?: number;
}

/** One that mints until it holds so much, one unit a transaction, whatever happens to it. */
export class Minter {
  readonly wallet: Wallet;
  readonly node: BelievedNode;
  readonly outbox: Outbox;
  readonly store: Store;
  readonly events: OutboxEvent[] = [];
  readonly errors: string[] = [];
  readonly #token: Contract;

  constructor(options: MinterOptions) {
    const { abi } = artifactOf("TestEuro");
    this.wallet = new Wallet(options.key);
    this.node = new BelievedNode({
      ...{ rpc: options.rpc, chainId: options.chainId ?? CHAIN, confirmations: options.confirmations },
      ...{ timeoutMs: options.timeoutMs ?? 300, blocksPerQuery: 1000 },
    });
    this.store = new Store(options.file);
    const sender = new Sender(this.node, this.wallet, [abi]);
    const how = { maxFee: 10n ** 12n, escalateMs: 300, pollMs: 5, ...options.outbox };
    this.outbox = new Outbox(sender, this.store, how, (event) => this.events.push(event));
    this.#token = new Contract(options.token, abi, this.node);
  }

  /** Mints one unit if what is believed is less than `target`; false if there is nothing to do. */
  async step(target: bigint): Promise<boolean> {
    await this.node.checkChain();
    await this.outbox.resume();
    await this.node.look();
    if ((await this.held()) >= target) return false;
    const data = this.#token.interface.encodeFunctionData("mint", [this.wallet.address, 1]);
    await this.outbox.execute({ to: await this.#token.getAddress(), data });
    return true;
  }

  async mintTo(target: bigint): Promise<void> {
    for (;;) {
      try {
        if (!(await this.step(target))) return;
      } catch (error) {
        this.errors.push((error as Error).message);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  held(): Promise<bigint> {
    return this.#token.balanceOf!(this.wallet.address);
  }

  close(): void {
    this.outbox.stop();
    this.store.close();
    this.node.destroy();
  }
}

/** What the chain says of a minter: units held, and transactions of its key. */
export async function verdict({ rpc: url, token, key }: MinterOptions): Promise<{ held: number; sent: number }> {
  const { address } = new Wallet(key);
  const data = artifactOf("TestEuro").abi.encodeFunctionData("balanceOf", [address]);
  const held = Number(await rpc(url, "eth_call", [{ to: token, data }, "latest"]));
  return { held, sent: Number(await rpc(url, "eth_getTransactionCount", [address, "latest"])) };
}
