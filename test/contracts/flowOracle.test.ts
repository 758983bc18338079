import type { BaseWallet } from "ethers";
import fc from "fast-check";
import { network } from "hardhat";
import { describe, expect, it } from "vitest";
import { digestOf, FLOW_REPORT_TYPES, type FlowReport, flowOracleDomain } from "../../agents/model/flowReport.ts";
import { ZERO_HASH } from "../../agents/model/keccak.ts";
import { highS, reportOf, signedBy, signingKeys } from "../helpers/flowReports.ts";

const { ethers, networkHelpers } = await network.create();
const { loadFixture, mine, time, takeSnapshot } = networkHelpers;
const [admin, anyone] = await ethers.getSigners();
const { chainId } = await ethers.provider.getNetwork();

const DAY = 86_400;
const FEEDER = ethers.id("feeder 7");
const OTHER = ethers.id("another");
const [MEMBERS, SLOTS, RING_DAYS, THRESHOLD] = [5, 4, 13, 2];
const WINDOWS = {
  reportLimit: 3 * DAY,
  disputeWindow: 2 * DAY,
  settleLimit: DAY,
  hardLimit: 10 * DAY,
  signerDelay: 5 * DAY,
  tolerancePermille: 50,
};
const REVISE_LIMIT = WINDOWS.hardLimit - 2 * WINDOWS.settleLimit;
const keys = signingKeys(6);
const [set, outsider] = [keys.filter((_, i) => i !== 2 && i !== 5), keys[2]!];
const [first, second] = [set[0]!, set[1]!];
const addresses = (wallets: readonly BaseWallet[]) => wallets.map((key) => key.address);
const AWAITED = 0n;
const DISPUTABLE = 1n;
const SETTLEABLE = 2n;
const MISSING = 3n;

/** Five members, a day of four slots from `firstSlot` on, and an oracle with four signers of which two sign. */
async function fixture() {
  const registry = await ethers.deployContract("MemberRegistry", [admin!, admin!, admin!, admin!, 0]);
  for (let i = 1; i <= MEMBERS; i++) await registry.attest(ethers.toBeHex(i, 20), ethers.id(`meter ${i}`), 100);
  const house = await ethers.deployContract("DayBookMock");
  const terms = { slotSeconds: 900, packetWh: 10, ringDays: RING_DAYS, floorPrice: 0n, tickSize: 1n };
  const tariff = await ethers.deployContract("Tariff", [admin!.address, admin!.address, house, terms]);
  const firstSlot = Math.floor((await time.latest()) / 900) + 4;
  await tariff.fixDay(firstSlot, SLOTS, [0n]);
  const deploy = (change: Partial<typeof WINDOWS> = {}, signers = addresses(set), threshold = THRESHOLD) => {
    const windows = { ...WINDOWS, ...change };
    return ethers.deployContract("FlowOracle", [admin!, FEEDER, registry, tariff, signers, threshold, windows]);
  };
  const oracle = (await deploy()).connect(anyone!);
  const place = { chainId, verifyingContract: await oracle.getAddress() };
  const end = (firstSlot + SLOTS) * 900;

  const report = (change: Partial<FlowReport> = {}) => reportOf({ feeder: FEEDER, firstSlot, ...change });
  const sign = (signed: FlowReport, by: readonly BaseWallet[] = [first, second]) => signedBy(signed, place, by);
  const digest = (signed: FlowReport) => digestOf(signed, place);
  const submit = async (signed: FlowReport, by?: readonly BaseWallet[]) =>
    oracle.submit(signed, await sign(signed, by));
  const freeze = async (a: FlowReport, b: FlowReport, byA?: readonly BaseWallet[], byB?: readonly BaseWallet[]) =>
    oracle.freeze(a, await sign(a, byA), b, await sign(b, byB));
  /** `count` reports in a row, each the revision of the one before. */
  const chain = (count: number) => {
    const reports = [report()];
    while (reports.length < count) {
      const before = reports.at(-1)!;
      const root = ethers.id(`root ${reports.length}`);
      reports.push(report({ revision: reports.length, previous: digest(before), root }));
    }
    return reports;
  };
  const state = async () => (await oracle.status(1)).state;
  return {
    registry,
    tariff,
    oracle,
    deploy,
    place,
    end,
    firstSlot,
    report,
    sign,
    digest,
    submit,
    freeze,
    chain,
    state,
  };
}

