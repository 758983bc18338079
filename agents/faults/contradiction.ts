import { Wallet } from "ethers";
import { rpcChain } from "../chain/chain.ts";
import { FLOW_REPORT_TYPES, type FlowReport, flowOracleDomain } from "../model/flowReport.ts";
import { keccakOf } from "../model/keccak.ts";
import { liveDay } from "./day.ts";
import type { Struck } from "./faults.ts";
import type { Scene } from "./scene.ts";

/** The DSO's keys sign a second report of the revision that the chain has; someone shows both. */
export async function contradict(scene: Scene): Promise<Struck> {
  const before = async (step: string) => {
    if (step !== "reported") return;
    const day = scene.nextDay - 1;
    const { oracle } = scene.contracts;
    await scene.jumpTo((await scene.calendar.day(day))!.end);
    await scene.until("a report to contradict", async () => (await oracle.status(day)).revisions > 0n || undefined);
    await show(scene, day);
  };
  return { facts: await liveDay(scene, { before, unreported: true }), strikes: 1 };
}

async function show(scene: Scene, day: number): Promise<void> {
  const { oracle } = scene.contracts;
  const [accepted] = await oracle.queryFilter(oracle.filters.ReportAccepted(day));
  const tx = await scene.provider.getTransaction(accepted!.transactionHash);
  const call = oracle.interface.parseTransaction(tx!)!;
  const report = plain(call.args.report.toObject());
  const other = { ...report, root: keccakOf("another root") };
  const chain = await rpcChain(scene.node.url);
  const place = { chainId: chain.chainId, verifyingContract: await oracle.getAddress() };
  const wallets = [1, 2].map((i) => new Wallet(scene.secrets[`COMMONWATT_DSO_SIGNER_${i}`]!));
  const rising = wallets.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
  const sign = (wallet: Wallet) => wallet.signTypedData(flowOracleDomain(place), FLOW_REPORT_TYPES, other);
  const signatures = await Promise.all(rising.map(sign));
  const shown = await oracle
    .connect(chain.signer)
    .freeze(report as never, [...call.args.signatures], other as never, signatures);
  await shown.wait();
  chain.provider.destroy();
}

/** A report out of calldata, numbers as they are signed. */
const plain = (report: Record<string, unknown>): FlowReport => ({ ...report }) as unknown as FlowReport;
