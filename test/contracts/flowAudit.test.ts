import type { AbstractSigner } from "ethers";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { type AuditParts, auditMember, deployAudit, mismatchesOf, receiptsOf } from "../../agents/chain/flowAudit.ts";
import { reportOf } from "../../agents/dso/dso.ts";
import { NO_STORE } from "../../agents/model/commonsEnergy.ts";
import { unpackReceipts } from "../../agents/model/commonsProposal.ts";
import type { PacketRequest } from "../../agents/model/commonsRequest.ts";
import { DEFAULT_RULES } from "../../agents/model/commonsRules.ts";
import type { Receipt } from "../../agents/model/commonsSignals.ts";
import type { Flow } from "../../agents/model/flowTree.ts";
import { keccakOf } from "../../agents/model/keccak.ts";
import { type CommonsPair, commonsPair } from "../helpers/commonsChain.ts";
import { newCommons } from "../helpers/commonsDays.ts";
import { signedBy, signingKeys } from "../helpers/flowReports.ts";

const net = await network.create();
const { ethers, networkHelpers } = net;
const [admin] = await ethers.getSigners();
const FEEDER = ethers.id("feeder");
const [MEMBERS, SLOTS] = [3, 4];
const PRICES = Array.from({ length: 10 }, (_, w) =>
  w > 0 ? 0n : [0, 1, 2, 3].reduce((sum, i) => sum | (((2000n << 12n) | 700n) << BigInt(24 * i)), 0n),
);

const sun = { source: 12, baseload: 0, bufferOut: 0, cacheOut: 0, import: 0 };

/** `slots` slots, in which member m may take m packets a slot in three; the third says nothing after its second. Gives what arrived. */
async function liveDay(pair: CommonsPair, first: number, slots: number): Promise<number[][]> {
  const request = (member: number): PacketRequest => ({
    ...{ client: 0, category: 1, yields: 0, emergency: false, shape: "budget", packets: 3 * member, perSlot: member },
    ...{ earliest: first, deadline: first + 6 },
  });
  await pair.forecast(Array.from({ length: 8 }, () => sun));
  await pair.post([1, 2, 3].map((member) => ({ member, slot: first, requests: [request(member)] })));
  const arrived = Array.from({ length: MEMBERS }, () => new Array<number>(SLOTS).fill(0));
  for (let slot = 0; slot < slots; slot++) {
    await networkHelpers.time.increaseTo((first + slot - 1) * 900);
    const { outcome, proposal } = await pair.close();
    await pair.allocate(proposal);
    await pair.forecast(Array.from({ length: 8 }, () => sun));
    const messages = outcome.grants.flatMap(({ cell, packets }) => {
      if (packets === 0 || (cell.member === 3 && slot === 1)) return [];
      arrived[cell.member - 1]![slot] = packets;
      const receipts = new Map<number, Receipt>([[0, slot === 0 ? packets : "all"]]);
      return [{ member: cell.member, slot: pair.twin.next, requests: [], receipts }];
    });
    if (messages.length > 0) await pair.post(messages);
  }
  return arrived;
}

/** A commons beside a tariff and an oracle whose first day has the commons' first slots; the day is lived. */
async function lived(slots = SLOTS + 1) {
  const me = admin!.address;
  const now = await networkHelpers.time.latest();
  const first = Math.floor(now / 900) + 3;
  const terms = { horizonSlots: 8, feederLimit: 12, monthSlots: 96 };
  const twin = newCommons(terms, DEFAULT_RULES, { buffer: NO_STORE, cache: NO_STORE }, MEMBERS, first);
  const pair = await commonsPair(net, twin, MEMBERS);
  const registry = await ethers.deployContract("MemberRegistry", [me, me, me, me, 60]);
  for (let i = 1; i <= MEMBERS; i++) await (await registry.attest(ethers.toBeHex(i, 20), ethers.id(`${i}`), 12)).wait();
  const book = await ethers.deployContract("DayBookMock");
  const scale = { slotSeconds: 900, packetWh: 10, ringDays: 8, floorPrice: 0, tickSize: 1 };
  const tariff = await ethers.deployContract("Tariff", [me, me, book, scale]);
  await (await tariff.fixDay(first, SLOTS, PRICES.slice(0, 1))).wait();
  const keys = signingKeys(2);
  const windows = [7200, 3600, 3600, 18_000, 1, 50];
  const signers = keys.map(({ address }) => address);
  const oracle = await ethers.deployContract("FlowOracle", [me, FEEDER, registry, tariff, signers, 2, windows]);
  const at = { commons: pair.contract.target, oracle: oracle.target, tariff: tariff.target } as Record<string, string>;
  const audit = await deployAudit(admin as unknown as AbstractSigner, at as never);
  const arrived = await liveDay(pair, first, slots);
  const parts = { audit, commons: pair.contract, tariff, fromBlock: 0 } as unknown as AuditParts;
  return { pair, tariff, oracle, keys, first, arrived, parts };
}

