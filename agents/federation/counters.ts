/** What has been counted since the beginning of a run. */
export const COUNTERS = [
  "requests",
  "refused",
  "satisfied",
  "inCluster",
  "federated",
  "exchanges",
  "quantity",
  "received",
  "cost2",
  "money",
  "migrations",
  "fees",
] as const;
export type Counter = (typeof COUNTERS)[number];
export type Counts = Readonly<Record<Counter, number>>;

export const REQUESTS = 0;
/** Requests that a manager at its limit didn't deal with. */
export const REFUSED = 1;
export const SATISFIED = 2;
/** Requests satisfied by the requester's own cluster alone, and with the help of others. */
export const IN_CLUSTER = 3;
export const FEDERATED = 4;
/** Contributions of one provider to one request. */
export const EXCHANGES = 5;
/** Units given by providers (equation 1), and got by consumers (equation 3). */
export const QUANTITY = 6;
export const RECEIVED = 7;
/** Cost by equation 2, which weighs by the energy in the network, and money paid, fees included in both. */
export const COST2 = 8;
export const MONEY = 9;
export const MIGRATIONS = 10;
export const FEES = 11;

/** An array of counters as a record. */
export function countsOf(counters: ArrayLike<number>): Counts {
  return Object.fromEntries(COUNTERS.map((name, i) => [name, counters[i]!])) as Record<Counter, number>;
}
