import { ethers as lib } from "ethers";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { leavesReading } from "../../agents/dso/leaves.ts";
import type { FlowReport } from "../../agents/model/flowReport.ts";
import { highS, signedBy } from "../helpers/flowReports.ts";
import { ended, type Kind, refusalOf, settleable } from "../helpers/mutations.ts";

const net = await network.create();
const { loadFixture } = net.networkHelpers;
const fromEnded = () => ended(net);
const fromSettleable = () => settleable(net);

interface Submitted {
  report: FlowReport;
  signatures: string[];
}
/** Every field of a report changed under the signatures of the true one, and signed anew where it is refused for itself. */
const otherFields: readonly Partial<FlowReport>[] = [
  { root: lib.id("another") as never },
  { meters: 4 },
  { drawnPackets: 11n },
  { fedInPackets: 11n },
  { feederPackets: 1n },
  { estimated: 1 },
];
const REPORT_KINDS: readonly Kind<Submitted>[] = [
  ["another feeder", "WrongFeeder", (s) => ({ ...s, report: { ...s.report, feeder: lib.id("another") as never } })],
  ["another first slot", "WrongSlots", (s) => ({ ...s, report: { ...s.report, firstSlot: s.report.firstSlot + 1 } })],
  ["another number of slots", "WrongSlots", (s) => ({ ...s, report: { ...s.report, count: 5 } })],
  ["another revision", "WrongRevision", (s) => ({ ...s, report: { ...s.report, revision: 1 } })],
  [
    "a report before the first",
    "WrongPrevious",
    (s) => ({ ...s, report: { ...s.report, previous: lib.id("x") as never } }),
  ],
  ["another epoch", "WrongEpoch", (s) => ({ ...s, report: { ...s.report, epoch: 2 } })],
  ["more meters than members", "MetersOutOfRange", (s) => ({ ...s, report: { ...s.report, meters: 6 } })],
  ["no meters", "MetersOutOfRange", (s) => ({ ...s, report: { ...s.report, meters: 0 } })],
  ...otherFields.map((change): Kind<Submitted> => {
    return [
      `another ${Object.keys(change)[0]}`,
      "UnknownSigner",
      (s) => ({ ...s, report: { ...s.report, ...change } }),
    ];
  }),
  ["a signature less", "TooFewSignatures", (s) => ({ ...s, signatures: s.signatures.slice(1) })],
  ["no signatures", "TooFewSignatures", (s) => ({ ...s, signatures: [] })],
  ["a signature twice", "SignersNotRising", (s) => ({ ...s, signatures: [s.signatures[0]!, s.signatures[0]!] })],
  ["signers falling", "SignersNotRising", (s) => ({ ...s, signatures: [...s.signatures].reverse() })],
  ["a signature with s in the upper half", "BadSignature", (s) => ({ ...s, signatures: s.signatures.map(highS) })],
  ["a signature cut short", "BadSignature", (s) => ({ ...s, signatures: s.signatures.map((one) => one.slice(0, -2)) })],
];

describe("flow reports with one field changed", () => {
  it.each(REPORT_KINDS)("%s: %s", async (_, error, change) => {
    const c = await loadFixture(fromEnded);
    const valid = { report: c.given.report, signatures: c.signatures };
    const { report, signatures } = await change(valid);
    await expect(c.oracle.submit(report, signatures)).toRevertWith(c.oracle, error);
    await c.oracle.submit(valid.report, valid.signatures);
  });

  it("a report for another chain or contract, or signed by one outside the set: UnknownSigner", async () => {
    const c = await loadFixture(fromEnded);
    const keys = c.signers.slice(0, 2);
    const elsewhere = [
      await signedBy(c.given.report, { ...c.oraclePlace, chainId: 1n }, keys),
      await signedBy(c.given.report, { ...c.oraclePlace, verifyingContract: await c.house.getAddress() }, keys),
      await signedBy(c.given.report, c.oraclePlace, c.wallets.slice(0, 2)),
    ];
    for (const signatures of elsewhere)
      await expect(c.oracle.submit(c.given.report, signatures)).toRevertWith(c.oracle, "UnknownSigner");
    await c.submit(c.given);
  });
});

