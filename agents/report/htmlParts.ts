import { escapeHtml } from "./units.ts";

/** A card over the whole width of a page; `body` is HTML. */
export const card = (title: string, body: string): string =>
  `<section class="card wide"><h2>${escapeHtml(title)}</h2>\n${body}</section>`;

/** A table of text; a row that is one cell alone heads those after it. */
export function htmlTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const row = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join("")}</tr>`;
  const isHeading = (cells: readonly string[]) => cells.length === 1 && head.length > 1;
  const body = rows.map((cells) =>
    isHeading(cells)
      ? `<tr><th colspan="${head.length}" scope="rowgroup">${escapeHtml(cells[0]!)}</th></tr>`
      : row("td", cells),
  );
  return `<div class="scroll"><table><thead>${row("th", head)}</thead>\n<tbody>${body.join("\n")}</tbody></table></div>`;
}
