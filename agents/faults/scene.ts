import { join } from "node:path";
import { JsonRpcProvider } from "ethers";
import { MarketCalendar, type SessionFacts } from "../chain/calendar.ts";
import { rpcChain } from "../chain/chain.ts";
import { attach, type Contracts, type Rewards } from "../chain/deploy.ts";
import { freePort, type LocalNode, rpc, startLocalNode } from "../chain/localNode.ts";
import { pathsIn } from "../community/folder.ts";
import { type Founding, found, type Paces } from "../community/found.ts";
import { type Kept, KeptProcess } from "../community/processes.ts";
import { trialHomes } from "../community/trialHomes.ts";
import { devicesOf } from "../community/up.ts";
import { readCommunityFile } from "../process/configPlaces.ts";
import { bundledProgram } from "./bundle.ts";
import { FaultyRpc } from "./faultyRpc.ts";

const HOUR = 3600;
/** Unix seconds of the first block, midnight of a Monday: whatever the time of the day is where it runs. */
const START = 1_748_822_400;
/** Real milliseconds between blocks. */
const BLOCK_MS = 80;
/** Real milliseconds between looks at whether a step is done. */
const LOOK_MS = 150;
const SLOT_SECONDS = HOUR;

/** A short life: a day is reported, settled and closed within a day of its end; each window is thousands of blocks. */
const WINDOWS = {
  ...{ reportLimit: 18 * HOUR, disputeWindow: HOUR, settleLimit: 4 * HOUR, hardLimit: 30 * HOUR },
  ...{ signerDelay: HOUR, tolerancePermille: 50 },
};

/** Seconds before the gate at which homes plan and sign: late enough for the day before to be over, thousands of blocks. */
export const ISSUE_SECONDS = 4 * HOUR;
/** Seconds before the gate at which homes post by themselves. */
export const DIRECT_SECONDS = 2 * HOUR;

const PACES: Paces = {
  ...{ pollSeconds: 2, escalateSeconds: 4, timeoutSeconds: 5, confirmations: 3 },
  ...{ issueSeconds: ISSUE_SECONDS, directSeconds: DIRECT_SECONDS, batchSeconds: 2, hurrySeconds: 1800 },
  ...{ waitSeconds: 2 * HOUR },
  ...{ gate: "11:00", zone: "utc", batchSize: 1, gasPlan: 10_000, daysAhead: 1 },
};

