import { readFileSync } from "node:fs";
import { escapeHtml } from "./units.ts";

/** A page that loads nothing and runs nothing, in light only: its charts are drawn before there is a page. */
export function staticPage(title: string, kicker: string, heading: string, cards: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>
${readFileSync(new URL("page/style.css", import.meta.url), "utf8").replace(/@media \(prefers-color-scheme: dark\) \{\s*:root \{[^}]*\}\s*\}/, "")}
svg { width: 100%; height: auto; }
.words td { white-space: normal; text-align: left; }
</style>
</head>
<body>
<header><p class="kicker">Commonwatt <span>${escapeHtml(kicker)}</span></p>
<h1>${escapeHtml(heading)}</h1></header>
<main><div class="cards">
${cards.join("\n")}
</div></main>
<footer></footer>
</body>
</html>
`;
}
