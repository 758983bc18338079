import { afterAll, expect, it } from "vitest";
import { instrumented } from "../helpers/instrumented.ts";
import { HOUSE_BUGS } from "../proofs/bugs.ts";
import { startChain } from "../proofs/chains.ts";
import { refutation } from "../proofs/plant.ts";
import { SHORT } from "../proofs/scope.ts";

const chain = await startChain();
afterAll(() => chain.stop());

it.skipIf(instrumented).each(HOUSE_BUGS)("$property is refuted where $name", async (bug) => {
  expect(await refutation(chain.request, bug, SHORT)).toMatchObject({ property: bug.property });
});