type Leaves = ReturnType<typeof leavesReading>;
type Readings = Awaited<ReturnType<Awaited<ReturnType<typeof settleable>>["readings"]>>;
interface Settlement {
  day: number;
  leaves: Leaves;
  readings: Readings;
}
const WORD = 64;
/** A leaf's `index`-th word, of the first in full, with its lowest bit turned. */
const turned = (reading: string, index: number): string => {
  const end = 2 + WORD * (index + 2);
  return reading.slice(0, end - 1) + (Number.parseInt(reading[end - 1]!, 16) ^ 1).toString(16) + reading.slice(end);
};
const leaf = (kind: string, error: string, change: (leaves: Leaves) => Partial<Leaves>): Kind<Settlement> => [
  kind,
  error,
  (s) => ({ ...s, leaves: { ...s.leaves, ...change(s.leaves) } }),
];
const first = (
  kind: string,
  error: string,
  change: (r: Readings[number]) => Partial<Readings[number]>,
): Kind<Settlement> => [
  kind,
  error,
  (s) => ({ ...s, readings: [{ ...s.readings[0]!, ...change(s.readings[0]!) }, ...s.readings.slice(1)] }),
];
const SETTLEMENT_KINDS: readonly Kind<Settlement>[] = [
  leaf("another salt in a leaf", "WrongRoot", (l) => ({ reading: turned(l.reading, 1) })),
  leaf("another flow in a leaf", "WrongRoot", (l) => ({ reading: turned(l.reading, 2) })),
  leaf("a flow in the last slots of a leaf", "WrongRoot", (l) => ({ reading: turned(l.reading, 11) })),
  leaf("another member in a leaf", "WrongRoot", (l) => ({ reading: turned(l.reading, 0) })),
  leaf("a leaf's place moved", "WrongRoot", (l) => ({ first: l.first + 1 })),
  leaf("more leaves than given", "WrongLeaves", (l) => ({ count: l.count + 2 })),
  leaf("a leaf less than given", "WrongLeaves", (l) => ({ count: l.count - 1 })),
  leaf("a byte more of leaves", "WrongLeaves", (l) => ({ reading: `${l.reading}00` })),
  leaf("a proof's node changed", "WrongRoot", (l) => ({ proof: [lib.id("another") as never, ...l.proof.slice(1)] })),
  leaf("a proof's node less", "WrongProofLength", (l) => ({ proof: l.proof.slice(1) })),
  leaf("a proof's node more", "WrongProofLength", (l) => ({ proof: [...l.proof, lib.id("more") as never] })),
  ["a day that there is not", "UnknownDay", (s) => ({ ...s, day: 2 })],
  ["no readings", "ProfilesMissing", (s) => ({ ...s, readings: [] })],
  ["a reading twice", "ReadingsNotRising", (s) => ({ ...s, readings: [s.readings[0]!, s.readings[0]!] })],
  first("a reading of another day", "WrongDay", (r) => ({ session: r.session + 256 })),
  first("a session that there is not", "UnknownSession", (r) => ({ session: r.session + 1 })),
  first("a batch that there is not", "WrongReading", (r) => ({ batch: r.batch + 1 })),
  first("another order in a profile", "WrongCommitment", (r) => ({ reading: turned(r.reading, 1) })),
  first("another member in a profile", "WrongCommitment", (r) => ({ reading: turned(r.reading, 0) })),
  first("a byte more of reading", "WrongReading", (r) => ({ reading: `${r.reading}00` })),
];

describe("proofs and settlements with one field changed", () => {
  it.each(SETTLEMENT_KINDS)("%s: %s", async (_, error, change) => {
    const c = await loadFixture(fromSettleable);
    const who = new Set([1, 2, 3, 4]);
    const valid: Settlement = {
      day: c.day.day,
      leaves: leavesReading(c.given, who),
      readings: await c.readings(c.day, who),
    };
    const { day, leaves, readings } = await change(valid);
    const abi = new lib.Interface(
      [c.dayBook, c.market, c.tariff].flatMap(({ interface: { fragments } }) =>
        fragments.filter(({ type }) => type === "error").map((fragment) => fragment.format("full")),
      ),
    );
    const refusal = await refusalOf(() => c.dayBook.settle(day, leaves, readings), abi);
    expect(refusal).toBe(error);
    await c.dayBook.settle(valid.day, valid.leaves, valid.readings);
  });
});
