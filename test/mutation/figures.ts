import type { Verdict } from "./judge.ts";

/** What mutants of one file came to. Valid is what compiles to other code and was judged; killed counts the stuck ones too. */
export interface Score {
  readonly file: string;
  readonly judged: number;
  readonly invalid: number;
  readonly equivalent: number;
  readonly valid: number;
  readonly killed: number;
  readonly stuck: number;
  readonly survived: number;
}

export interface Figures {
  readonly total: Score;
  readonly files: readonly Score[];
  readonly survivors: readonly Verdict[];
}

export function figuresOf(verdicts: readonly Verdict[]): Figures {
  const clear = verdicts.filter(({ result }) => result !== "unclear");
  const files = [...new Set(clear.map(({ file }) => file))].sort();
  return {
    total: scoreOf("all", clear),
    files: files.map((name) =>
      scoreOf(
        name,
        clear.filter(({ file }) => file === name),
      ),
    ),
    survivors: clear.filter(({ result }) => result === "survived"),
  };
}

function scoreOf(file: string, verdicts: readonly Verdict[]): Score {
  const count = (wanted: Verdict["result"]) => verdicts.filter(({ result }) => result === wanted).length;
  const [invalid, equivalent, stuck, survived] = [
    count("invalid"),
    count("equivalent"),
    count("stuck"),
    count("survived"),
  ];
  const killed = count("killed") + stuck;
  return { file, judged: verdicts.length, invalid, equivalent, valid: killed + survived, killed, stuck, survived };
}

/** Figures for people, in Markdown: a row a file, then a line a survivor. */
export function tableOf({ total, files, survivors }: Figures): string {
  const row = ({ file, judged, invalid, equivalent, valid, killed, survived }: Score) => {
    const name = file.replace(/^contracts\//, "");
    const share = valid > 0 ? `${((100 * killed) / valid).toFixed(0)} %` : "";
    return `| ${[name, judged, invalid, equivalent, valid, killed, survived, share].join(" | ")} |`;
  };
  const heads = ["file", "judged", "invalid", "same code", "valid", "killed", "survived", "killed of valid"];
  const line = ({ file, line: at, operator, right, wrong }: Verdict) =>
    `${file}:${at} ${operator}: ${right} -> ${wrong}`.replaceAll(/\s+/g, " ");
  const rule = `|---|${"--:|".repeat(heads.length - 1)}`;
  return [`| ${heads.join(" | ")} |`, rule, ...[...files, total].map(row), "", ...survivors.map(line)].join("\n");
}
