/** Seed of all random tests: SEED from the environment, else 1. It stands in the tests' names, so that a failure can be repeated. */
export const SEED = Number(process.env.SEED ?? 1);
