import { z } from "zod";
import { commonsSchema } from "./commonsResult.ts";
import { compareSchema } from "./compareResult.ts";
import { fieldRows, type Node } from "./doc.ts";

/** `docs/compare.md`: what is compared, how each figure is defined, and the fields of both JSON files. */
export function compareDoc(): string {
  return `# No sharing, market, commons

\`\`\`
npm start -- --mode compare                       # compare.html, compare.json, and both days in full
npm start -- --mode compare --json                # compare.json on stdout
npm start -- --mode compare --data FILE.csv --day 2016-08-24 --tz America/Los_Angeles
\`\`\`

The same homes, readings, tariffs and batteries live the same day three times: without sharing, as a market and as a commons. The
market and the commons are lived on their contracts, as \`npm start\` and \`npm start -- --mode commons\` do; without sharing
there is nothing to put on a chain. This page is printed by \`agents/report/compareDoc.ts\` from the schemas; a test keeps it fresh.

| figure | without sharing | market | commons |
|---|---|---|---|
| loads that can wait | when their home plans it | when their home plans it, prices expected | when the commons gives them packets |
| batteries | each for its own home | each for its own home | together for all |
| from neighbours | nothing | bought before, fed in and drawn (ecoins) | fed in and drawn in the same slot |
| bill | own tariff, all flows | own tariff outside trades, plus trades and deviations | own tariff outside what is shared, parted by a rule |
| broken promise | none is made | contract not fed in or not drawn | import beyond the allowance for requests |
| its cost | | what the supplier got for it | at the community's retail price of the slot |
| unmet | nothing | nothing | wanted by a request and never given |

- With \`--strategy hems\`, the default, each home alone and in the market has an energy manager that chooses when its loads run;
  with any other strategy they run by habit in both.
- **Peak** is the highest that all meters together drew in a slot, exports of others taken off: what the feeder carries. The peak
  *from suppliers* takes off what came from neighbours by contract or by sharing instead.
- **Met in the same slot** is the smaller of all that was fed in and all that was drawn, slot by slot, whoever agreed to what. The
  market can't match more than that, and the commons matches all of it: what lies between the market's figure and this is
  forecasts and auction, what lies between without sharing and the commons is moved loads and shared batteries.
- **Fairness.** Gini is the mean absolute difference of two homes over twice the mean: 0 where all are alike. It is given for the
  local share of use (own roof and neighbours), and for bills with homes that are paid as 0. Max-min looks at the home with
  the least: least local share, least saving.
- **CO2** at one factor for all hours: of what suppliers deliver on paper, and of what really came through the feeder. A market that
  moves no load saves on paper only.
- **Gas** of the day's transactions, deployment and joining left out.

Energy is in Wh, money in whole base units of the token, positive where owed; integers unless a field says decimal.

## compare.json

| field | type | what it is |
|---|---|---|
${fieldRows(z.toJSONSchema(compareSchema) as Node).join("\n")}

## result.json of a commons

| field | type | what it is |
|---|---|---|
${fieldRows(z.toJSONSchema(commonsSchema) as Node).join("\n")}
`;
}

if (import.meta.main) process.stdout.write(compareDoc());
