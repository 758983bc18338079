import { readFileSync } from "node:fs";
import type { CommunitiesResult } from "./communities.ts";
import { linkChart, mapChart } from "./communitiesCharts.ts";
import {
  BILL_HEAD,
  billRows,
  carbonLines,
  ENERGY_HEAD,
  energyRow,
  gasLines,
  LINK_HEAD,
  linkRows,
  sentence,
} from "./communitiesText.ts";
import { dayText, escapeHtml } from "./units.ts";

/** The day of communities as one page that loads nothing and runs nothing. */
export function communitiesHtml(result: CommunitiesResult): string {
  const { run } = result;
  const cards = [
    card("What went over the links", mapChart(result)),
    card("Over the day", linkChart(result)),
    card("Where the energy came from, kWh", table(ENERGY_HEAD, result.communities.map(energyRow))),
    card("What the sessions left over, kWh", table(LINK_HEAD, linkRows(result))),
    card("Bills of the homes", table(BILL_HEAD, billRows(result))),
    card(
      "CO2 and gas",
      [...carbonLines(result), ...gasLines(result)].map((line) => `<p>${escapeHtml(line)}</p>`).join(""),
    ),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Commonwatt, communities together</title>
<style>
${readFileSync(new URL("page/style.css", import.meta.url), "utf8").replace(/@media \(prefers-color-scheme: dark\) \{\s*:root \{[^}]*\}\s*\}/, "")}
svg { width: 100%; height: auto; }
</style>
</head>
<body>
<header><p class="kicker">Commonwatt <span>${escapeHtml(`${dayText(run.day)}, synthetic homes, seed ${run.seed}`)}</span></p>
<h1>${escapeHtml(sentence(result))}</h1></header>
<main><div class="cards">
${cards.join("\n")}
</div></main>
<footer></footer>
</body>
</html>
`;
}

const card = (title: string, body: string) =>
  `<section class="card wide"><h2>${escapeHtml(title)}</h2>\n${body}</section>`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, row: readonly string[]) =>
    `<tr>${row.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  return `<div class="scroll"><table><thead>${cells("th", head)}</thead>
<tbody>${rows.map((row) => cells("td", row)).join("\n")}</tbody></table></div>`;
}
