import { Wallet } from "ethers";
import { expect, it } from "vitest";
import { Contradiction, signReport } from "../../../agents/dso/signer.ts";
import { digestOf, type FlowReport } from "../../../agents/model/flowReport.ts";
import { keccakOf, ZERO_HASH } from "../../../agents/model/keccak.ts";

const signer = new Wallet(keccakOf("a DSO signer"));
const PLACE = { chainId: 1n, verifyingContract: `0x${"11".repeat(20)}` };

const report = (parts: Partial<FlowReport> = {}): FlowReport => ({
  feeder: keccakOf("feeder"),
  day: 3,
  firstSlot: 1000,
  count: 96,
  revision: 0,
  previous: ZERO_HASH,
  root: keccakOf("root"),
  meters: 4,
  drawnPackets: 10n,
  fedInPackets: 3n,
  feederPackets: 7n,
  estimated: 0,
  epoch: 1,
  ...parts,
});

const sign = (given: FlowReport, memory = new Map<string, string>(), accepted?: string) =>
  signReport(signer, given, PLACE, memory, accepted);

it("the same report is signed again with the same signature", async () => {
  const memory = new Map<string, string>();
  expect(await sign(report(), memory)).toBe(await sign(report(), memory));
});

it("another report of the same day and revision is never signed, whatever in it differs", async () => {
  const memory = new Map<string, string>();
  await sign(report(), memory);
  for (const parts of [
    { root: keccakOf("other") },
    { estimated: 1 },
    { feederPackets: 8n },
    { epoch: 2 },
    { meters: 5 },
  ])
    await expect(sign(report(parts), memory)).rejects.toThrow(Contradiction);
});

it("what the chain accepted holds even if the signer's memory is lost", async () => {
  const accepted = digestOf(report({ root: keccakOf("accepted") }), PLACE);
  await expect(sign(report(), new Map(), accepted)).rejects.toThrow(/would contradict/);
});

it("the next revision, another day, another chain and another oracle are no contradiction", async () => {
  const memory = new Map<string, string>();
  await sign(report(), memory);
  await sign(report({ revision: 1, root: keccakOf("revised") }), memory);
  await sign(report({ day: 4, root: keccakOf("next day") }), memory);
  const elsewhere = [
    { ...PLACE, chainId: 2n },
    { ...PLACE, verifyingContract: `0x${"22".repeat(20)}` },
  ];
  for (const place of elsewhere) await signReport(signer, report({ root: keccakOf("there") }), place, memory);
  expect(memory.size).toBe(5);
});

it("what is signed is written down before the signature is given away", async () => {
  const full = () => {
    throw new Error("disk full");
  };
  const failing = { get: () => undefined, set: full };
  await expect(signReport(signer, report(), PLACE, failing)).rejects.toThrow("disk full");
});
