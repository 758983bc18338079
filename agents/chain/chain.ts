import {
  type AbstractSigner,
  JsonRpcProvider,
  NonceManager,
  type Provider,
  type TransactionRequest,
  type TransactionResponse,
  Wallet,
} from "ethers";
import { ChainError } from "./chainError.ts";

/** A chain with someone who pays for transactions. */
export interface Chain {
  readonly name: string;
  readonly chainId: bigint;
  readonly provider: Provider;
  readonly signer: AbstractSigner;
  /** Moves the clock; there on development chains only. */
  readonly clock?: Clock;
}

/** The clock of a development chain. */
export interface Clock {
  /** Makes the next block start at `unixSeconds`, or a second after the last block if that is later. */
  setNext(unixSeconds: number): Promise<void>;
  /** Mines empty blocks, a second apart. */
  mine(blocks: number): Promise<void>;
  /** Unix seconds of the last block. */
  now(): Promise<number>;
}

/**
 * A chain in this process, Prague rules, which ends with it.
 * @param startAt Unix seconds of its first block, now if left out. With it every block is one second after the last
 * unless the clock is moved, so that the same transactions give the same blocks, hashes included.
 */
export async function inProcessChain(startAt?: number): Promise<Chain> {
  const { default: hre } = await import("hardhat");
  const override = startAt === undefined ? {} : { initialDate: new Date(startAt * 1000) };
  const { ethers } = await hre.network.create({ override });
  const [account] = await ethers.getSigners();
  const provider = ethers.provider as unknown as Provider;
  const send = (method: string, params: unknown[]) => ethers.provider.send(method, params);
  const { chainId } = await ethers.provider.getNetwork();
  const moved = clock(send, provider);
  const signer = account as unknown as AbstractSigner;
  return {
    name: "in-process EVM",
    chainId,
    provider,
    signer: startAt === undefined ? signer : new SteadySigner(signer, moved),
    clock: moved,
  };
}

/** Sends each transaction into a block one second after the last, however long it really took. */
class SteadySigner extends NonceManager {
  readonly #clock: Clock;

  constructor(signer: AbstractSigner, chainClock: Clock) {
    super(signer);
    this.#clock = chainClock;
  }

  override async sendTransaction(tx: TransactionRequest): Promise<TransactionResponse> {
    await this.#clock.setNext(0);
    return super.sendTransaction(tx);
  }
}

/** Another account of a chain made with `startAt`, whose blocks are a second apart too. */
export const steadySigner = (signer: AbstractSigner, chainClock: Clock): AbstractSigner =>
  new SteadySigner(signer, chainClock);

/** What a chain given by URL needs. */
export interface RpcOptions {
  /** Private key of who pays; without one, the node's first unlocked account. */
  readonly key?: string;
  /** Refuse any other chain. */
  readonly chainId?: bigint;
}

/**
 * A chain behind JSON-RPC. Throws ChainError, before anything is signed, if nothing answers, the chain id is another one,
 * or there is neither a key nor an unlocked account.
 */
export async function rpcChain(url: string, options: RpcOptions = {}): Promise<Chain> {
  const provider = new JsonRpcProvider(url, undefined, { staticNetwork: false, batchMaxCount: 1, cacheTimeout: -1 });
  provider.pollingInterval = 50;
  const chainId = await idOf(provider, url);
  if (options.chainId !== undefined && options.chainId !== chainId) {
    provider.destroy();
    throw new ChainError(
      `The chain at ${url} has the id ${chainId}, not ${options.chainId}: check the URL or the expected chain id.`,
    );
  }
  const signer = options.key === undefined ? await unlocked(provider, url) : walletOf(options.key, provider);
  const version: string = await provider.send("web3_clientVersion", []);
  const send = (method: string, params: unknown[]) => provider.send(method, params);
  const development = /hardhat|anvil/i.test(version);
  return { name: version, chainId, provider, signer, ...(development && { clock: clock(send, provider) }) };
}

async function idOf(provider: JsonRpcProvider, url: string): Promise<bigint> {
  try {
    // Not `send`: that looks for the network again and again, and says so on stdout.
    const [reply] = await provider._send({ id: 1, jsonrpc: "2.0", method: "eth_chainId", params: [] });
    if (reply && "result" in reply) return BigInt(reply.result);
    throw new Error("it does not know eth_chainId");
  } catch (error) {
    provider.destroy();
    const { shortMessage, message } = error as Error & { shortMessage?: string };
    throw new ChainError(
      `No chain answers at ${url} (${shortMessage ?? message}): start a node there or give another URL.`,
    );
  }
}

function walletOf(key: string, provider: Provider): AbstractSigner {
  try {
    return new NonceManager(new Wallet(key, provider));
  } catch {
    throw new ChainError("The private key is not 32 bytes in hex: set COMMONWATT_KEY to one.");
  }
}

async function unlocked(provider: JsonRpcProvider, url: string): Promise<AbstractSigner> {
  const [account] = (await provider.send("eth_accounts", [])) as string[];
  if (account !== undefined) return new NonceManager(await provider.getSigner(account));
  provider.destroy();
  throw new ChainError(`The node at ${url} has no unlocked account: set COMMONWATT_KEY to a funded private key.`);
}

function clock(send: (method: string, params: unknown[]) => Promise<unknown>, provider: Provider): Clock {
  const now = async () => (await provider.getBlock("latest"))!.timestamp;
  const setNext = async (unixSeconds: number) => {
    const earliest = (await now()) + 1;
    await send("evm_setNextBlockTimestamp", [Math.max(unixSeconds, earliest)]);
  };
  const mine = async (blocks: number) => {
    for (let i = 0; i < blocks; i++) {
      if (i > 0) await setNext(0);
      await send("evm_mine", []);
    }
  };
  return { now, setNext, mine };
}
