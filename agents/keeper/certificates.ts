import type { Contracts } from "../chain/deploy.ts";
import type { AgentContext } from "../process/agent.ts";
import type { Send } from "./keeper.ts";

/** Days before a day's totals are written over from which on its holdings are booked; half a ring where that is less. */
const LEAD_DAYS = 7;
/** Members booked in one transaction, at most: about 60,000 gas each. */
const MOST_MEMBERS = 100;
/** Days whose holdings are booked, as they are kept. */
const KIND = "certified";

/** Days whose totals are written over soon, rising: a day's place is given to the one two rings later. */
export function daysToCertify(latest: number, ringDays: number): number[] {
  const lead = Math.min(LEAD_DAYS, Math.floor(ringDays / 2));
  return Array.from({ length: lead }, (_, i) => latest - 2 * ringDays + 1 + i).filter((day) => day > 0);
}

/**
 * Books what members received on a day into their certificates, for those of whom the ring still holds it: nothing was
 * received in its place one ring later. Gives their number. Who is booked already stays as it is.
 */
export async function certify(
  contracts: Pick<Contracts, "ecoins">,
  day: number,
  ringDays: number,
  fromBlock: number,
  send: Send,
): Promise<number> {
  const { ecoins } = contracts;
  if (!(await ecoins.isFinal(day))) return 0;
  const [received, since] = await Promise.all(
    [day, day + ringDays].map((each) => wordsReceived(contracts, each, fromBlock)),
  );
  const left = [...received!].filter(([word]) => !since!.has(word)).map(([, member]) => member);
  const who = [...new Set(left)].sort((a, b) => a - b);
  for (let at = 0; at < who.length; at += MOST_MEMBERS)
    await send("certify", ecoins.certify(day, who.slice(at, at + MOST_MEMBERS)));
  return who.length;
}

/** Books the days that are due, each once; a store that was lost lets a booking be sent again, which changes nothing. */
export async function certifyDue(
  { contracts, fromBlock, send, store, log }: Pick<AgentContext, "contracts" | "fromBlock" | "send" | "store" | "log">,
  latest: number,
  ringDays: number,
): Promise<void> {
  const due = daysToCertify(latest, ringDays);
  for (const { key } of store.list(KIND)) if (!due.includes(Number(key))) store.delete(KIND, key);
  for (const day of due) {
    if (store.get(KIND, `${day}`) !== undefined) continue;
    const members = await certify(contracts, day, ringDays, fromBlock, send);
    store.set(KIND, `${day}`, members);
    if (members > 0) log.info({ day, members }, "holdings certified");
  }
}

/** Words of twenty slots in which members received something on a day, each with its member (the 13 bits above it, less one). */
async function wordsReceived(
  { ecoins }: Pick<Contracts, "ecoins">,
  day: number,
  fromBlock: number,
): Promise<Map<bigint, number>> {
  const minted = await ecoins.queryFilter(ecoins.filters.EcoinsMinted(day), fromBlock);
  const words = minted.flatMap(({ args }) => args.items.map((item) => item >> 240n));
  return new Map(words.map((word) => [word, Number(word >> 3n) + 1]));
}