/** The DSO's report of the day with these flows, accepted by the oracle. */
async function reported({ oracle, keys, first }: Awaited<ReturnType<typeof lived>>, drawn: readonly number[][]) {
  const flows = drawn.map((slots) => slots.map((packets): Flow => ({ drawn: packets, fedIn: 0, quality: "measured" })));
  flows[0]![3] = { drawn: 0, fedIn: 0, quality: "missing" };
  const header = { feeder: FEEDER, day: 1, firstSlot: first, count: SLOTS, revision: 0, epoch: 1 };
  const made = reportOf(
    header,
    flows,
    drawn.map((_, i) => keccakOf(`salt ${i}`)),
  );
  const place = { chainId: 31_337n, verifyingContract: await oracle.getAddress() };
  await networkHelpers.time.increaseTo((first + SLOTS) * 900);
  await (await oracle.submit(made.report, await signedBy(made.report, place, keys))).wait();
  return made;
}

describe("proof of flow audits acknowledgments, meter by meter", () => {
  it("what arrived was drawn, or an event says by how much and in how many slots it was not", async () => {
    const day = await lived();
    const { arrived, pair, parts, first } = day;
    expect(arrived.flat().filter((packets) => packets > 0)).toHaveLength(9);
    const said = (await receiptsOf(pair.contract, first, SLOTS)).map(unpackReceipts);
    const of = (member: number, slot: number) =>
      said[slot]!.filter((receipt) => receipt.member === member).reduce((sum, { packets }) => sum + packets, 0);
    for (const [m, slots] of arrived.entries()) expect(slots.map((_, slot) => of(m + 1, slot))).toEqual(slots);
    // The first drew more than that, the second just that, the third one packet less in two slots.
    const drawn = [
      arrived[0]!.map((n) => n + 5),
      arrived[1]!,
      arrived[2]!.map((n, i) => (i === 0 || i === 2 ? n - 1 : n)),
    ];
    const made = await reported(day, drawn);
    const total = (slots: readonly number[]) => slots.reduce((sum, n) => sum + n, 0);
    expect(await auditMember(parts, 1, 1, made)).toMatchObject({ excess: 0, slots: 0, unmeasured: 1 });
    expect(await auditMember(parts, 1, 2, made)).toMatchObject({ acknowledged: total(arrived[1]!), excess: 0 });
    expect(await mismatchesOf(parts)).toEqual([]);
    const found = await auditMember(parts, 1, 3, made);
    expect(found).toMatchObject({ acknowledged: total(arrived[2]!), drawn: total(drawn[2]!), excess: 2, slots: 2 });
    expect(await mismatchesOf(parts)).toEqual([found]);
  });

  it("only the report's own leaves count, and only the receipts that the commons bound", async () => {
    const day = await lived();
    const { parts, pair, first } = day;
    const made = await reported(day, day.arrived);
    const forged = reportOf(
      made.report,
      day.arrived.map((slots) => slots.map(() => ({ drawn: 9, fedIn: 0, quality: "measured" }))),
      ["a", "b", "c"].map(keccakOf),
    );
    await expect(auditMember(parts, 1, 2, forged)).rejects.toThrow("NotInReport(1, 0)");
    await expect(auditMember(parts, 1, 4, made)).rejects.toThrow("The leaves have none of member 4.");
    const receipts = await receiptsOf(pair.contract, first, SLOTS);
    const leaf = { words: made.leaves[1]! as never, proof: [] as string[] };
    const proof = [made.tree[0]![0]!, made.tree[1]![1]!];
    const audit = (lists: readonly string[]) => parts.audit.audit.staticCall(1, { ...leaf, proof }, [...lists]);
    expect((await audit(receipts)).member).toBe(2n);
    await expect(audit(receipts.slice(1))).toRevertWith(parts.audit, "WrongCount", [SLOTS - 1, SLOTS]);
    for (const [slot, list] of receipts.entries()) {
      const changed = list === "0x" ? "0x00020001" : `${list.slice(0, -1)}f`;
      for (const lie of [changed, list === "0x" ? "0x00010001" : "0x"])
        await expect(audit(receipts.with(slot, lie))).toRevertWith(parts.audit, "WrongReceipts", [first + slot]);
    }
  });

  it("a day is audited once the slot after its last one is allocated, since receipts are read then", async () => {
    const day = await lived(SLOTS);
    const made = await reported(day, day.arrived);
    const audit = auditMember(day.parts, 1, 1, made);
    await expect(audit).rejects.toThrow(`NotKept(${day.first}, ${day.first + SLOTS}, ${day.first + SLOTS})`);
  });

  it("slots of another length are refused", async () => {
    const { pair, oracle } = await lived();
    const book = await ethers.deployContract("DayBookMock");
    const scale = { slotSeconds: 1800, packetWh: 10, ringDays: 8, floorPrice: 0, tickSize: 1 };
    const me = admin!.address;
    const tariff = await ethers.deployContract("Tariff", [me, me, book, scale]);
    const factory = await ethers.getContractFactory("FlowAudit");
    const errors = await ethers.getContractAt("FlowAudit", pair.contract.target as string);
    await expect(factory.deploy(pair.contract, oracle, tariff)).toRevertWith(errors, "SlotsDiffer", [900, 1800]);
  });
});
