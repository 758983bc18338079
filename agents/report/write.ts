import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkResult } from "./check.ts";
import { renderCsvs } from "./csv.ts";
import { renderHtml } from "./html.ts";
import type { Result } from "./result.ts";

/**
 * Writes `result.json`, the CSVs and `report.html` into a folder, made if it is not there, and gives their paths.
 * Throws BrokenResult, with nothing written, for a result that breaks a rule.
 */
export function writeReport(result: Result, folder: string): string[] {
  const checked = checkResult(result);
  const files = {
    "result.json": `${JSON.stringify(checked, null, 1)}\n`,
    ...renderCsvs(checked),
    "report.html": renderHtml(checked),
  };
  mkdirSync(folder, { recursive: true });
  return Object.entries(files).map(([name, text]) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  });
}
