import type { DayBook, EnergyMarket } from "../../types/ethers-contracts/index.ts";
import type { Contracts } from "../chain/deploy.ts";

/** Where clearing and settling are asked for: at the market and the day book, or at the rewards, which hand it on. */
export interface Desk {
  readonly clear: EnergyMarket["clear"];
  readonly settle: DayBook["settle"];
  readonly settleUnproven: DayBook["settleUnproven"];
  readonly unwind: DayBook["unwind"];
}

/** A community's contracts, and where to work on them; at the market and the day book if nothing is said. */
export type Keeping = Contracts & { readonly desk?: Desk };

/** The desk that work goes to. */
export const deskOf = ({ market, dayBook, desk }: Keeping): Desk =>
  desk ?? {
    ...{ clear: market.clear, settle: dayBook.settle },
    ...{ settleUnproven: dayBook.settleUnproven, unwind: dayBook.unwind },
  };

/** The same contracts, worked on through the rewards, so that what is done is paid for. */
export function earning(contracts: Contracts): Keeping {
  const { clear, settle, settleUnproven, unwind } = contracts.rewards;
  return { ...contracts, desk: { clear, settle, settleUnproven, unwind } };
}