/** The fixture one second after the day's end. */
async function ended() {
  const context = await fixture();
  await time.increaseTo(context.end + 1);
  return context;
}

/** Runs `act` in a block at `second`, then takes it back. */
async function tryAt(second: number, act: () => Promise<void>) {
  const snapshot = await takeSnapshot();
  await time.setNextBlockTimestamp(second);
  await act();
  await snapshot.restore();
}

describe("FlowOracle: signatures", () => {
  it("FLOW-2 any list of signatures counts only as at least k distinct current signers in rising order", async () => {
    const { oracle, report, sign } = await loadFixture(ended);
    const signed = report();
    const digest = ethers.TypedDataEncoder.hash(
      flowOracleDomain({ chainId, verifyingContract: await oracle.getAddress() }),
      FLOW_REPORT_TYPES,
      signed,
    );
    const all = await sign(signed, keys);
    const pool = [
      ...all,
      ...all,
      highS(all[0]!),
      "0x",
      ethers.Signature.from(all[1]).compactSerialized,
      `0x${"00".repeat(65)}`,
    ];
    const rightful = new Set(addresses(set));
    const verdict = (given: string[]): [string, unknown[]] | undefined => {
      if (given.length < THRESHOLD) return ["TooFewSignatures", [given.length, THRESHOLD]];
      let last = 0n;
      for (const [i, signature] of given.entries()) {
        if (!all.includes(signature)) return ["BadSignature", [i]];
        const signer = ethers.recoverAddress(digest, signature);
        if (BigInt(signer) <= last) return ["SignersNotRising", [i, signer]];
        if (!rightful.has(signer)) return ["UnknownSigner", [i, signer]];
        last = BigInt(signer);
      }
      return undefined;
    };
    const list = fc.array(fc.constantFrom(...pool), { maxLength: 5 });
    const rising = fc.subarray(all);
    await fc.assert(
      fc.asyncProperty(fc.oneof(list, rising), async (given) => {
        const refusal = verdict(given);
        const call = oracle.submit.staticCall(signed, given);
        if (refusal) await expect(call).toRevertWith(oracle, ...refusal);
        else await call;
      }),
      { numRuns: 300 },
    );
  });

  it("FLOW-2 k-1 signers have no effect, k have", async () => {
    const { oracle, report, digest, submit, state } = await loadFixture(ended);
    await expect(submit(report(), [first])).toRevertWith(oracle, "TooFewSignatures", [1, 2]);
    await expect(submit(report(), [first, first])).toRevertWith(oracle, "SignersNotRising", [1, first.address]);
    await expect(submit(report(), [second, first])).toRevertWith(oracle, "SignersNotRising", [1, first.address]);
    await expect(submit(report(), [first, outsider])).toRevertWith(oracle, "UnknownSigner", [1, outsider.address]);
    await expect(submit(report(), [first, second, keys[5]!])).toRevertWith(oracle, "UnknownSigner", [
      2,
      keys[5]!.address,
    ]);
    expect(await state()).toBe(AWAITED);
    const signed = report();
    const fields = FLOW_REPORT_TYPES.FlowReport.map(({ name }) => signed[name]);
    await expect(submit(signed)).toEmit(oracle, "ReportAccepted", [1, 0, digest(signed), fields]);
    expect(await state()).toBe(DISPUTABLE);
  });

  it("FLOW-2 all signers may sign; one bad signature among them spoils the lot", async () => {
    const { oracle, report, sign } = await loadFixture(ended);
    const signatures = await sign(report(), set);
    for (const i of signatures.keys()) {
      const spoilt = signatures.with(i, highS(signatures[i]!));
      await expect(oracle.submit(report(), spoilt)).toRevertWith(oracle, "BadSignature", [i]);
    }
    await expect(oracle.submit(report(), signatures)).toEmit(oracle, "ReportAccepted");
  });

  it("AUTH-1 signatures for another chain, contract or version count for nobody", async () => {
    const { oracle, report, place } = await loadFixture(ended);
    const ours = flowOracleDomain(place);
    const digest = digestOf(report(), place);
    for (const change of [
      { chainId: 1n },
      { verifyingContract: admin!.address },
      { version: "2" },
      { name: "Tariff" },
    ]) {
      const sign = (key: BaseWallet) => key.signTypedData({ ...ours, ...change }, FLOW_REPORT_TYPES, report());
      const signatures = [await sign(first), await sign(second)];
      const recovered = ethers.recoverAddress(digest, signatures[0]!);
      await expect(oracle.submit(report(), signatures)).toRevertWith(oracle, "UnknownSigner", [0, recovered]);
    }
  });

  it("AUTH-1 a signed report with any field changed is refused", async () => {
    const { oracle, report, sign, firstSlot, tariff } = await loadFixture(ended);
    const signatures = await sign(report());
    const send = (change: Partial<FlowReport>) => oracle.submit(report(change), signatures);
    await expect(send({ feeder: OTHER })).toRevertWith(oracle, "WrongFeeder", [OTHER, FEEDER]);
    await expect(send({ day: 2 })).toRevertWith(tariff, "UnknownDay", [2]);
    await expect(send({ firstSlot: firstSlot - 1 })).toRevertWith(oracle, "WrongSlots", [1, firstSlot, SLOTS]);
    await expect(send({ count: SLOTS - 1 })).toRevertWith(oracle, "WrongSlots", [1, firstSlot, SLOTS]);
    await expect(send({ revision: 1 })).toRevertWith(oracle, "WrongRevision", [1, 1, 0]);
    await expect(send({ previous: OTHER })).toRevertWith(oracle, "WrongPrevious", [OTHER, ZERO_HASH]);
    await expect(send({ epoch: 2 })).toRevertWith(oracle, "WrongEpoch", [2, 1]);
    const unseen: Partial<FlowReport>[] = [
      { root: OTHER },
      { meters: 4 },
      { drawnPackets: 1001n },
      { fedInPackets: 401n },
      { feederPackets: -600n },
      { estimated: 1 },
    ];
    for (const change of unseen) await expect(send(change)).toRevertWith(oracle, "UnknownSigner");
  });

  it("the twin's digest is what wallets sign and what is kept", async () => {
    const { oracle, report, place, submit } = await loadFixture(ended);
    const number = (max: number) => fc.oneof(fc.nat(9), fc.nat(max), fc.constant(max));
    const big = (min: bigint, max: bigint) => fc.oneof(fc.bigInt({ min, max }), fc.constantFrom(min, max));
    const any = fc.record({
      revision: number(255),
      meters: number(65_535),
      drawnPackets: big(0n, 2n ** 64n - 1n),
      fedInPackets: big(0n, 2n ** 64n - 1n),
      feederPackets: big(-(2n ** 63n), 2n ** 63n - 1n),
      estimated: number(2 ** 32 - 1),
    });
    fc.assert(
      fc.property(any, (change) => {
        const hash = ethers.TypedDataEncoder.hash(flowOracleDomain(place), FLOW_REPORT_TYPES, report(change));
        expect(digestOf(report(change), place)).toBe(hash);
      }),
    );
    await submit(report());
    expect(await oracle.digestOf(1, 0)).toBe(digestOf(report(), place));
  });
});

