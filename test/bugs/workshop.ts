import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { type Bug, spoilt } from "./bug.ts";
import { artifactPath, type Compiled, compile, touchedBy } from "./compile.ts";

const COPIED = ["contracts", "agents", "test", "scripts", "artifacts", "types", "schemas", "docs"];
const FILES = ["package.json", "hardhat.config.ts", "tsconfig.json", "README.md"];

/** What a run of tests came to. */
export interface Run {
  readonly result: "passed" | "failed" | "timed out";
  readonly by?: string;
  readonly says?: string;
}

/** A copy of the built project in which bugs are planted and tests run; the project itself stays as it is. */
export class Workshop {
  readonly #copy = mkdtempSync(join(tmpdir(), "bugs-"));
  readonly #timeoutMs: number;

  constructor(timeoutSeconds: number) {
    this.#timeoutMs = 1000 * timeoutSeconds;
    for (const name of [...COPIED, ...FILES]) cpSync(name, join(this.#copy, name), { recursive: true });
    symlinkSync(join(process.cwd(), "node_modules"), join(this.#copy, "node_modules"));
  }

  /** Plants the bug for as long as `act` takes. */
  with<T>(bug: Bug, act: () => T): T {
    const text = spoilt(readFileSync(bug.file, "utf8"), bug);
    const made = bug.file.endsWith(".sol") ? compile(touchedBy(bug.file), new Map([[bug.file, text]])) : new Map();
    return this.holding(bug.file, text, made, act);
  }

  /** Puts another text in a file's place, and what was made of it in the build, for as long as `act` takes. */
  holding<T>(file: string, text: string, made: ReadonlyMap<string, Compiled>, act: () => T): T {
    writeFileSync(join(this.#copy, file), text);
    try {
      return this.installed(made, act);
    } finally {
      cpSync(file, join(this.#copy, file));
    }
  }

  /** Makes what the bugs touch anew without a bug, the same quick way, for as long as `act` takes. */
  without<T>(bugs: readonly Bug[], act: () => T): T {
    const files = bugs.map(({ file }) => file).filter((file) => file.endsWith(".sol"));
    return this.installed(compile([...new Set(files.flatMap(touchedBy))], new Map()), act);
  }

  /** Puts what was made in the build's place for as long as `act` takes. */
  installed<T>(made: ReadonlyMap<string, Compiled>, act: () => T): T {
    this.#install(made);
    try {
      return act();
    } finally {
      for (const path of made.keys()) cpSync(artifactPath(path), join(this.#copy, artifactPath(path)));
    }
  }

  #install(made: ReadonlyMap<string, Compiled>): void {
    for (const [path, compiled] of made) {
      const artifact = JSON.parse(readFileSync(artifactPath(path), "utf8"));
      writeFileSync(join(this.#copy, artifactPath(path)), JSON.stringify({ ...artifact, ...compiled }));
    }
  }

  /** Runs these test files in the copy, to the first failure; they may take `times` as long as one bug. */
  run(tests: readonly string[], times = 1): Run {
    const args = ["node_modules/.bin/hardhat", "test", "vitest", "--no-compile", ...tests];
    const env = { ...process.env, COMMONWATT_BUILD: "quick", VITEST_BAIL: "1", NO_COLOR: "1" };
    const options = {
      cwd: this.#copy,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: times * this.#timeoutMs,
      env,
    } as const;
    return verdictOf(spawnSync(process.execPath, args, options));
  }

  end(): void {
    rmSync(this.#copy, { recursive: true });
  }
}

function verdictOf({ error, signal, status, stdout, stderr }: SpawnSyncReturns<string>): Run {
  if (signal !== null || (error as NodeJS.ErrnoException | undefined)?.code === "ETIMEDOUT")
    return { result: "timed out" };
  if (error) throw error;
  if (status === 0) return { result: "passed" };
  const text = stripVTControlCharacters(`${stdout}\n${stderr}`);
  const failure = text.match(/^ FAIL +(?:\|\w+\| +)?(test\/.*)\n(?: FAIL.*\n)*(?:.*\n)??.*?(\w*Error: .*)/m);
  if (!failure) throw new Error(`no test says what failed:\n${text.slice(-4000)}`);
  return { result: "failed", by: failure[1]!.trim(), says: failure[2]!.trim().slice(0, 200) };
}
