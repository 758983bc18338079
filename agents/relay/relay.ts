import { type ContractTransactionResponse, Signature, type TransactionReceipt } from "ethers";
import type { EnergyMarket } from "../../types/ethers-contracts/index.ts";
import { word } from "../model/keccak.ts";
import { decodeHead, headOf, MAX_ROWS, type PostedProfile, type Profile } from "../model/profileBook.ts";

/** A profile as a household hands it over. */
export interface SignedProfile extends Profile {
  /** 65 bytes by the member's key, or whatever its ERC-1271 wallet wants. */
  readonly signature: string;
}

/** Reasons of refusal in the order of the Solidity enum `Refusal`. */
export const REFUSALS = [
  "None",
  "UnknownMember",
  "OutOfOrder",
  "AlreadyPosted",
  "BadSignature",
  "MalformedOrder",
  "AboveRetail",
  "AboveCapacity",
  "NoFunds",
  "InDebt",
  "NoEcoins",
] as const;

export type RefusalName = (typeof REFUSALS)[number];

/** What became of a batch. */
export interface Posted {
  readonly batch: number;
  readonly taken: readonly PostedProfile[];
  readonly refused: readonly { readonly member: number; readonly reason: RefusalName }[];
}

/** Batches of at most `size` profiles, members rising; of two profiles of a member the second goes to a later batch. */
export function batchesOf(profiles: readonly SignedProfile[], size = MAX_ROWS): SignedProfile[][] {
  const rounds: SignedProfile[][] = [];
  const seen = new Map<number, number>();
  for (const profile of [...profiles].sort((a, b) => a.member - b.member || a.nonce - b.nonce)) {
    const round = seen.get(profile.member) ?? 0;
    seen.set(profile.member, round + 1);
    if (round === rounds.length) rounds.push([]);
    rounds[round]!.push(profile);
  }
  return rounds.flatMap((round) =>
    Array.from({ length: Math.ceil(round.length / size) }, (_, i) => round.slice(i * size, (i + 1) * size)),
  );
}

/** A batch as `EnergyMarket.post` takes it: rows of head, r, vs and orders, and the signatures of other forms. */
export function postArguments(batch: readonly SignedProfile[]): { rows: string; signatures: string[] } {
  const signatures: string[] = [];
  const rows = batch.map((profile) => {
    const head = word(headOf({ ...profile, lock: 0n }));
    return [head, ...signatureWords(profile.signature, signatures), ...profile.orders.map(word)];
  });
  return {
    rows: `0x${rows
      .flat()
      .map((item) => item.slice(2))
      .join("")}`,
    signatures,
  };
}

/** r and vs of a 65-byte signature by a key, or the place of any other in the list of others, with vs 0. */
function signatureWords(signature: string, others: string[]): [string, string] {
  const compact = compactOf(signature);
  return compact ?? [word(others.push(signature) - 1), word(0)];
}

function compactOf(signature: string): [string, string] | undefined {
  if (signature.length !== 132) return undefined;
  try {
    const { r, yParityAndS } = Signature.from(signature);
    return BigInt(yParityAndS) === 0n ? undefined : [r, yParityAndS];
  } catch {
    return undefined;
  }
}

/**
 * Posts a batch; gives what the chain took and what it refused.
 * @param door Where it is posted: at the market, or at the rewards, which hand it on.
 */
export async function post(
  market: EnergyMarket,
  session: number,
  batch: readonly SignedProfile[],
  send: (sent: Promise<ContractTransactionResponse>) => Promise<TransactionReceipt>,
  door: Pick<EnergyMarket, "post"> = market,
): Promise<Posted> {
  const { rows, signatures } = postArguments(batch);
  const receipt = await send(door.post(session, rows, signatures));
  return postedOf(market, receipt, batch);
}

function postedOf(market: EnergyMarket, receipt: TransactionReceipt, batch: readonly SignedProfile[]): Posted {
  let posted: Posted = { batch: -1, taken: [], refused: [] };
  for (const log of receipt.logs) {
    const event = market.interface.parseLog(log);
    if (event?.name === "ProfileRefused") {
      const reason = REFUSALS[Number(event.args.reason)]!;
      posted = { ...posted, refused: [...posted.refused, { member: Number(event.args.member), reason }] };
    } else if (event?.name === "BatchPosted") {
      const taken = (event.args.heads as bigint[]).map((head) => {
        const { member, lock } = decodeHead(head);
        return { ...batch.find((profile) => profile.member === member)!, lock };
      });
      posted = { ...posted, batch: Number(event.args.batch), taken };
    }
  }
  return posted;
}
