import fc from "fast-check";
import { type Choices, STRATEGIES } from "../../../agents/federation/settings.ts";

const share = fc.constantFrom(0, 0.1, 0.25, 0.5, 0.75, 1);

const churn = fc.record({
  add: fc.constantFrom(-2, 1, 3, 7, 0.05, -0.1),
  from: fc.nat(3),
  until: fc.constantFrom(20, 60),
  step: fc.integer({ min: 1, max: 4 }),
  substitute: fc.boolean(),
  maxSize: fc.integer({ min: 10, max: 80 }),
  minSize: fc.constant(2),
});

/** Small federations of any kind. */
export const smallFederation: fc.Arbitrary<Choices> = fc.record({
  nodes: fc.integer({ min: 10, max: 60 }),
  cycles: fc.integer({ min: 10, max: 60 }),
  types: fc.integer({ min: 1, max: 5 }),
  degree: fc.integer({ min: 1, max: 8 }),
  clusterSize: fc.integer({ min: 1, max: 12 }),
  rewirePeriod: fc.integer({ min: 1, max: 9 }),
  requestProbability: share,
  payoff: fc.constantFrom(0, 1, 3),
  payoffSpread: fc.constantFrom(0, 0.8),
  strategy: fc.constantFrom(...STRATEGIES),
  migrationProbability: share,
  fee: fc.constantFrom(0, 1, 2.5),
  managerLimit: fc.constantFrom(null, 0, 2),
  cacheSize: fc.integer({ min: 2, max: 20 }),
  rewireProbability: share,
  smallWorld: share,
  largestRequest: fc.integer({ min: 1, max: 7 }),
  stockCap: fc.integer({ min: 1, max: 6 }),
  production: fc.constantFrom(0, 0.5, 1.5),
  roles: fc.constantFrom("prosumers" as const, "fixed" as const),
  holding: fc.constantFrom("several" as const, "single" as const),
  networkEnergy: fc.constantFrom("type" as const, "all" as const),
  churn: fc.option(churn, { nil: null }),
});
