import { type Contract, ContractFactory } from "ethers";
import { artifactOf } from "../chain/artifacts.ts";
import type { Chain } from "../chain/chain.ts";
import { GasLedger } from "../chain/gasLedger.ts";
import { randomStream } from "../random/random.ts";
import type { Result } from "../report/result.ts";

/** Gas per order of the plain contract, with so many orders in a slot. */
export interface BaselineRow {
  readonly members: number;
  readonly post: number;
  readonly clear: number;
  readonly settle: number;
  readonly total: number;
}

/** Orders of one slot for the plain contract. */
export interface BaselineOrder {
  readonly member: number;
  readonly ask: boolean;
  readonly price: number;
  readonly packets: number;
}

/** What the plain contract is, in a sentence. */
export const BASELINE =
  "a plain contract that stores each order in a transaction of its own and sorts both sides on chain (no signatures, locks, ecoins or proof of flow)";

/** A fresh plain contract on a chain. */
export async function deployBaseline({ signer }: Chain): Promise<Contract> {
  const { abi, bytecode } = artifactOf("StoreAndSortMarket", "mocks/");
  const contract = await new ContractFactory(abi, bytecode, signer).deploy();
  return (await contract.waitForDeployment()) as Contract;
}

/** Posts, clears and settles one slot; gives the gas by phase. */
export async function liveSlot(contract: Contract, slot: number, orders: readonly BaselineOrder[]): Promise<GasLedger> {
  const ledger = new GasLedger([contract.interface]);
  for (const { member, ask, price, packets } of orders)
    await ledger.send("post", contract.getFunction("post")(slot, member, ask, price, packets));
  await ledger.send("clear", contract.getFunction("clear")(slot));
  await ledger.send("settle", contract.getFunction("settle")(slot));
  return ledger;
}

/** Gas per order with `members` orders in a slot, four in ten of them asks; the second slot of a fresh contract. */
export async function measureBaseline(chain: Chain, members: number): Promise<BaselineRow> {
  const contract = await deployBaseline(chain);
  await liveSlot(contract, 1, randomOrders(members, 1));
  const ledger = await liveSlot(contract, 2, randomOrders(members, 2));
  const perOrder = (...phases: string[]) => Math.round(Number(ledger.gasOf(...phases)) / members);
  return {
    members,
    post: perOrder("post"),
    clear: perOrder("clear"),
    settle: perOrder("settle"),
    total: perOrder("post", "clear", "settle"),
  };
}

/** The plain contract's phases for a day of `orders` orders, `perSlot` of them in a slot. */
export async function baselineOfDay(chain: Chain, orders: number, perSlot: number): Promise<Result["baseline"]> {
  if (orders === 0 || perSlot < 2) return null;
  const row = await measureBaseline(chain, perSlot);
  const slots = Math.ceil(orders / perSlot);
  const phase = (name: "post" | "clear" | "settle", transactions: number) => ({
    name,
    transactions,
    gas: row[name] * orders,
    orders,
  });
  return {
    description: `${BASELINE}; measured with ${perSlot} orders in a slot`,
    phases: [phase("post", orders), phase("clear", slots), phase("settle", slots)],
  };
}

function randomOrders(count: number, slot: number): BaselineOrder[] {
  const random = randomStream(slot, `baseline ${count}`);
  return Array.from({ length: count }, (_, i) => {
    const ask = i < Math.floor(count * 0.4);
    const price = ask ? random.int(1800, 2799) : random.int(2200, 3999);
    return { member: i + 1, ask, price, packets: random.int(1, 100) };
  });
}
