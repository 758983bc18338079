import { readFileSync } from "node:fs";
import { type Compiled, compile } from "../bugs/compile.ts";
import { HOUSE_FILE, type HouseBug } from "./bugs.ts";
import type { Scope } from "./scope.ts";
import { type Counterexample, Search } from "./search.ts";
import { type Request, stageOf } from "./stage.ts";

/** The house with a bug in it, compiled the quick way; nothing is written. Throws unless the right text is there once. */
export function spoiltHouse({ right, wrong }: HouseBug): Compiled {
  const parts = readFileSync(HOUSE_FILE, "utf8").split(right);
  if (parts.length !== 2) throw new Error(`${HOUSE_FILE} has the right text ${parts.length - 1} times: ${right}`);
  return compile([HOUSE_FILE], new Map([[HOUSE_FILE, parts.join(wrong)]])).get(HOUSE_FILE)!;
}

/** The shortest sequence of calls after which the bug's property does not hold; undefined where there is none. */
export async function refutation(request: Request, bug: HouseBug, scope: Scope): Promise<Counterexample | undefined> {
  const stage = await stageOf(request, bug.token, spoiltHouse(bug).bytecode);
  const amount = bug.token === "fee" ? 2n : scope.amount; // half of one is nothing
  const search = new Search(stage, { ...scope, amount }, [bug.property]);
  for (;;) {
    const found = await search.step();
    if (typeof found === "object") return found;
    if (!found) return undefined;
  }
}
