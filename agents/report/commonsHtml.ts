import { commonsCards } from "./commonsCharts.ts";
import { commonsEnergy, commonsHeadline } from "./commonsFigures.ts";
import type { CommonsResult } from "./commonsResult.ts";
import { shareOf, sumOf } from "./figures.ts";
import { card, htmlTable } from "./htmlParts.ts";
import { plainPage, plainTiles } from "./plainPage.ts";
import { clock, dayText, decimal, escapeHtml, eur, kwh, percent, smallEur, tokens, whole } from "./units.ts";

/** A commons' day as one page. */
export function commonsHtml(result: CommonsResult): string {
  const { run } = result;
  const data = run.source === "synthetic" ? "synthetic homes" : `measured homes of ${run.file}`;
  const versions = Object.entries(run.versions).map(([name, version]) => `${name} ${version}`);
  return plainPage({
    title: `Commonwatt, a commons on ${run.day}`,
    kicker: `${dayText(run.day)} (${run.timeZone}), ${data}, seed ${run.seed}`,
    heading: commonsHeadline(result),
    top: plainTiles(tiles(result)),
    cards: commonsCards(result),
    end: [notes(result), tables(result)].join("\n"),
    footer: `PacketCommons on ${run.network.name} (chain ${run.network.chainId}); ${versions.join(", ")}`,
  });
}

function tiles(result: CommonsResult): [string, string, string][] {
  const { promises, run, members, gasCosts } = result;
  const { sharedWh, usedWh, peakW } = commonsEnergy(result);
  const saved = sumOf(members, ({ alone, equalGain }) => alone - equalGain);
  const [dear, cheap] = [gasCosts[0], gasCosts.at(-1)];
  return [
    ["from neighbours", kwh(sharedWh), `${percent(shareOf(sharedWh, usedWh))} of all use`],
    [
      "promises kept",
      `${whole(promises.kept)} of ${whole(promises.admitted)}`,
      `${whole(promises.rejected)} rejections`,
    ],
    ["wanted, not given", kwh(promises.unmetPackets * run.packetWh), `${whole(promises.emergencies)} emergencies`],
    ["import beyond the allowance", kwh(promises.beyondWh), eur(promises.beyondCost, run)],
    ["peak at the feeder", `${decimal(peakW / 1000, 1)} kW`, "exports taken off"],
    [
      "off the bills",
      eur(saved, run),
      cheap && dear
        ? `gas: ${smallEur(cheap.costEur)} on ${cheap.network}, ${smallEur(dear.costEur)} on ${dear.network}`
        : "",
    ],
  ];
}

function notes({ warnings, rules, messages, run }: CommonsResult): string {
  const kw = (packets: number) => `${decimal((packets * run.packetWh * 3.6) / run.slotSeconds, 1)} kW`;
  const items = [
    ...warnings,
    `The vote: within a class ${rules.rule} first, goal ${rules.goal}, shares of the classes ${rules.shares.map((share) => `${share / 10} %`).join(", ")}, ${kw(rules.importAllowance)} of import that promises may count on, ${kw(rules.feederLimit)} of feeder.`,
    `Messages: ${Object.entries(messages)
      .map(([kind, times]) => `${whole(times)} of ${kind}`)
      .join(", ")}.`,
    "equal-gain: each pays what it would have paid alone, less the same part of what all saved. by-use: what is shared is free; suppliers' charges are parted by net use, their payments by net giving.",
  ];
  return card(
    "What to keep in mind",
    `<ul class="notes">${items.map((text, i) => `<li${i < warnings.length ? ' class="warning"' : ""}>${escapeHtml(text)}</li>`).join("\n")}</ul>`,
  );
}

function tables(result: CommonsResult): string {
  const { members, requests, run, slots } = result;
  const money = (amount: number) => decimal(tokens(amount, run), 2);
  const memberRows = members.map((member) => [
    ...[member.id, member.devices.join(", "), kwh(member.usedWh), kwh(member.flexibleWh)],
    ...[kwh(member.received * run.packetWh), kwh(member.given * run.packetWh)],
    ...[money(member.alone), money(member.equalGain), money(member.byUse)],
  ]);
  const at = (slot: number) => {
    const start = slots[slot]?.start;
    return start === undefined ? "24:00" : clock(start, run);
  };
  const requestRows = requests.map((request) => [
    ...[request.member, request.device, request.shape, kwh(request.packets * run.packetWh)],
    ...[at(request.arrival), at(request.deadline), request.urgent ? "yes" : "", request.ending],
  ]);
  const memberHead = [
    "home",
    "devices",
    "used",
    "of it can wait",
    "received",
    "given",
    "alone EUR",
    "equal-gain EUR",
    "by-use EUR",
  ];
  const requestHead = ["home", "device", "shape", "promised", "admitted", "by", "emergency", "ending"];
  return `<section class="card wide"><details><summary>All figures as tables</summary>
${htmlTable(memberHead, memberRows)}
${htmlTable(requestHead, requestRows)}
</details></section>`;
}
