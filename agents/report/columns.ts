/** Rows as aligned text: the first `left` columns to the left, the others to the right, a rule under the first row. */
export function columns(rows: readonly (readonly string[])[], left: number): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i < left ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  ")
      .trimEnd();
  const rule = "-".repeat(widths.reduce((sum, width) => sum + width + 2, -2));
  return [line(rows[0]!), rule, ...rows.slice(1).map(line)].join("\n");
}

/** A number with so many decimals, rounded to nearest; "-" for one that is none. */
export const decimal = (value: number | null, digits: number): string =>
  value === null || Number.isNaN(value) ? "-" : value.toFixed(digits);
