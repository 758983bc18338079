import { getAddress, id } from "ethers";
import {
  type CommunityTerms,
  DEFAULT_CLEAR_WINDOW,
  DEFAULT_WINDOWS,
  type Rewards,
  type Windows,
} from "../chain/deploy.ts";
import { InputError } from "../data/inputError.ts";
import { DAY_SECONDS } from "../model/slots.ts";
import type { FundRule } from "../simulation/communityTerms.ts";
import type { CommonsOptions } from "./commonsDeployment.ts";

/** Options of `deploy`, parsed. */
export interface DeployOptions extends CommonsOptions {
  readonly rpc: string;
  readonly chainId?: number;
  readonly out: string;
  readonly feeder: string;
  readonly slotMinutes: number;
  readonly packetWh: number;
  readonly floorPrice: number;
  readonly tickSize: number;
  readonly ringDays: number;
  readonly dso: readonly string[];
  readonly dsoThreshold?: number;
  readonly reportDays: number;
  readonly disputeDays: number;
  readonly settleDays: number;
  readonly hardDays: number;
  readonly fundRule: FundRule;
  readonly token?: string;
  readonly arbiter?: string;
  readonly disputeBond: number;
  readonly rewardOrder: number;
  readonly rewardSlot: number;
  readonly rewardMember: number;
  readonly json?: boolean;
}

/** The terms that options ask for. Throws InputError where they don't fit together. */
export function termsOf(options: DeployOptions): CommunityTerms {
  const { slotMinutes, packetWh, ringDays, floorPrice, tickSize, dso, fundRule } = options;
  if (DAY_SECONDS % (60 * slotMinutes) !== 0)
    throw new InputError(
      `a slot of ${slotMinutes} min does not divide a day`,
      {},
      "use 5, 10, 15, 30 or 60 minutes, say",
    );
  if (floorPrice % tickSize !== 0)
    throw new InputError("the floor price is no multiple of the tick size", {}, "choose both so that 0 is a price");
  const { dsoThreshold = Math.floor(dso.length / 2) + 1 } = options;
  if (dsoThreshold > dso.length)
    throw new InputError(
      `${dso.length} DSO signers can't give ${dsoThreshold} signatures`,
      {},
      "lower --dso-threshold",
    );
  const windows = windowsOf(options);
  return {
    ...{ slotSeconds: 60 * slotMinutes, packetWh, ringDays, floorPrice, tickSize, fundRule, windows },
    ...{ feeder: id(options.feeder), dsoSigners: dso, dsoThreshold, clearWindow: DEFAULT_CLEAR_WINDOW },
    ...{ disputeBond: options.disputeBond, rewards: rewardsOf(options), ...arbiterOf(options) },
  };
}

function windowsOf({ reportDays, disputeDays, settleDays, hardDays, ringDays }: DeployOptions): Windows {
  if (reportDays + disputeDays + 2 * settleDays > hardDays || hardDays + 2 >= ringDays)
    throw new InputError(
      `the windows don't fit: ${reportDays} + ${disputeDays} + 2 x ${settleDays} days within ${hardDays}, and that within ${ringDays}`,
      {},
      "report + dispute + twice the settle days may be at most the hard limit, and that and two days must be less than the ring",
    );
  const seconds = (count: number) => Math.round(count * DAY_SECONDS);
  return {
    ...DEFAULT_WINDOWS,
    reportLimit: seconds(reportDays),
    disputeWindow: seconds(disputeDays),
    settleLimit: seconds(settleDays),
    hardLimit: seconds(hardDays),
  };
}

/** Who signs reports may not rule on them. */
function arbiterOf({ arbiter, dso }: DeployOptions): { arbiter?: string } {
  if (arbiter === undefined) return {};
  if (!dso.includes(arbiter)) return { arbiter };
  throw new InputError("the arbiter signs reports too", { value: arbiter }, "name someone else with --arbiter");
}

function rewardsOf({ rewardOrder, rewardSlot, rewardMember, fundRule }: DeployOptions): Rewards {
  if (rewardOrder + rewardSlot + rewardMember > 0 && fundRule !== "treasury")
    throw new InputError(
      `the fund pays no rewards under the rule "${fundRule}": all of it belongs to members`,
      {},
      "take --fund-rule treasury, or leave the rewards out",
    );
  return { perOrder: rewardOrder, perSlot: rewardSlot, perMember: rewardMember };
}

/** Distinct addresses in rising order, as the oracle wants them. */
export function addresses(text: string): string[] {
  const given = text.split(",").map((each) => checkedAddress(each.trim(), "--dso"));
  const sorted = [...new Set(given)].sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1));
  if (sorted.length === given.length) return sorted;
  throw new InputError("--dso names an address twice", { value: text }, "give each signer once");
}

/** One address. */
export const address = (option: string) => (text: string) => checkedAddress(text.trim(), option);

function checkedAddress(text: string, option: string): string {
  try {
    return getAddress(text);
  } catch {
    throw new InputError(`${option} has something that is no address`, { value: text }, "give 0x and 40 hex digits");
  }
}

/** Base units per packet, 0 or below. */
export function floorPrice(text: string): number {
  if (/^(-\d{1,9}|0)$/.test(text)) return Number(text);
  throw new InputError("--floor-price is not 0 or a negative whole number", { value: text }, "write it like -1000");
}