describe("FlowOracle: when, and in which order", () => {
  it("FLOW-3 a first report counts from the day's end until its limit, to the second", async () => {
    const { oracle, report, submit, end } = await loadFixture(fixture);
    const reportBy = end + WINDOWS.reportLimit;
    const early = () => expect(submit(report())).toRevertWith(oracle, "DayNotEnded", [1, end]);
    const accepted = () => expect(submit(report())).toEmit(oracle, "ReportAccepted");
    const late = () => expect(submit(report())).toRevertWith(oracle, "TooLate", [1, reportBy]);
    await tryAt(end - 1, early);
    for (const second of [end, end + 1, reportBy - 1]) await tryAt(second, accepted);
    for (const second of [reportBy, reportBy + 1]) await tryAt(second, late);
  });

  it("FLOW-3 a revision counts until two settle limits before the hard limit, to the second", async () => {
    const { oracle, chain, submit, end } = await loadFixture(ended);
    const reviseBy = end + REVISE_LIMIT;
    expect(await oracle.reviseBy(1)).toBe(BigInt(reviseBy));
    const [initial, revision] = chain(2);
    await submit(initial!);
    const accepted = () => expect(submit(revision!)).toEmit(oracle, "ReportAccepted");
    const late = () => expect(submit(revision!)).toRevertWith(oracle, "TooLate", [1, reviseBy]);
    await tryAt(end + WINDOWS.reportLimit, accepted);
    await tryAt(reviseBy - 1, accepted);
    for (const second of [reviseBy, reviseBy + 1]) await tryAt(second, late);
  });

  it("FLOW-1 each revision is the last plus one and names the digest before it", async () => {
    const { oracle, report, digest, chain, submit } = await loadFixture(ended);
    const reports = chain(3);
    const turn = (revision: number, next: number) => ["WrongRevision", [1, revision, next]] as const;
    await expect(submit(reports[1]!)).toRevertWith(oracle, ...turn(1, 0));
    await submit(reports[0]!);
    await expect(submit(reports[0]!)).toRevertWith(oracle, ...turn(0, 1));
    await expect(submit(reports[2]!)).toRevertWith(oracle, ...turn(2, 1));
    for (const previous of [ZERO_HASH, OTHER]) {
      const sent = submit(report({ revision: 1, previous }));
      await expect(sent).toRevertWith(oracle, "WrongPrevious", [previous, digest(reports[0]!)]);
    }
    await submit(reports[1]!);
    const skipping = submit(report({ revision: 2, previous: digest(reports[0]!) }));
    await expect(skipping).toRevertWith(oracle, "WrongPrevious", [digest(reports[0]!), digest(reports[1]!)]);
    await submit(reports[2]!);
    expect(await oracle.latestRevision(1)).toBe(2n);
  });

  it("FLOW-1 sixteen reports are kept, each with its root, leaves and digest; there is no seventeenth", async () => {
    const { oracle, chain, digest, submit } = await loadFixture(ended);
    const reports = chain(17).map((report, i) => ({ ...report, meters: 1 + (i % MEMBERS) }));
    for (let i = 1; i < 17; i++) reports[i] = { ...reports[i]!, previous: digest(reports[i - 1]!) };
    for (const report of reports.slice(0, 16)) await submit(report);
    await expect(submit(reports[16]!)).toRevertWith(oracle, "TooManyRevisions", [1, 16]);
    for (const [i, report] of reports.slice(0, 16).entries()) {
      expect([...(await oracle.rootOf(1, i))]).toEqual([report.root, BigInt(report.meters)]);
      expect(await oracle.digestOf(1, i)).toBe(digest(report));
    }
    await expect(oracle.rootOf(1, 16)).toRevertWith(oracle, "UnknownRevision", [1, 16]);
  });

  it("a report covers at least one meter and no more than there are members", async () => {
    const { oracle, registry, report, submit } = await loadFixture(ended);
    const error = (meters: number) => ["MetersOutOfRange", [meters, MEMBERS]] as const;
    await expect(submit(report({ meters: 0 }))).toRevertWith(oracle, ...error(0));
    await expect(submit(report({ meters: 6 }))).toRevertWith(oracle, ...error(6));
    await registry.attest(ethers.toBeHex(6, 20), ethers.id("meter 6"), 100);
    for (const meters of [1, 5, 6]) await oracle.submit.staticCall(report({ meters }), await signed(meters));
    async function signed(meters: number) {
      return signedBy(report({ meters }), { chainId, verifyingContract: await oracle.getAddress() }, [first, second]);
    }
  });

  it("meters that do not add up to the feeder head are flagged, and accepted", async () => {
    const { oracle, report, submit, digest } = await loadFixture(ended);
    const tolerated = 2 * (MEMBERS + 1) + (1400 * WINDOWS.tolerancePermille) / 1000;
    for (const off of [tolerated, -tolerated, tolerated + 1, -tolerated - 1]) {
      const snapshot = await takeSnapshot();
      const signed = report({ feederPackets: BigInt(600 - off) });
      const flagged = Math.abs(off) > tolerated;
      if (flagged) await expect(submit(signed)).toEmit(oracle, "ImbalanceFlagged", [1, 0, off, tolerated]);
      else await expect(submit(signed)).not.toEmit(oracle, "ImbalanceFlagged");
      expect((await oracle.status(1)).imbalanced).toBe(flagged);
      // the flag is that of the latest report
      await submit(report({ revision: 1, previous: digest(signed) }));
      expect((await oracle.status(1)).imbalanced).toBe(false);
      await snapshot.restore();
    }
    const extreme = { drawnPackets: 0n, fedInPackets: 2n ** 64n - 1n, feederPackets: -(2n ** 63n) };
    await expect(submit(report(extreme))).toEmit(oracle, "ImbalanceFlagged");
  });
});

