import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { tryAtOn } from "../helpers/tryAt.ts";

const net = await network.create();
const { ethers, networkHelpers } = net;
const tryAt = tryAtOn(net);
const { loadFixture, setStorageAt, time } = networkHelpers;
const [admin, dso, stranger] = await ethers.getSigners();

const DELAY = 1000;
const account = (i: number) => ethers.getAddress(ethers.toBeHex(0xacc0 + i, 20));
const meter = (i: number) => ethers.id(`salted meter ${i}`);

async function fixture() {
  const registry = await ethers.deployContract("MemberRegistry", [admin!, dso!, admin!, admin!, DELAY]);
  return { registry: registry.connect(dso!) };
}

/** Attestations that often repeat an account or a meter, or ask for a capacity at the edges. */
const attestation = fc.record({
  account: fc.nat(4),
  meter: fc.nat(4),
  capacity: fc.constantFrom(0, 1, 2, 2047, 2048, 65_535),
});

describe("MemberRegistry", () => {
  it("any attestations: ids rise from 1 without gaps, an account and a meter are one member's, for good", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(attestation, { maxLength: 12 }), async (attestations) => {
        const { registry } = await loadFixture(fixture);
        const members: typeof attestations = [];
        for (const given of attestations) {
          const sent = registry.attest(account(given.account), meter(given.meter), given.capacity);
          const [byAccount, byMeter] = (["account", "meter"] as const).map(
            (key) => members.findIndex((member) => member[key] === given[key]) + 1,
          );
          if (byAccount) await expect(sent).toRevertWith(registry, "AccountTaken", [account(given.account), byAccount]);
          else if (given.capacity < 1 || given.capacity > 2047)
            await expect(sent).toRevertWith(registry, "CapacityOutOfRange", [given.capacity, 2047]);
          else if (byMeter) await expect(sent).toRevertWith(registry, "MeterTaken", [meter(given.meter), byMeter]);
          else {
            const event = [members.push(given), account(given.account), meter(given.meter), given.capacity];
            await expect(sent).toEmit(registry, "MemberAttested", event);
          }
        }
        expect(await registry.count()).toBe(BigInt(members.length));
        for (const [i, member] of members.entries()) {
          const [address, capacity] = [account(member.account), BigInt(member.capacity)];
          expect([...(await registry.record(i + 1))]).toEqual([address, capacity, true]);
          expect(await registry.accountOf(i + 1)).toBe(address);
          expect(await registry.capacityOf(i + 1)).toBe(capacity);
          expect(await registry.meterOf(i + 1)).toBe(meter(member.meter));
          expect(await registry.memberOf(address)).toBe(BigInt(i + 1));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("AUTH-2 only the DSO attests; another takes its place by proposal and delay, and can be stopped at once", async () => {
    const { registry } = await loadFixture(fixture);
    const role = await registry.DSO_ROLE();
    const attest = [account(1), meter(1), 10] as const;
    for (const other of [admin!, stranger!]) {
      const error = [other.address, role];
      const sent = registry.connect(other).attest(...attest);
      await expect(sent).toRevertWith(registry, "AccessControlUnauthorizedAccount", error);
    }
    const [byDso, byAdmin] = [registry.connect(dso!), registry.connect(admin!)];
    const refused = [dso!.address, ethers.ZeroHash];
    await expect(byAdmin.grantRole(role, stranger!)).toRevertWith(registry, "ProposeInstead", []);
    await expect(byDso.proposeDso(stranger!)).toRevertWith(registry, "AccessControlUnauthorizedAccount", refused);
    await expect(byAdmin.proposeDso(ethers.ZeroAddress)).toRevertWith(registry, "ZeroAccount", []);
    await expect(registry.applyDso()).toRevertWith(registry, "NothingProposed", []);
    await byAdmin.proposeDso(stranger!);
    const [next, readyAt] = await registry.proposedDso();
    expect(next).toBe(stranger!.address);
    await tryAt(Number(readyAt) - 1, () => expect(registry.applyDso()).toRevertWith(registry, "TooEarly", [readyAt]));
    await time.setNextBlockTimestamp(Number(readyAt));
    await expect(registry.applyDso()).toEmit(registry, "DsoChanged", [dso!.address, stranger!.address]);
    await expect(byDso.attest(...attest)).toRevertWith(registry, "AccessControlUnauthorizedAccount");
    await registry.connect(stranger!).attest(...attest);
    await byAdmin.revokeRole(role, stranger!);
    const stopped = registry.connect(stranger!).attest(account(2), meter(2), 1);
    await expect(stopped).toRevertWith(registry, "AccessControlUnauthorizedAccount");
    await byAdmin.grantRole(ethers.ZeroHash, stranger!);
    expect(await registry.memberOf(account(1))).toBe(1n);
  });

  it("the zero account and the zero meter are refused", async () => {
    const { registry } = await loadFixture(fixture);
    await expect(registry.attest(ethers.ZeroAddress, meter(1), 1)).toRevertWith(registry, "ZeroAccount", []);
    await expect(registry.attest(account(1), ethers.ZeroHash, 1)).toRevertWith(registry, "ZeroMeter", []);
  });

  it("an unknown member has a record of zeros; its other views say that it is unknown", async () => {
    const { registry } = await loadFixture(fixture);
    await registry.attest(account(1), meter(1), 1);
    for (const unknown of [0, 2, 65_535]) {
      expect([...(await registry.record(unknown))]).toEqual([ethers.ZeroAddress, 0n, false]);
      for (const view of ["accountOf", "capacityOf", "meterOf"] as const)
        await expect(registry[view](unknown)).toRevertWith(registry, "UnknownMember", [unknown]);
    }
    expect(await registry.memberOf(account(2))).toBe(0n);
  });

  it("member 8,192 is the last", async () => {
    const { registry } = await loadFixture(fixture);
    const countSlot = 1;
    await setStorageAt(await registry.getAddress(), countSlot, 8190);
    await registry.attest(account(1), meter(1), 1);
    await expect(registry.attest(account(2), meter(2), 1)).toEmit(registry, "MemberAttested");
    expect(await registry.count()).toBe(8192n);
    await expect(registry.attest(account(3), meter(3), 1)).toRevertWith(registry, "RegistryFull", [8192]);
  });
});
