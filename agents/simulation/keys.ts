import { Wallet } from "ethers";
import { type Hash, keccakOf } from "../model/keccak.ts";

/**
 * Keys and salts of a simulated community, all from its seed, so that a day can be repeated. Warning: for simulations
 * only. Whoever knows the seed has every key; a real member's key is its own, and a real DSO draws salts at random.
 */

/** The account of the `member`-th member. */
export const memberWallet = (seed: number, member: number): Wallet =>
  new Wallet(keccakOf(`simulated member ${member} of seed ${seed}`));

/** The account of the manager of the `community`-th community. */
export const managerWallet = (seed: number, community: number): Wallet =>
  new Wallet(keccakOf(`simulated manager ${community} of seed ${seed}`));

/** The DSO's `count` signers, in rising order of their addresses. */
export function dsoWallets(seed: number, count: number): Wallet[] {
  const wallets = Array.from({ length: count }, (_, i) => new Wallet(keccakOf(`simulated DSO ${i} of seed ${seed}`)));
  return wallets.sort((a, b) => (BigInt(a.address) < BigInt(b.address) ? -1 : 1));
}

/** The commitment to a member's meter. */
export const meterCommitment = (seed: number, member: number): Hash => keccakOf(`meter ${member} of seed ${seed}`);

/** The private salt of a member's leaf in the report of `date`. */
export const leafSalt = (seed: number, member: number, date: string): Hash =>
  keccakOf(`salt ${member} of seed ${seed} on ${date}`);
