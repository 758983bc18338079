/** A realistic mistake: one text of one file put in another's place. */
export interface Bug {
  /** What the program does wrong with it. */
  readonly name: string;
  /** Numbers of the threats of `docs/threats.md` that it lets in. */
  readonly threats: readonly number[];
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly right: string;
  readonly wrong: string;
  /** Tests that must notice. */
  readonly tests: readonly string[];
}

/** What became of a bug: seen by a test, seen because it never ended, or not seen. */
export interface Verdict {
  readonly name: string;
  readonly threats: readonly number[];
  readonly result: "caught" | "timed out" | "lives";
  /** The first test that failed, and what it said. */
  readonly by?: string;
  readonly says?: string;
  readonly seconds: number;
}

/** The source with the bug in it. Throws unless the text to be replaced is there once. */
export function spoilt(source: string, { file, right, wrong }: Bug): string {
  const times = source.split(right).length - 1;
  if (times !== 1) throw new Error(`${file} has the right text ${times} times, not once: ${right}`);
  return source.replace(right, () => wrong);
}