/** Starts each once and ends it gracefully: only then is what was compiled kept for the next start; who is killed keeps nothing. */
async function warm(processes: readonly KeptProcess[]): Promise<void> {
  for (const each of processes) each.start();
  while (processes.some(({ bootMs }) => bootMs === 0)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  await Promise.all(processes.map((each) => each.stop()));
}

export interface SceneOptions {
  readonly homes: number;
  readonly seed: number;
  /** Homes have devices to steer, which a program plays on the other side of the broker. */
  readonly devices?: boolean;
  /** What relay and keeper are paid. */
  readonly rewards?: Rewards;
}

/** Blocks in which a step of a day must be done; it is stuck after that. Not seconds: a slow machine is not stuck. */
const STUCK_BLOCKS = 5000;

/**
 * A community of real processes on a chain whose time stands still, a second a block, until a step of its day is done:
 * so that faults may take their time and no deadline passes because a machine is slow. Between the processes and the
 * node is a proxy that can fail.
 */
export class Scene {
  readonly folder: string;
  readonly node: LocalNode;
  readonly proxy: FaultyRpc;
  readonly provider: JsonRpcProvider;
  readonly contracts: Contracts;
  readonly calendar: MarketCalendar;
  readonly processes: ReadonlyMap<string, KeptProcess>;
  /** Processes in each of which one agent lives, and the addresses they send from. */
  readonly secrets: Readonly<Record<string, string>>;
  readonly members: number;
  /** The devices of the homes, where they have some. */
  readonly beside: KeptProcess<Kept> | undefined;
  /** Number of the day that is lived next. */
  nextDay = 1;
  #timer: NodeJS.Timeout;
  #mining: Promise<unknown> = Promise.resolve();
  #paused = false;
  #ticks = 0;
  /** Unix seconds of the newest block so far. */
  #time: number;

  private constructor(made: {
    folder: string;
    node: LocalNode;
    proxy: FaultyRpc;
    provider: JsonRpcProvider;
    contracts: Contracts;
    processes: ReadonlyMap<string, KeptProcess>;
    secrets: Readonly<Record<string, string>>;
    members: number;
    time: number;
    beside?: KeptProcess<Kept>;
  }) {
    this.beside = made.beside;
    this.folder = made.folder;
    this.node = made.node;
    this.proxy = made.proxy;
    this.provider = made.provider;
    this.contracts = made.contracts;
    this.processes = made.processes;
    this.secrets = made.secrets;
    this.members = made.members;
    this.#time = made.time;
    this.calendar = new MarketCalendar(made.contracts);
    this.#timer = setInterval(() => this.#tick(), BLOCK_MS);
  }

  /** Founds a community of synthetic homes in a new folder and starts its processes; what fails leaves nothing running. */
  static async begin(folder: string, options: SceneOptions): Promise<Scene> {
    const undo: (() => unknown)[] = [];
    try {
      return await Scene.#founded(folder, options, undo);
    } catch (error) {
      for (const each of undo) await each();
      throw error;
    }
  }

  static async #founded(
    folder: string,
    { homes, seed, devices = false, rewards }: SceneOptions,
    undo: (() => unknown)[],
  ): Promise<Scene> {
    const node = await startLocalNode({ startAt: START, tied: true });
    undo.unshift(() => node.stop());
    const proxy = new FaultyRpc(node.url);
    undo.unshift(() => proxy.close());
    const places = { rpc: await proxy.listen(), brokerPort: await freePort(), healthPort: 0 };
    const founding: Founding = {
      ...trialHomes(homes, seed, SLOT_SECONDS, devices),
      ...{ slotSeconds: SLOT_SECONDS, packetWh: 50, windows: WINDOWS, ringDays: 8, clearWindow: 12 * HOUR },
      ...{ dsoSigners: 2, dsoThreshold: 2, ...(rewards && { rewards }) },
    };
    const chain = await rpcChain(node.url);
    const { processes: files, secrets } = await found(chain, folder, founding, places, PACES);
    chain.provider.destroy();
    await rpc(node.url, "evm_setAutomine", [false]);
    await rpc(node.url, "hardhat_mine", ["0x10"]); // no reorganisation reaches the founding
    const provider = new JsonRpcProvider(node.url, undefined, { staticNetwork: true, cacheTimeout: -1 });
    const { addresses } = readCommunityFile(pathsIn(folder).community);
    const contracts = attach(addresses, provider as never);
    const env = { ...process.env, ...secrets };
    const program = await bundledProgram();
    const kept = files.map((file) => new KeptProcess(folder, file, env, program));
    undo.unshift(() => Promise.all(kept.map((each) => each.stop())));
    await warm(kept);
    const beside = devices ? new KeptProcess<Kept>(folder, devicesOf(folder, files), env, program) : undefined;
    beside?.start();
    const processes = new Map(kept.map((each) => [each.file.name, each]));
    for (const each of kept) each.start();
    const time = (await provider.getBlock("latest"))!.timestamp;
    const own = { folder, node, proxy, provider, contracts, processes, secrets, members: homes, time };
    return new Scene({ ...own, ...(beside && { beside }) });
  }

  process(name: string): KeptProcess {
    return this.processes.get(name)!;
  }

  /** The state file of a process. */
  stateOf(name: string): string {
    return join(pathsIn(this.folder).state(name), `${name}.sqlite`);
  }

  /** Stops or goes on making blocks. */
  pauseBlocks(paused: boolean): void {
    this.#paused = paused;
  }

  /** Moves the chain's clock to `time` (unix seconds), unless it is later already. */
  async jumpTo(time: number): Promise<void> {
    await this.#alone(async () => {
      if (this.#time >= time) return;
      this.#time = time;
      await rpc(this.node.url, "evm_mine", [time]);
    });
  }

  /** Takes back the newest blocks. Time does not go back with them: the next block is a second after the newest. */
  reorg(depth: number): Promise<unknown> {
    return this.#alone(() => rpc(this.node.url, "anvil_reorg", [depth, []]));
  }

  /** Unix seconds of the newest block, or of a newer one that was taken back. */
  now(): number {
    return this.#time;
  }

  /** Waits until `look` gives something. Throws Error if that takes thousands of blocks: the community is stuck. */
  async until<T>(what: string, look: () => Promise<T | undefined | false>): Promise<T> {
    const last = this.#ticks + STUCK_BLOCKS;
    for (;;) {
      const found = await look();
      if (found !== undefined && found !== false) return found;
      if (this.#ticks > last) throw new Error(`stuck for ${STUCK_BLOCKS} blocks: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** A day's session, as the newest block has it. */
  async sessionOf(day: number): Promise<SessionFacts | undefined> {
    return (await this.calendar.day(day))?.sessions[0];
  }

  async end(): Promise<void> {
    await Promise.all([...this.processes.values(), this.beside].map((each) => each?.stop()));
    clearInterval(this.#timer);
    await this.#mining;
    this.provider.destroy();
    this.proxy.close();
    await this.node.stop();
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#mining.then(work);
    this.#mining = turn.catch(() => {});
    return turn;
  }

  #waiting = false;

  #tick(): void {
    if (this.#paused || this.#waiting) return;
    this.#waiting = true;
    this.#ticks++;
    this.#alone(() => rpc(this.node.url, "evm_mine", [++this.#time]))
      .catch(() => {})
      .finally(() => {
        this.#waiting = false;
      });
  }
}
