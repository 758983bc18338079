import type { CompareResult, RuleBills, WayName, WayResult } from "./compareResult.ts";
import { shareOf } from "./figures.ts";
import { decimal, eur, kwh, mass, percent, smallEur, tokens, whole } from "./units.ts";

/** What a comparison says in words and figures. */

export const wayOf = ({ ways }: CompareResult, name: WayName): WayResult => ways.find((way) => way.name === name)!;

/** All bills of a comparison, each rule with its way. */
export const rulesOf = ({ ways }: CompareResult): { way: WayResult; rule: RuleBills; name: string }[] =>
  ways.flatMap((way) => way.bills.map((rule) => ({ way, rule, name: ruleName(way.name, rule.rule) })));

const ruleName = (way: WayName, rule: string): string => (way === "commons" ? `commons, ${rule}` : way);

/** What the members pay together: bills less what their common fund kept. */
export const costOf = (way: WayResult, rule: RuleBills): number => rule.total - way.fundKept;

const kw = (watts: number): string => `${decimal(watts / 1000, 1)} kW`;

/** The day in one sentence. */
export function compareHeadline(result: CompareResult): string {
  const [alone, market, commons] = result.ways as [WayResult, WayResult, WayResult];
  const fraction = (way: WayResult) => percent(shareOf(way.matchedWh, way.usedWh));
  const peaks = sameFlows(alone, market)
    ? `${kw(alone.peakW)} without sharing and with the market, ${kw(commons.peakW)} with the commons`
    : result.ways.map(({ name, peakW }) => `${kw(peakW)} (${name})`).join(", ");
  return (
    `Neighbours supplied ${fraction(market)} of what ${result.members.length} homes used in the market, ${fraction(commons)} in the ` +
    `commons. The feeder's peak: ${peaks}.`
  );
}

/** How the feeder's load differs between the ways. */
export function peakSentence(result: CompareResult): string {
  const [alone, market, commons] = result.ways as [WayResult, WayResult, WayResult];
  const moved = sameFlows(alone, market)
    ? "The market moves money, not loads: its homes draw what they would have drawn anyway."
    : "Alone and in the market each home plans for itself, by its tariff and the prices it expects.";
  return (
    `${moved} The commons moves loads that can wait and uses all batteries together. The most that came in at once: ` +
    `${result.ways.map(({ name, peakW }) => `${kw(peakW)} (${name})`).join(", ")}; at the mean of the day ` +
    `${kw((commons.supplierWh * 3600) / (result.run.slotSeconds * result.run.starts.length))} from suppliers in the commons.`
  );
}

/** Whether meters saw the same in both. */
export const sameFlows = (a: WayResult, b: WayResult): boolean =>
  a.slots.every((slot, t) => slot.importWh === b.slots[t]!.importWh && slot.exportWh === b.slots[t]!.exportWh);

export function matchSentence(result: CompareResult): string {
  const [alone, market, commons] = result.ways as [WayResult, WayResult, WayResult];
  return (
    `Without anybody doing anything, ${kwh(alone.coincidentWh)} of surplus met a neighbour's need in the same slot. The market ` +
    `had ${kwh(market.matchedWh)} of it under contract the day before and delivered; the commons shared ` +
    `${kwh(commons.matchedWh)}, after moving loads and batteries to where the surplus was.`
  );
}

export function billSentence(result: CompareResult): string {
  const { run } = result;
  const [alone, market, ...commons] = rulesOf(result);
  const saved = (entry: { way: WayResult; rule: RuleBills }) =>
    eur(costOf(alone!.way, alone!.rule) - costOf(entry.way, entry.rule), run);
  const losers = commons.map(({ rule }) => `${rule.savings.worseOff} under ${rule.rule}`).join(", ");
  return (
    `Together the homes save ${saved(market!)} in the market (of it ${eur(market!.way.fundKept, run)} in their fund) and ` +
    `${saved(commons[0]!)} in the commons. Worse off than without sharing: ${market!.rule.savings.worseOff} in the market, ${losers}.`
  );
}

