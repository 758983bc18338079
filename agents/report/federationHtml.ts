import type { Experiment } from "../federation/experiments/experiment.ts";
import type { JudgedStatement } from "../federation/experiments/judge.ts";
import type { ExperimentResult, Plan } from "../federation/experiments/runExperiments.ts";
import { pText } from "../federation/experiments/text.ts";
import { figureSvg } from "./federationCharts.ts";
import { card, htmlTable } from "./htmlParts.ts";
import { staticPage } from "./staticPage.ts";
import { escapeHtml } from "./units.ts";

/** The experiments as one page: what the paper says beside what came out, its figures, and every test. */
export function federationHtml(
  experiments: readonly Experiment[],
  results: readonly ExperimentResult[],
  plan: Plan,
): string {
  const cards = results.map((result, i) => experimentCard(experiments[i]!, result));
  const { nodes, cycles } = plan.shrink ?? { nodes: 1000, cycles: 1000 };
  return staticPage(
    "Commonwatt, a federation of clusters",
    `after Petri et al. (2020), section V; ${nodes} nodes, ${cycles} cycles, ${plan.seeds} seeds from ${plan.seed}`,
    "What a federation of energy clusters shows, beside what the paper says",
    cards,
  );
}

function experimentCard({ paper, notes, figure }: Experiment, result: ExperimentResult): string {
  const panels = result.groups.map(
    (group) => `<h3>${escapeHtml(group.title)}</h3>\n${figureSvg(group, figure.metrics)}`,
  );
  const remarks = notes.map((note) => `<li>${escapeHtml(note)}</li>`).join("\n");
  return card(
    `Experiment ${result.id}: ${result.title} (Figure ${figure.id}: ${figure.title})`,
    `<p class="lead">The paper says: ${escapeHtml(paper)}</p>
${panels.join("\n")}
<div class="words">${htmlTable(["", "statement", "verdict", "reading", "what was compared"], result.statements.flatMap(rows))}</div>
<ul class="notes">${remarks}</ul>`,
  );
}

function rows({ id, claim, verdict, assumption, readings }: JudgedStatement): readonly (readonly string[])[] {
  return readings.map(({ name, holds, adjusted, checks }, i) => [
    i === 0 ? id : "",
    i === 0 ? claim : "",
    i === 0 ? [verdict, assumption].filter((text) => text !== null).join(": ") : "",
    `${name}: ${holds ? "holds" : "does not hold"}${adjusted === null ? "" : `, Holm p ${pText(adjusted)}`}`,
    checks.map(({ text, test, p }) => (p === null ? text : `${text}; ${test} p ${pText(p)}`)).join(". "),
  ]);
}
