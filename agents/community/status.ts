import { MarketCalendar } from "../chain/calendar.ts";
import { attach } from "../chain/deploy.ts";
import { BelievedNode } from "../chain/node.ts";
import { formatUtc } from "../model/slots.ts";
import { readCommunityFile } from "../process/configPlaces.ts";
import { pathsIn, readRun } from "./folder.ts";

/** How one process stands, by its own word. */
export interface ProcessStatus {
  readonly name: string;
  readonly agent: string;
  readonly live: boolean;
  readonly ready: boolean;
  readonly problems: readonly string[];
  /** What its last turn reported. */
  readonly report: Readonly<Record<string, unknown>>;
}

/** How a day stands, by the chain's word. */
export interface DayStatus {
  readonly day: number;
  readonly start: string;
  readonly sessions: readonly string[];
  readonly profiles: number;
  readonly proof: string;
  readonly unsettled: number;
  readonly closed: boolean;
}

export interface CommunityStatus {
  readonly schema: "commonwatt-community-status/1";
  /** UTC; null if the chain does not answer. */
  readonly chainTime: string | null;
  readonly block: number | null;
  readonly processes: readonly ProcessStatus[];
  readonly days: readonly DayStatus[];
}

const PROOFS = ["awaited", "disputable", "settleable", "missing"] as const;
const TIMEOUT_MS = 2000;

/** Asks every process of a community, and its chain. Throws InputError if nothing was started in the folder. */
export async function communityStatus(folder: string, shownDays: number): Promise<CommunityStatus> {
  const run = readRun(folder);
  const processes = await Promise.all(run.processes.map(askProcess));
  const chain = await askChain(folder, run.rpc, shownDays).catch(() => undefined);
  const none = { chainTime: null, block: null, days: [] };
  return { schema: "commonwatt-community-status/1", ...(chain ?? none), processes };
}

async function askProcess(given: { name: string; agent: string; health: string }): Promise<ProcessStatus> {
  const { name, agent, health } = given;
  try {
    const [live, ready] = await Promise.all([ask(`${health}/livez`), ask(`${health}/readyz`)]);
    const { ready: isReady, problems, ...report } = ready as { ready: boolean; problems: string[] };
    return { name, agent, live: live.live === true, ready: isReady, problems, report };
  } catch {
    return { name, agent, live: false, ready: false, problems: ["does not answer"], report: {} };
  }
}

async function ask(url: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  return (await response.json()) as Record<string, unknown>;
}

async function askChain(folder: string, rpc: string, shownDays: number) {
  const { chainId, addresses } = readCommunityFile(pathsIn(folder).community);
  const node = new BelievedNode({ rpc, chainId, confirmations: 0, timeoutMs: TIMEOUT_MS, blocksPerQuery: 10_000 });
  try {
    const { latest, latestTime } = await node.look();
    const contracts = attach(addresses, node as never);
    const calendar = new MarketCalendar(contracts);
    const newest = await calendar.latestDay();
    const days: DayStatus[] = [];
    for (let day = newest; day > Math.max(0, newest - shownDays); day--) {
      const facts = await calendar.day(day);
      if (!facts) break;
      const status = await contracts.oracle.status(day);
      const { unsettled, closed } = await contracts.dayBook.dayState(day);
      days.unshift({
        ...{ day, start: formatUtc(facts.start), closed, unsettled: Number(unsettled) },
        sessions: facts.sessions.map(({ stage }) => stage),
        profiles: facts.sessions.reduce((sum, { rows }) => sum + rows, 0),
        proof: PROOFS[Number(status.state)]!,
      });
    }
    return { chainTime: formatUtc(latestTime), block: latest, days };
  } finally {
    node.destroy();
  }
}

/** The status as text. */
export function statusText({ chainTime, block, processes, days }: CommunityStatus): string {
  const width = Math.max(...processes.map(({ name }) => name.length), 4);
  const heads = [`chain      ${chainTime === null ? "does not answer" : `block ${block}, ${chainTime}`}`, ""];
  const lines = processes.map(({ name, agent, live, ready, problems, report }) => {
    const state = !live ? "dead" : ready ? "ready" : "not ready";
    const facts = Object.entries(report).filter(([key, value]) => !HIDDEN.has(key) && value !== null);
    const said = facts.map(([key, value]) => `${key} ${value}`).join(", ");
    return `${name.padEnd(width)}  ${agent.padEnd(9)}  ${state.padEnd(9)}  ${problems.join("; ") || said}`;
  });
  const rows = days.map(({ day, start, sessions, profiles, proof, unsettled, closed }) => {
    const settled = closed ? "closed" : `${unsettled} unsettled`;
    return `day ${day}  ${start.slice(0, 10)}  session ${sessions.join(", ") || "none"}  ${profiles} profiles  proof ${proof}  ${settled}`;
  });
  return `${[...heads, ...lines, "", ...rows].join("\n")}\n`;
}

const HIDDEN = new Set(["address", "block", "time", "latest"]);
