import type { SessionFacts } from "../chain/calendar.ts";
import { batchesOf, type SignedProfile } from "./relay.ts";

/** When a relay posts. All in seconds of the chain. */
export interface PostingRule {
  /** How long a profile waits for others. */
  readonly batchSeconds: number;
  /** How long before the gate nothing waits for more. */
  readonly hurrySeconds: number;
  /** Profiles in a batch, at most. */
  readonly size: number;
}

/** A profile on the desk and when it came. */
export interface Waiting {
  readonly profile: SignedProfile;
  readonly since: number;
}

/** Batches to post for a session at `now`; none as long as it is worth waiting for more. */
export function dueBatches(
  waiting: readonly Waiting[],
  { gate, members, rows }: SessionFacts,
  now: number,
  { batchSeconds, hurrySeconds, size }: PostingRule,
): SignedProfile[][] {
  if (waiting.length === 0 || now >= gate) return [];
  const oldest = Math.min(...waiting.map(({ since }) => since));
  const everyone = rows + waiting.length >= members;
  const due = everyone || now - oldest >= batchSeconds || gate - now <= hurrySeconds;
  const profiles = waiting.map(({ profile }) => profile);
  return due || waiting.length >= size ? batchesOf(profiles, size) : [];
}
