/** Where bad input stands; every field that is known is given. */
export interface InputDetails {
  readonly file?: string;
  /** Line in the file, the header is line 1. */
  readonly line?: number;
  /** Key of the setting that is wrong, with dots between levels; whoever knows the file finds its line. */
  readonly key?: string;
  readonly home?: string;
  readonly value?: string;
}

/**
 * Input that is refused: what is wrong, where, and what to do about it. The command line prints `describe()` and exits
 * with 2.
 */
export class InputError extends Error {
  override readonly name = "InputError";
  readonly details: InputDetails;
  readonly remedy: string;

  constructor(message: string, details: InputDetails, remedy: string) {
    super(message);
    this.details = details;
    this.remedy = remedy;
  }

  /** Up to three lines: message; file:line, home and value; remedy. */
  describe(): string {
    const { file, line, home, value } = this.details;
    const place = file === undefined ? [] : [line === undefined ? file : `${file}:${line}`];
    if (home !== undefined) place.push(`home ${home}`);
    if (value !== undefined) place.push(`value "${value}"`);
    return [this.message, place.length > 0 ? `at ${place.join(", ")}` : "", `remedy: ${this.remedy}`]
      .filter((text) => text !== "")
      .join("\n  ");
  }
}
