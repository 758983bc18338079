import { inProcessChain } from "../chain/chain.ts";
import { NO_STORE } from "../model/commonsEnergy.ts";
import { DEFAULT_RULES } from "../model/commonsRules.ts";
import { type CommonsCase, FEEDER, HORIZON, Homes } from "./commonsHomes.ts";
import { CommonsLife, type LivedSlot } from "./commonsLife.ts";

/** The cases that CI checks: some thousand requests in the book each time. */
export const COMMONS_CASES: readonly CommonsCase[] = [
  { name: "one slot each", members: 63, open: 8, needs: [1, 1], spare: [3, 20], supply: 1.2 },
  { name: "up to 3 slots", members: 84, open: 8, needs: [1, 3], spare: [0, 16], supply: 1.2 },
  { name: "scarce", members: 104, open: 8, needs: [1, 4], spare: [4, 24], supply: 0.5 },
  { name: "one a home", members: 500, open: 1, needs: [1, 1], spare: [3, 20], supply: 1.2 },
];

/** Start of the benchmark's chain, so that hashes and with them gas are the same in every run. */
const START = Date.UTC(2026, 0, 1) / 1000;
/** Slots until every word was written before, and requests of all ages are in the book. */
const WARM_UP = 5;
const MEASURED = 3;

/** Gas of a case in steady state, whole units, rounded to nearest. */
export interface CommonsGas {
  readonly name: string;
  readonly members: number;
  /** Requests in the book that an allocation is shown, on average. */
  readonly book: number;
  /** How many of them get packets, permille. */
  readonly given: number;
  /** Posting, admission and acknowledgment, per request that was admitted. */
  readonly request: number;
  /** Slots in which a request is given packets, times 100. */
  readonly slots: number;
  /** Forecast, close and allocation, per request that was given packets, and per request in the book. */
  readonly slot: number;
  readonly cell: number;
}

/** Lives a case into its steady state and some slots more. Assumes that the contracts are built. */
export async function measureCommons(given: CommonsCase, progress: (text: string) => void): Promise<CommonsGas> {
  const chain = await inProcessChain(START);
  const life = await CommonsLife.begin(chain, lifeTermsOf(given));
  const homes = new Homes(given, life);
  const slots: LivedSlot[] = [];
  for (let i = 0; i < WARM_UP + MEASURED; i++) {
    const lived = await life.slot(homes.forecast(), homes.messages());
    homes.heard(lived);
    slots.push(lived);
  }
  progress(`${given.name}: ${slots.length} slots of ${given.members} homes`);
  return gasOf(given, slots.slice(WARM_UP));
}

/** Rules and terms of a case: three classes, earliest deadline first, a day ahead. */
export const lifeTermsOf = ({ members }: Pick<CommonsCase, "members">) => ({
  terms: { horizonSlots: HORIZON, feederLimit: FEEDER, monthSlots: 2880 },
  rules: { ...DEFAULT_RULES, importAllowance: 2000 },
  stores: { buffer: NO_STORE, cache: NO_STORE },
  members,
  connection: 2047,
});

function gasOf({ name, members }: CommonsCase, slots: readonly LivedSlot[]): CommonsGas {
  const sum = (of: (slot: LivedSlot) => number) => slots.reduce((all, slot) => all + of(slot), 0);
  const gas = (...phases: string[]) => sum(({ ledger }) => Number(ledger.gasOf(...phases)));
  const given = sum(({ outcome }) => outcome.grants.filter(({ packets }) => packets > 0).length);
  const [book, admitted] = [sum(({ shown }) => shown), sum((slot) => slot.admitted)];
  const pass = gas("forecast", "close", "allocate");
  return {
    ...{ name, members },
    book: Math.round(book / slots.length),
    given: Math.round((1000 * given) / book),
    request: Math.round(gas("post") / admitted),
    slots: Math.round((100 * given) / admitted),
    slot: Math.round(pass / given),
    cell: Math.round(pass / book),
  };
}

const COLUMNS = ["members", "book", "given", "request", "slots", "slot", "cell"] as const;

/** The figures as text, one line per case: what is committed and compared. */
export function commonsText(figures: readonly CommonsGas[]): string {
  const line = (name: string, cells: readonly (string | number)[]) =>
    `${name.padEnd(16)}${cells.map((cell) => String(cell).padStart(9)).join("")}`;
  const rows = figures.map((row) =>
    line(
      row.name,
      COLUMNS.map((column) => row[column]),
    ),
  );
  return `${[line("requests", COLUMNS), ...rows].join("\n")}\n`;
}
