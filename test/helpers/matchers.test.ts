import { type BaseContract, Interface } from "ethers";
import { describe, expect, it } from "vitest";
import { contractMatchers } from "./matchers.ts";

expect.extend(contractMatchers);

const abi = new Interface(["error Full(uint256 held, uint256 more)", "event Charged(address by, uint256 packets)"]);
const address = "0x00000000000000000000000000000000000000A1";
const market = { interface: abi, getAddress: async () => address } as unknown as BaseContract;

const reverted = (data: string) => Promise.reject(Object.assign(new Error("call failed"), { cause: { data } }));
const full = () => reverted(abi.encodeErrorResult("Full", [3, 7]));
const charged = async () => {
  const log = { address, ...abi.encodeEventLog("Charged", [address, 5]) };
  return { wait: async () => ({ logs: [log] }) };
};

describe("toRevertWith", () => {
  it("takes the error by name, and with its arguments", async () => {
    await expect(full()).toRevertWith(market, "Full");
    await expect(full()).toRevertWith(market, "Full", [3n, 7]);
    await expect(reverted(`0x08c379a0${"20".padStart(64, "0")}`.padEnd(202, "0"))).toRevertWith(market, "Error", [""]);
  });

  it("refuses another error, other arguments, a success, and a failure without revert data", async () => {
    await expect(full()).not.toRevertWith(market, "Empty");
    await expect(full()).not.toRevertWith(market, "Full", [3n, 8n]);
    await expect(charged()).not.toRevertWith(market, "Full");
    await expect(Promise.reject(new Error("no connection"))).not.toRevertWith(market, "Full");
  });

  it("takes a revert that shows only once the transaction is mined", async () => {
    await expect(Promise.resolve({ wait: full })).toRevertWith(market, "Full", [3n, 7n]);
  });
});

describe("toEmit", () => {
  it("takes the event by name, and with its arguments", async () => {
    await expect(charged()).toEmit(market, "Charged");
    await expect(charged()).toEmit(market, "Charged", [address, 5n]);
  });

  it("refuses another event, other arguments, and another contract's event", async () => {
    const elsewhere = { interface: abi, getAddress: async () => `${address.slice(0, -1)}2` } as unknown as BaseContract;
    await expect(charged()).not.toEmit(market, "Discharged");
    await expect(charged()).not.toEmit(market, "Charged", [address, 6n]);
    await expect(charged()).not.toEmit(elsewhere, "Charged");
  });
});