export function brokenSentence(result: CompareResult): string {
  const [, market, commons] = result.ways as [WayResult, WayResult, WayResult];
  const { admitted, kept, emergencies, asked } = result.requests;
  const unmet =
    commons.unmetWh === 0 ? "Nothing that was wanted stayed unmet." : `${kwh(commons.unmetWh)} stayed unmet.`;
  return (
    `In the market ${kwh(market.broken.wh)} were sold and not fed in, or bought and not drawn. The commons admitted ` +
    `${whole(admitted)} of ${whole(asked)} requests (${whole(emergencies)} as emergencies), kept ${whole(kept)} promises, and imported ` +
    `${kwh(commons.broken.wh)} beyond its allowance for them. ${unmet}`
  );
}

export function gasSentence({ ways, members }: CompareResult): string {
  const each = ways
    .filter(({ gas }) => gas.used > 0)
    .map(({ name, gas }) => {
      const [dear, cheap] = [gas.costs[0], gas.costs.at(-1)];
      const cost =
        dear && cheap
          ? ` (${smallEur(dear.costEur)} on ${dear.network}, ${smallEur(cheap.costEur)} on ${cheap.network})`
          : "";
      return `the ${name} ${whole(Math.ceil(gas.used / members.length))} gas a home and day${cost}`;
    });
  return `${each.join(", ")}. The commons speaks in every slot, the market once a day.`.replace(/^the/, "The");
}

/** Rows of the table of everything: a figure of each way, or of each rule. */
export function compareRows(result: CompareResult): string[][] {
  const { run, ways } = result;
  const each = (name: string, of: (way: WayResult) => string) => [name, ...ways.map(of)];
  const money = (units: number) => decimal(tokens(units, run), 2);
  const rule = (name: string, of: (rule: RuleBills, way: WayResult) => string) => [
    name,
    ...ways.map((way) => way.bills.map((bills) => of(bills, way)).join(" / ")),
  ];
  const dash = (way: WayResult, text: string) => (way.name === "no sharing" ? "-" : text);
  return [
    ["Energy"],
    each("used by the homes", ({ usedWh }) => kwh(usedWh)),
    each("from neighbours", (way) => dash(way, kwh(way.matchedWh))),
    each("met a neighbour's need in the same slot", ({ coincidentWh }) => kwh(coincidentWh)),
    each("from suppliers", ({ supplierWh }) => kwh(supplierWh)),
    each("fed in", ({ exportWh }) => kwh(exportWh)),
    each("batteries gave more than they took", ({ batteryWh }) => kwh(batteryWh)),
    ["Peaks"],
    each("the most through the feeder", ({ peakW }) => kw(peakW)),
    each("the most from suppliers at once", ({ supplierPeakW }) => kw(supplierPeakW)),
    ["Promises"],
    each("wanted and not given", ({ unmetWh }) => kwh(unmetWh)),
    each("late or broken", (way) => dash(way, kwh(way.broken.wh))),
    each("  what that cost, EUR", (way) => dash(way, money(way.broken.cost))),
    ["Money, EUR (commons: equal-gain / by-use)"],
    rule("bills together", ({ total }) => money(total)),
    each("kept in the common fund", ({ fundKept }) => money(fundKept)),
    rule("members worse off than without sharing", ({ savings }) => whole(savings.worseOff)),
    rule("least saving of a member", ({ savings }) => money(savings.least)),
    rule("most saving of a member", ({ savings }) => money(savings.most)),
    ["Fairness (commons: equal-gain / by-use)"],
    rule("Gini of the bills", ({ gini }) => decimal(gini, 2)),
    each("Gini of the local share of use", ({ shares }) => decimal(shares.gini, 2)),
    each("least local share (max-min)", ({ shares }) => percent(shares.least)),
    ["Climate and chain"],
    each("CO2 of what suppliers deliver", ({ co2 }) => mass(co2.boughtGrams)),
    each("CO2 of what came through the feeder", ({ co2 }) => mass(co2.feederGrams)),
    each("gas of the day", ({ gas }) => whole(gas.used)),
    each("gas a home", ({ gas }) => whole(Math.ceil(gas.used / result.members.length))),
    each("transactions", ({ gas }) => whole(gas.transactions)),
    ...ways
      .at(-1)!
      .gas.costs.map(({ network }, i) =>
        each(`  on ${network}`, ({ gas }) => (gas.costs[i] ? smallEur(gas.costs[i].costEur) : "-")),
      ),
  ];
}
