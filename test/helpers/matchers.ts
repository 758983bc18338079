import type { BaseContract, ContractTransactionResponse } from "ethers";
import "vitest";

/** Arguments in one comparable form: whether a number came as `number` or `bigint` doesn't matter. */
const plain = (value: unknown): unknown =>
  Array.isArray(value) ? [...value].map(plain) : typeof value === "string" ? value : String(value);
const show = (args: readonly unknown[]): string => JSON.stringify(plain([...args]));
const matches = (actual: readonly unknown[], expected?: readonly unknown[]) =>
  expected === undefined || show(actual) === show(expected);

/** The revert data in whatever error a call or transaction threw. */
function revertData(thrown: unknown): string | undefined {
  // biome-ignore lint/suspicious/noExplicitAny: errors of several libraries, nested in each other
  for (let error = thrown as any; error; error = error.cause ?? error.error ?? error.info?.error) {
    const data = error.data?.data ?? error.data;
    if (typeof data === "string" && data.startsWith("0x")) return data;
  }
  return undefined;
}

/** What `sent` throws, up to its inclusion in a block; undefined if nothing. */
async function thrownBy(sent: Promise<unknown>): Promise<unknown> {
  try {
    const response = (await sent) as Partial<ContractTransactionResponse> | null;
    if (typeof response === "object") await response?.wait?.();
    return undefined;
  } catch (error) {
    return error ?? new Error("rejected without a reason");
  }
}

/** Expectations about contracts, for `expect.extend`. */
export const contractMatchers = {
  /** `await expect(market.offer(...)).toRevertWith(market, "GateClosed", [7n])`; "Error" and "Panic" are Solidity's own. */
  async toRevertWith(sent: Promise<unknown>, contract: BaseContract, name: string, args?: readonly unknown[]) {
    const expected = `a revert with ${name}${args ? show(args) : ""}`;
    const thrown = await thrownBy(sent);
    if (thrown === undefined) return { pass: false, message: () => `expected ${expected}, but it succeeded` };
    const data = revertData(thrown);
    const error = data === undefined ? null : contract.interface.parseError(data);
    const actual = error ? `${error.name}${show(error.args)}` : (data ?? String(thrown));
    return {
      pass: error?.name === name && matches(error.args, args),
      message: () => `expected ${expected}, got ${actual}`,
    };
  },

  /** `await expect(market.offer(...)).toEmit(market, "ProfileTaken", [7n])`: one such event among those of `contract`. */
  async toEmit(sent: Promise<unknown>, contract: BaseContract, name: string, args?: readonly unknown[]) {
    const receipt = await ((await sent) as ContractTransactionResponse).wait();
    const address = await contract.getAddress();
    const events = (receipt?.logs ?? [])
      .filter((log) => log.address === address)
      .map((log) => contract.interface.parseLog(log))
      .filter((event) => event !== null);
    const actual = events.map((event) => `${event.name}${show(event.args)}`).join(" ") || "none";
    return {
      pass: events.some((event) => event.name === name && matches(event.args, args)),
      message: () => `expected the event ${name}${args ? show(args) : ""}, got ${actual}`,
    };
  },
};

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> {
    toRevertWith(contract: BaseContract, name: string, args?: readonly unknown[]): Promise<void>;
    toEmit(contract: BaseContract, name: string, args?: readonly unknown[]): Promise<void>;
  }
}