describe("FlowOracle: contradicting reports", () => {
  it("freeze the day, whichever comes first, before and after one of them was accepted", async () => {
    const { oracle, report, digest, submit, freeze, state } = await loadFixture(ended);
    const [a, b] = [report(), report({ root: OTHER })];
    for (const accepted of [undefined, a, b])
      for (const [x, y] of [[a, b] as const, [b, a] as const]) {
        const snapshot = await takeSnapshot();
        if (accepted) await submit(accepted);
        await expect(freeze(x, y)).toEmit(oracle, "ReportFrozen", [1, 0, digest(x), digest(y)]);
        const status = await oracle.status(1);
        expect([status.frozen, status.revisions, status.state]).toEqual([true, accepted ? 1n : 0n, AWAITED]);
        const more = [() => freeze(x, y), () => freeze(y, x), () => submit(a), () => submit(report({ revision: 1 }))];
        for (const again of more) await expect(again()).toRevertWith(oracle, "DayFrozen", [1]);
        await time.increase(WINDOWS.reportLimit);
        expect(await state()).toBe(MISSING);
        await snapshot.restore();
      }
  });

  it("freeze until settlement opens, to the second, revisions too", async () => {
    const { oracle, report, digest, submit, freeze } = await loadFixture(ended);
    const accepted = report();
    await submit(accepted);
    const settleFrom = (await time.latest()) + WINDOWS.disputeWindow;
    const revision = (root: string) => report({ revision: 1, previous: digest(accepted), root });
    for (const [a, b] of [
      [accepted, report({ root: OTHER })],
      [revision(OTHER), revision(ethers.id("third"))],
    ] as const) {
      const revisionNumber = a.revision;
      const frozen = [1, revisionNumber, digest(a), digest(b)];
      await tryAt(settleFrom - 1, () => expect(freeze(a, b)).toEmit(oracle, "ReportFrozen", frozen));
      for (const second of [settleFrom, settleFrom + 1])
        await tryAt(second, () => expect(freeze(a, b)).toRevertWith(oracle, "TooLate", [1, settleFrom]));
    }
  });

  it("without a report freeze until the limit for one, to the second, also before the day's end", async () => {
    const { oracle, report, freeze, end } = await loadFixture(fixture);
    const [a, b, reportBy] = [report(), report({ estimated: 1 }), end + WINDOWS.reportLimit];
    for (const second of [end - 1, end, reportBy - 1])
      await tryAt(second, () => expect(freeze(a, b)).toEmit(oracle, "ReportFrozen"));
    for (const second of [reportBy, reportBy + 1])
      await tryAt(second, () => expect(freeze(a, b)).toRevertWith(oracle, "TooLate", [1, reportBy]));
  });

  it("are two different reports on one day and revision, by k signers each, that might have been accepted", async () => {
    const { oracle, tariff, report, digest, freeze, firstSlot } = await loadFixture(ended);
    const start = Math.floor((await time.latest()) / 900) + 2;
    await tariff.fixDay(start, SLOTS, [0n]);
    const [a, b] = [report(), report({ root: OTHER })];
    const nothing = (x: FlowReport, y: FlowReport) =>
      expect(freeze(x, y)).toRevertWith(oracle, "NoContradiction", [digest(x), digest(y)]);
    await nothing(a, a);
    await nothing(a, report({ day: 2, firstSlot: start }));
    await nothing(a, report({ revision: 1 }));
    const [k, fewer] = [[first, second], [first]];
    await expect(freeze(a, b, fewer, k)).toRevertWith(oracle, "TooFewSignatures", [1, 2]);
    await expect(freeze(a, b, k, fewer)).toRevertWith(oracle, "TooFewSignatures", [1, 2]);
    await expect(freeze(a, b, k, [second, first])).toRevertWith(oracle, "SignersNotRising", [1, first.address]);
    const unacceptable: [Partial<FlowReport>, string, unknown[]][] = [
      [{ firstSlot: firstSlot + 1 }, "WrongSlots", [1, firstSlot, SLOTS]],
      [{ count: 3 }, "WrongSlots", [1, firstSlot, SLOTS]],
      [{ feeder: OTHER }, "WrongFeeder", [OTHER, FEEDER]],
      [{ epoch: 2 }, "WrongEpoch", [2, 1]],
    ];
    for (const [change, error, args] of unacceptable) {
      await expect(freeze(a, report(change))).toRevertWith(oracle, error, args);
      await expect(freeze(report(change), a)).toRevertWith(oracle, error, args);
    }
    // a day that is not fixed yet can't be frozen: it would wipe out the day in its place of the ring
    const later = { day: 1 + RING_DAYS };
    await expect(freeze(report(later), b)).toRevertWith(tariff, "UnknownDay", [1 + RING_DAYS]);
    expect((await oracle.status(1)).frozen).toBe(false);
  });
});

