import type { Result } from "./result.ts";
import {
  billsSentence,
  co2Sentence,
  costSentence,
  fundSentence,
  gasSentence,
  surplusSentence,
  timescalesSentence,
} from "./sentences.ts";

/** One plot of the page. */
export interface Card {
  /** Name of the chart in `page/main.ts`. */
  readonly id: string;
  readonly title: string;
  /** What the day says here. */
  readonly lead: string;
  /** How to read the plot. */
  readonly caption: string;
  readonly height: number;
  readonly wide: boolean;
}

/** The plots of a day, in the order of the page. */
export function cardsOf(result: Result): Card[] {
  const wide = (card: Omit<Card, "wide">): Card => ({ ...card, wide: true });
  const half = (card: Omit<Card, "wide">): Card => ({ ...card, wide: false });
  const planCard = wide({
    id: "plan",
    title: "A home's plan",
    lead: "Energy managers move what can wait to where energy is cheap, at home or next door.",
    caption:
      `Above zero what draws, below what gives, as planned after ${result.sessions ? "the last session that could change it" : "clearing with the forecast of the day before"}; ` +
      "the line is the home's own retail price. A slot under the pointer shows what the meter saw.",
    height: 460,
  });
  const forecast = half({
    id: "forecast",
    title: "What was expected and what came",
    lead: "The agents bid on a forecast; what the meters show otherwise is settled with the supplier.",
    caption: "Import less export of the whole community. Below zero it fed into the grid.",
    height: 300,
  });
  return [
    wide({
      id: "curves",
      title: "How a price is made",
      lead: "",
      caption:
        "Bids from the highest price down, asks from the lowest up. Bold orders trade; the dashed pair sets the two prices " +
        "and stays out. The shaded area goes to the community's fund.",
      height: 420,
    }),
    wide({
      id: "prices",
      title: "Prices over the day",
      lead: "Between the supplier's two prices there is room for neighbours to trade.",
      caption: `A mark per slot that traded; where there is none, nothing traded. ${result.sessions ? "Where several sessions traded, it is their mean. " : ""}A click shows the slot's orders above.`,
      height: 320,
    }),
    wide({
      id: "energy",
      title: "Where the energy came from and where it went",
      lead: surplusSentence(result),
      caption: "Above zero: what the homes used, by origin. Below: the surplus they fed into the feeder.",
      height: 360,
    }),
    wide({
      id: "bills",
      title: "Bills before and after",
      lead: billsSentence(result),
      caption:
        "Left: the day's energy bill in EUR at the home's own tariff, without and with the market; below zero the home is paid. " +
        "Right: what it saves, in EUR on a larger scale.",
      height: 80 + 30 * result.members.length,
    }),
    ...sessionCards(result),
    ...(result.homePlans ? [planCard] : []),
    half({
      id: "money",
      title: "Where the money went",
      lead: fundSentence(result),
      caption: "Money moved in the market. All bars add up to zero; ordinary bills with the supplier are not in it.",
      height: 290,
    }),
    half({
      id: "costs",
      title: "What the chain cost, beside the gain",
      lead: costSentence(result),
      caption: `Gain: bills saved and what the fund kept. ${result.gasCosts.map(statedCase).join(" ")}`,
      height: 290,
    }),
    half({
      id: "gas",
      title: "Gas per order",
      lead: gasSentence(result),
      caption: result.baseline
        ? `Beside it: ${result.baseline.description}.`
        : "Gas of the day's transactions, by phase.",
      height: 380,
    }),
    half({
      id: "co2",
      title: "CO2 avoided",
      lead: co2Sentence(result),
      caption:
        "Since the day began. Energy bought, delivered and drawn in the same slot counts as not taken from the grid.",
      height: 380,
    }),
    ...(result.slots.some(({ forecastNetWh }) => forecastNetWh !== null) ? [{ ...forecast, wide: true }] : []),
  ];
}

/** The plots of a day of several sessions. */
function sessionCards(result: Result): Card[] {
  if (!result.sessions) return [];
  const traded = {
    id: "traded",
    title: "Three timescales",
    lead: timescalesSentence(result),
    caption:
      "What was traded of each slot, by timescale; what was bought and sold again counts each time. The pointer shows the prices that " +
      "buyers paid and sellers got.",
  };
  const kept = {
    id: "kept",
    title: "What of the contracts was kept",
    lead: "Each session trades the difference between what homes hold by then and what they expect by then.",
    caption:
      "Net contracts of this day against its meters, had trade ended with that timescale: devices ran as all sessions had it.",
  };
  const gas = {
    id: "sessionGas",
    title: "What an order costs, by timescale",
    lead: "A session has costs of its own; where few orders share them, each bears more.",
    caption:
      "Gas to open, post, close, clear and release, over the session's orders. Proof and settlement are once for the day.",
  };
  return [
    { ...traded, height: 320, wide: true },
    { ...kept, height: 330, wide: false },
    { ...gas, height: 330, wide: false },
  ];
}

function statedCase({ network, gasPriceGwei, etherPriceEur, note }: Result["gasCosts"][number]): string {
  return `${network}: ${gasPriceGwei} gwei, ether at ${etherPriceEur} EUR (${note}).`;
}
