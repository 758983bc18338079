import { AbiCoder, type BytesLike, ContractFactory, dataSlice, type Interface, id, MaxUint256 } from "ethers";
import { type Artifact, artifactOf } from "../../agents/chain/artifacts.ts";
import { CAST, type Call, type Caster } from "./alphabet.ts";
import { type Money, moneyOf } from "./money.ts";
import type { Outcome } from "./properties.ts";

/** The token of a stage: the euro, or one that keeps half of every transfer. */
export type Token = "euro" | "fee";

/** JSON-RPC of a chain that makes a block of each transaction, with accounts of its own that send any. */
export type Request = (method: string, params: readonly unknown[]) => Promise<unknown>;

/** A deployed house with two members and nothing in it, of which calls can be tried. */
export interface Stage {
  /** Address of the bank. */
  readonly bank: string;
  /** The money after `path`, and what each of `tries`, calls in a row, comes to from there; nothing stays. */
  explore(path: readonly Call[], tries: readonly (readonly Call[])[]): Promise<{ start: Money; results: Outcome[] }>;
}

const SUPPLY = 1_000_000n;
/** Enough for anything that is tried at once. */
const GAS = "0xfffffffff";

/** A house of the built code, or of `bytecode`; members and token are the built ones, all who call are puppets. */
export async function stageOf(request: Request, token: Token, bytecode?: BytesLike): Promise<Stage> {
  const chain = await chainOf(request);
  const explorer = await chain.deploy(artifactOf("HouseExplorer", "mocks/"), [CAST.length]);
  const puppets: string[] = [];
  for (const index of CAST.keys()) puppets.push(dataSlice(await explorer.call("puppets", [index]), 12));
  const at = (by: Caster) => puppets[CAST.indexOf(by)]!;
  const money = await chain.deploy(
    token === "euro" ? artifactOf("TestEuro") : artifactOf("StrangeToken", "mocks/"),
    [],
  );
  const registry = await chain.deploy(artifactOf("MemberRegistry"), [...Array(4).fill(chain.sender), 0]);
  for (const m of [1, 2] as const) await registry.send("attest", [at(`member ${m}`), id(`meter ${m}`), 1]);
  const shipped = artifactOf("ClearingHouse");
  const roles = (["market", "dayBook", "fund", "arbitration"] as const).map(at);
  const parts = [at("supplier"), money.address, registry.address, ...roles];
  const house = await chain.deploy({ ...shipped, ...(bytecode ? { bytecode: bytecode as string } : {}) }, parts);
  await explorer.send("enter", [house.address, money.address, CAST.indexOf("market")]);
  await money.send("mint", [at("bank"), SUPPLY]);
  const data = money.abi.encodeFunctionData("approve", [house.address, MaxUint256]);
  await explorer.send("perform", [{ puppet: CAST.indexOf("bank"), to: money.address, data }]);
  if (token === "fee") await money.send("setFee", [500]);
  return { bank: at("bank"), explore: exploring(explorer, house.address, house.abi) };
}

interface Deployed {
  readonly address: string;
  readonly abi: Interface;
  /** What a call answers, encoded; nothing stays. */
  call(method: string, args: readonly unknown[]): Promise<string>;
  send(method: string, args: readonly unknown[]): Promise<void>;
}

interface Receipt {
  readonly status: string;
  readonly contractAddress: string;
}

async function chainOf(request: Request) {
  const [sender] = (await request("eth_accounts", [])) as [string];
  const sent = async (to: string | undefined, data: string): Promise<Receipt> => {
    const hash = await request("eth_sendTransaction", [{ from: sender, ...(to ? { to } : {}), data }]);
    for (;;) {
      const receipt = (await request("eth_getTransactionReceipt", [hash])) as Receipt | null;
      if (receipt?.status === "0x0") throw new Error(`refused while the stage is set: ${data.slice(0, 10)}`);
      if (receipt) return receipt;
    }
  };
  const deploy = async ({ abi, bytecode }: Artifact, args: readonly unknown[]): Promise<Deployed> => {
    const { data } = await new ContractFactory(abi, bytecode).getDeployTransaction(...args);
    const { contractAddress: address } = await sent(undefined, data);
    return {
      address,
      abi,
      call: async (method, args) => {
        const call = { from: sender, to: address, data: abi.encodeFunctionData(method, args), gas: GAS };
        return (await request("eth_call", [call, "latest"])) as string;
      },
      send: async (method, args) => void (await sent(address, abi.encodeFunctionData(method, args))),
    };
  };
  return { sender, deploy };
}

/** Words of money, and of what one try comes to, as the explorer gives them. */
const [MONEY, TRY] = [15, 17];
const CALLS = ["tuple(uint256 puppet, address to, bytes data)[]"];

function exploring(explorer: Deployed, house: string, abi: Interface): Stage["explore"] {
  const coder = AbiCoder.defaultAbiCoder();
  const encoded = (calls: readonly Call[]): string =>
    coder.encode(CALLS, [
      calls.map(({ by, method, args }) => [CAST.indexOf(by), house, abi.encodeFunctionData(method, [...args])]),
    ]);
  const known = new WeakMap<readonly Call[], string>();
  const made = (calls: readonly Call[]): string => {
    const text = known.get(calls) ?? encoded(calls);
    known.set(calls, text);
    return text;
  };
  return async (path, tries) => {
    const answer = await explorer.call("explore", [made(path), tries.map(made)]);
    const words = wordsIn(answer);
    const results = tries.map((_, i): Outcome => {
      const [passed, first, ...money] = words.slice(MONEY + TRY * i, MONEY + TRY * (i + 1)) as [bigint, bigint];
      return { passed: passed === 1n, answer: first, money: moneyOf(money) };
    });
    return { start: moneyOf(words.slice(0, MONEY)), results };
  };
}

/** The words of one encoded `uint256[]`; ethers takes a hundred times as long for thousands. */
function wordsIn(answer: string): bigint[] {
  const words: bigint[] = [];
  for (let at = 2 + 128; at < answer.length; at += 64) words.push(BigInt(`0x${answer.slice(at, at + 64)}`));
  return words;
}