describe("FlowOracle: where the proof of a day stands", () => {
  it("awaited, disputable, settleable or missing, to the second", async () => {
    const { oracle, report, submit, freeze, state, end } = await loadFixture(fixture);
    const reportBy = end + WINDOWS.reportLimit;
    const none = ethers.MaxUint256;
    const stateAt = async (second: number) => {
      await time.increaseTo(second);
      return state();
    };
    const deadlines = async () => [...(await oracle.deadlines(1))];
    const before = await takeSnapshot();
    expect(await state()).toBe(AWAITED);
    expect(await deadlines()).toEqual([BigInt(reportBy), none, BigInt(end + WINDOWS.hardLimit)]);
    expect(await stateAt(reportBy - 1)).toBe(AWAITED);
    expect(await stateAt(reportBy)).toBe(MISSING);
    expect(await stateAt(reportBy + 1)).toBe(MISSING);
    await before.restore();

    await time.setNextBlockTimestamp(reportBy - 1);
    await submit(report());
    const settleFrom = reportBy - 1 + WINDOWS.disputeWindow;
    expect((await oracle.status(1)).acceptedAt).toBe(BigInt(reportBy - 1));
    expect(await deadlines()).toEqual([BigInt(reportBy), BigInt(settleFrom), BigInt(end + WINDOWS.hardLimit)]);
    expect(await state()).toBe(DISPUTABLE);
    const accepted = await takeSnapshot();
    expect(await stateAt(settleFrom - 1)).toBe(DISPUTABLE);
    expect(await stateAt(settleFrom)).toBe(SETTLEABLE);
    expect(await stateAt(settleFrom + 400 * DAY)).toBe(SETTLEABLE);
    await accepted.restore();

    await freeze(report(), report({ root: OTHER }));
    expect(await state()).toBe(MISSING);
    expect((await deadlines())[1]).toBe(none);
  });

  it("FLOW-3 leaves are disputed until the dispute window ends, and a settle limit from each revision on", async () => {
    const { oracle, chain, submit, freeze, report, end } = await loadFixture(ended);
    expect(await oracle.disputeBy(1)).toBe(0n);
    const [initial, early, late] = chain(3);
    const accepted = end + 100;
    await time.setNextBlockTimestamp(accepted);
    await submit(initial!);
    const first = BigInt(accepted + WINDOWS.disputeWindow);
    expect(await oracle.disputeBy(1)).toBe(first);
    await submit(early!);
    expect(await oracle.disputeBy(1)).toBe(first);
    const revised = end + REVISE_LIMIT - 1;
    await time.setNextBlockTimestamp(revised);
    await submit(late!);
    expect((await oracle.status(1)).revisedAt).toBe(BigInt(revised));
    const last = revised + WINDOWS.settleLimit;
    expect(await oracle.disputeBy(1)).toBe(BigInt(last));
    expect(last + WINDOWS.settleLimit).toBeLessThan(end + WINDOWS.hardLimit);
    await expect(freeze(report(), report({ root: OTHER }))).toRevertWith(oracle, "TooLate");
  });

  it("SETTLE-4 whatever is tried, and when: once settleable or missing a day stays so", async () => {
    type Action = { kind: "submit" | "freeze"; root: number; revision: number; wait: number };
    const action: fc.Arbitrary<Action> = fc.record({
      kind: fc.constantFrom("submit", "submit", "freeze"),
      root: fc.nat(1),
      revision: fc.nat(2),
      wait: fc.oneof(fc.nat(9), fc.nat(3 * DAY)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 8 }), async (actions) => {
        const { oracle, report, digest, submit, freeze, state, end } = await loadFixture(ended);
        // what the rules say, counted on its own
        const model = { digests: [] as string[], frozen: false, settleFrom: Number.POSITIVE_INFINITY };
        const expected = (now: number) => {
          if (model.digests.length > 0 && !model.frozen) return now < model.settleFrom ? DISPUTABLE : SETTLEABLE;
          return now < end + WINDOWS.reportLimit ? AWAITED : MISSING;
        };
        let final: bigint | undefined;
        for (const { kind, root, revision, wait } of actions) {
          const now = (await time.latest()) + wait + 1;
          const previous = model.digests[revision - 1] ?? ZERO_HASH;
          const made = report({ revision, previous, root: ethers.id(`root ${root}`) });
          const other = report({ revision, previous, root: OTHER });
          const limit = end + (revision === 0 ? WINDOWS.reportLimit : REVISE_LIMIT);
          const open = model.digests.length > 0 ? model.settleFrom : end + WINDOWS.reportLimit;
          await time.setNextBlockTimestamp(now);
          const sent = (kind === "submit" ? submit(made) : freeze(made, other)).then(
            () => true,
            () => false,
          );
          const may =
            !model.frozen && (kind === "submit" ? revision === model.digests.length && now < limit : now < open);
          expect(await sent).toBe(may);
          if (!may) await mine(); // a refused transaction is never sent: let its second pass all the same
          if (may && kind === "submit" && model.digests.push(digest(made)) === 1)
            model.settleFrom = now + WINDOWS.disputeWindow;
          if (may && kind === "freeze") model.frozen = true;
          expect(await state()).toBe(expected(await time.latest()));
          if (final !== undefined) expect(await state()).toBe(final);
          final = [SETTLEABLE, MISSING].find((last) => last === expected(now));
        }
        expect((await oracle.status(1)).revisions).toBe(BigInt(model.digests.length));
      }),
      { numRuns: 60 },
    );
  });

  it("a day without reports, or unknown, has no root, digest or state", async () => {
    const { oracle, tariff } = await loadFixture(fixture);
    await expect(oracle.rootOf(1, 0)).toRevertWith(oracle, "UnknownRevision", [1, 0]);
    await expect(oracle.digestOf(1, 0)).toRevertWith(oracle, "UnknownRevision", [1, 0]);
    await expect(oracle.latestRevision(1)).toRevertWith(oracle, "UnknownRevision", [1, 0]);
    for (const unknown of [0, 2]) {
      await expect(oracle.rootOf(unknown, 0)).toRevertWith(oracle, "UnknownRevision", [unknown, 0]);
      await expect(oracle.status(unknown)).toRevertWith(tariff, "UnknownDay", [unknown]);
      await expect(oracle.deadlines(unknown)).toRevertWith(tariff, "UnknownDay", [unknown]);
    }
  });

  it("the ring keeps a day's reports until the report of a later day takes its place", async () => {
    const { oracle, tariff, report, submit, chain } = await loadFixture(ended);
    for (const made of chain(2)) await submit(made);
    let slot = Math.floor((await time.latest()) / 900) + 2;
    for (let i = 0; i < RING_DAYS; i++, slot += SLOTS) await tariff.fixDay(slot, SLOTS, [0n]);
    const day = 1 + RING_DAYS;
    expect(await oracle.latestRevision(1)).toBe(1n);
    expect((await oracle.status(day)).revisions).toBe(0n);
    await time.increaseTo(slot * 900);
    await submit(report({ day, firstSlot: slot - SLOTS, meters: 3, root: OTHER }));
    expect([...(await oracle.rootOf(day, 0))]).toEqual([OTHER, 3n]);
    await expect(oracle.rootOf(day, 1)).toRevertWith(oracle, "UnknownRevision", [day, 1]);
    await expect(oracle.rootOf(1, 0)).toRevertWith(oracle, "UnknownRevision", [1, 0]);
  });
});

