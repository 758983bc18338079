import { rpcChain } from "../chain/chain.ts";
import { type LocalNode, startLocalNode } from "../chain/localNode.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import type { Progress } from "../simulation/progress.ts";
import { ChainClock } from "./clock.ts";
import { type ProcessFile, pathsIn, readSecrets, writeRun } from "./folder.ts";
import { type Founding, found, type Paces } from "./found.ts";
import { type Kept, KeptProcess } from "./processes.ts";
import { trialHomes } from "./trialHomes.ts";

export interface UpOptions {
  readonly folder: string;
  readonly homes: number;
  readonly seed: number;
  /** Seconds of the chain in a real second. */
  readonly speed: number;
  readonly slotMinutes: number;
  /** Port of the chain; broker and health take those after it. */
  readonly port: number;
  readonly progress: Progress;
}

/** A community that runs. */
export interface RunningCommunity {
  readonly rpc: string;
  readonly processes: readonly KeptProcess<Kept>[];
  stop(): Promise<void>;
}

const HOUR = 3600;

/** Windows of a trial: a day is settled three days after its end. */
const TRIAL = {
  windows: {
    ...{ reportLimit: 2 * DAY_SECONDS, disputeWindow: DAY_SECONDS, settleLimit: DAY_SECONDS },
    ...{ hardLimit: 5 * DAY_SECONDS, signerDelay: DAY_SECONDS, tolerancePermille: 50 },
  },
  ringDays: 16,
  clearWindow: 6 * HOUR,
};

/** Assumes that the contracts are built. Starts a node, founds a community on it, and runs all of its processes until it is stopped. */
export async function communityUp(options: UpOptions): Promise<RunningCommunity> {
  const { folder, port, speed, progress } = options;
  progress.phase("starting a local chain");
  const node = await startLocalNode({ port, tied: true });
  try {
    progress.phase(`founding a community of ${options.homes} homes`);
    const founding = foundingOf(options);
    const places = { rpc: node.url, brokerPort: port + 1, healthPort: port + 2 };
    const chain = await rpcChain(node.url);
    const { processes } = await found(chain, folder, founding, places, pacesAt(speed));
    chain.provider.destroy();
    return await run(options, node, processes);
  } catch (error) {
    await node.stop();
    throw error;
  }
}

function foundingOf({ homes, seed, slotMinutes }: UpOptions): Founding {
  const slotSeconds = 60 * slotMinutes;
  const packetWh = slotMinutes > 20 ? 20 : 10; // connections of trial homes fit in 2,047 packets a slot
  return {
    ...trialHomes(homes, seed, slotSeconds, true),
    slotSeconds,
    packetWh,
    ...TRIAL,
    dsoSigners: 3,
    dsoThreshold: 2,
  };
}

/** Leads grow with the speed, so that agents have some real seconds for each step. */
function pacesAt(speed: number): Paces {
  const real = (seconds: number) => Math.max(1, Math.round(seconds * speed));
  return {
    ...{ pollSeconds: speed === 1 ? 2 : 0.5, escalateSeconds: 15, timeoutSeconds: 5, confirmations: 2 },
    ...{ gate: "11:45", zone: "utc", batchSize: 60, gasPlan: 12_000_000, daysAhead: 2 },
    issueSeconds: Math.max(1800, real(20)),
    planSeconds: Math.max(900, real(15)),
    directSeconds: Math.max(600, real(8)),
    batchSeconds: Math.max(30, real(3)),
    hurrySeconds: Math.max(300, real(12)),
    waitSeconds: Math.max(2 * HOUR, real(10)),
  };
}

/** The program that is the devices of all homes. */
export function devicesOf(folder: string, files: readonly ProcessFile[]): Kept {
  const homes = files.filter(({ agent }) => agent === "household");
  const configs = homes.map(({ name }) => pathsIn(folder).config(name));
  return { name: "devices", agent: "devices", args: ["devices", "--config", ...configs] };
}

async function run(
  { folder, speed, port }: UpOptions,
  node: LocalNode,
  files: readonly ProcessFile[],
): Promise<RunningCommunity> {
  const clock = new ChainClock(node.url, speed);
  await clock.start();
  const env = { ...process.env, ...readSecrets(folder) };
  const processes = [...files, devicesOf(folder, files)].map((file) => new KeptProcess<Kept>(folder, file, env));
  for (const each of processes) each.start();
  writeRun(folder, {
    ...{ schema: "commonwatt-community-run/1", pid: process.pid, rpc: node.url, speed },
    broker: `mqtt://127.0.0.1:${port + 1}`,
    processes: files.map(({ name, agent }, i) => ({ name, agent, health: `http://127.0.0.1:${port + 2 + i}` })),
  });
  const stop = async () => {
    await Promise.all(processes.map((each) => each.stop()));
    await clock.stop();
    await node.stop();
  };
  return { rpc: node.url, processes, stop };
}