describe("FlowOracle: signers and limits", () => {
  const next = [keys[2]!, keys[5]!];

  it("AUTH-2 new signers start after their delay, to the second; those before them sign until then", async () => {
    const { oracle, report, submit } = await loadFixture(ended);
    await oracle.connect(admin!).proposeSigners(addresses(next), 1);
    const readyAt = (await time.latest()) + WINDOWS.signerDelay;
    expect([...(await oracle.proposal())]).toEqual([addresses(next), 1n, BigInt(readyAt)]);
    await tryAt(readyAt - 1, () => expect(oracle.applySigners()).toRevertWith(oracle, "TooEarly", [readyAt]));
    await tryAt(readyAt, () => expect(oracle.applySigners()).toEmit(oracle, "SignersApplied", [2, addresses(next), 1]));
    await submit(report());
    expect([...(await oracle.signers())]).toEqual([addresses(set), 2n, 1n]);

    await time.setNextBlockTimestamp(readyAt + 1);
    await oracle.applySigners();
    expect([...(await oracle.signers())]).toEqual([addresses(next), 1n, 2n]);
    expect([...(await oracle.proposal())]).toEqual([[], 0n, 0n]);
    await expect(oracle.applySigners()).toRevertWith(oracle, "NothingProposed", []);
  });

  it("FLOW-2 signers of an earlier epoch no longer count, nor do their reports; the next ones do", async () => {
    const { oracle, report, submit, freeze, digest } = await loadFixture(ended);
    await submit(report());
    const revision = { revision: 1, previous: digest(report()) };
    await oracle.connect(admin!).proposeSigners(addresses(next), 1);
    await time.increase(WINDOWS.signerDelay);
    await oracle.applySigners();
    await expect(submit(report(revision))).toRevertWith(oracle, "WrongEpoch", [1, 2]);
    const signed = report({ ...revision, epoch: 2 });
    await expect(submit(signed)).toRevertWith(oracle, "UnknownSigner", [0, first.address]);
    await expect(freeze(report(), report({ root: OTHER }))).toRevertWith(oracle, "TooLate");
    await expect(submit(signed, [next[0]!])).toEmit(oracle, "ReportAccepted");
  });

  it("AUTH-2 only the admin proposes; a new proposal takes the place of the old one and waits anew", async () => {
    const { oracle } = await loadFixture(fixture);
    const asAdmin = oracle.connect(admin!);
    await expect(oracle.applySigners()).toRevertWith(oracle, "NothingProposed", []);
    const refused = [anyone!.address, ethers.ZeroHash];
    const byAnyone = oracle.proposeSigners(addresses(next), 1);
    await expect(byAnyone).toRevertWith(oracle, "AccessControlUnauthorizedAccount", refused);
    await asAdmin.proposeSigners(addresses(next), 1);
    await time.increase(WINDOWS.signerDelay - 2);
    const sent = asAdmin.proposeSigners(addresses(set), 3);
    const readyAt = (await time.latest()) + 1 + WINDOWS.signerDelay;
    await expect(sent).toEmit(oracle, "SignersProposed", [addresses(set), 3, readyAt]);
    await time.increase(10);
    await expect(oracle.applySigners()).toRevertWith(oracle, "TooEarly", [readyAt]);
  });

  it("AUTH-2 a set is sorted, of 1 to 16 signers, its threshold within it", async () => {
    const { oracle, deploy } = await loadFixture(fixture);
    const [a, b, zero] = [first.address, second.address, ethers.ZeroAddress];
    const many = addresses(signingKeys(17));
    const cases: [string[], number, string, unknown[]][] = [
      [[], 1, "SignerCountOutOfRange", [0, 16]],
      [many, 2, "SignerCountOutOfRange", [17, 16]],
      [[a, b], 0, "ThresholdOutOfRange", [0, 2]],
      [[a, b], 3, "ThresholdOutOfRange", [3, 2]],
      [[b, a], 1, "SignersNotRising", [1, a]],
      [[a, a], 1, "SignersNotRising", [1, a]],
      [[zero, a], 1, "SignersNotRising", [0, zero]],
    ];
    for (const [signers, threshold, error, args] of cases) {
      const proposed = oracle.connect(admin!).proposeSigners(signers, threshold);
      await expect(proposed).toRevertWith(oracle, error, args);
      await expect(deploy({}, signers, threshold)).toRevertWith(oracle, error, args);
    }
    await oracle.connect(admin!).proposeSigners(many.slice(0, 16), 16);
  });

  it("AUTH-2 windows that are zero, run past the hard limit or outlast the ring are refused", async () => {
    const { oracle, deploy } = await loadFixture(fixture);
    const longest = (RING_DAYS - 2) * DAY;
    const refused: Partial<typeof WINDOWS>[] = [
      { reportLimit: 0 },
      { disputeWindow: 0 },
      { settleLimit: 0 },
      { signerDelay: 0 },
      { hardLimit: 7 * DAY - 1 },
      { hardLimit: longest },
      { tolerancePermille: 1001 },
    ];
    for (const change of refused) {
      const args = [Object.values({ ...WINDOWS, ...change }), RING_DAYS];
      await expect(deploy(change)).toRevertWith(oracle, "WindowsDontFit", args);
    }
    const shortest = await deploy({ hardLimit: 7 * DAY, tolerancePermille: 1000 });
    expect(await shortest.settleLimit()).toBe(BigInt(DAY));
    expect(await shortest.feeder()).toBe(FEEDER);
    await deploy({ hardLimit: longest - 1, tolerancePermille: 0 });
  });
});
