import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { InputError } from "../data/inputError.ts";

/** Version of the layout below. A file of a later one is refused; of an earlier one, begun anew. */
const VERSION = 1;
const SUFFIXES = ["", "-wal", "-shm"];
/** Damaged files that are kept beside the new one, at most. */
const KEPT_DAMAGED = 3;
/** SQLite's result codes: held by another; a file that is none, or not whole, or not ours. */
const BUSY = 5;
const DAMAGED: readonly number[] = [1, 11, 26];

/** Someone else holds what only one process may. */
export class HeldError extends Error {
  override readonly name = "HeldError";
}

export interface StoreOptions {
  /** Pages of 4,096 bytes that the file may grow to, as if the disk were that small. */
  readonly maxPages?: number;
}

/**
 * Facts on disk, by kind and key: what a process must not forget between two steps. A write is durable when it returns,
 * and either whole or not there. Only one process has a store at a time; the system frees it when that process dies.
 *
 * What it holds is a cache and an outbox: everything else is read from the chain again, so a damaged file is moved aside
 * and begun anew (`recovered` says so).
 */
export class Store {
  readonly file: string;
  /** What was done to open it: nothing, or begun anew because the file was damaged or of an earlier version. */
  readonly recovered: "no" | "damaged" | "old";
  readonly #db: DatabaseSync;
  readonly #statements: Record<"get" | "put" | "remove" | "all" | "count", StatementSync>;

  /** Throws HeldError where another process has it, InputError for a file of a later version. */
  constructor(file: string, { maxPages }: StoreOptions = {}) {
    this.file = file;
    mkdirSync(dirname(file), { recursive: true });
    const first = tryOpen(file);
    if (first === "damaged") moveAside(file);
    if (first === "old") remove(file);
    const db = typeof first === "string" ? tryOpen(file) : first;
    if (typeof db === "string") throw new Error(`${file} can't be begun anew (${db})`);
    this.#db = db;
    this.recovered = typeof first === "string" ? first : "no";
    if (maxPages !== undefined) db.exec(`PRAGMA max_page_count = ${maxPages}`);
    this.#statements = {
      get: db.prepare("SELECT value FROM facts WHERE kind = ? AND key = ?"),
      put: db.prepare("INSERT INTO facts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value"),
      remove: db.prepare("DELETE FROM facts WHERE kind = ? AND key = ?"),
      all: db.prepare("SELECT key, value FROM facts WHERE kind = ? ORDER BY key"),
      count: db.prepare("SELECT COUNT(*) AS n FROM facts"),
    };
  }

  /** The fact, or undefined. */
  get<T>(kind: string, key: string): T | undefined {
    const row = this.#statements.get.get(kind, key);
    return row && (JSON.parse(row.value as string) as T);
  }

  /** Keeps a fact, in place of the one with this kind and key. Durable when it returns. */
  set(kind: string, key: string, value: unknown): void {
    this.#statements.put.run(kind, key, JSON.stringify(value));
  }

  delete(kind: string, key: string): void {
    this.#statements.remove.run(kind, key);
  }

  /** All facts of a kind, keys rising. */
  list<T>(kind: string): { readonly key: string; readonly value: T }[] {
    return this.#statements.all.all(kind).map(({ key, value }) => {
      return { key: key as string, value: JSON.parse(value as string) as T };
    });
  }

  /** Number of facts of all kinds. */
  get size(): number {
    return Number(this.#statements.count.get()!.n);
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }
}

/** The open file, held by this process alone; or what is wrong with it. */
function tryOpen(file: string): DatabaseSync | "damaged" | "old" {
  const db = new DatabaseSync(file);
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    db.exec("BEGIN EXCLUSIVE; COMMIT");
    const version = Number(db.prepare("PRAGMA user_version").get()!.user_version);
    const tables = Number(db.prepare("SELECT COUNT(*) AS n FROM sqlite_schema").get()!.n);
    if (version > VERSION) throw newer(file, version);
    if (tables === 0) {
      db.exec("CREATE TABLE facts (kind TEXT, key TEXT, value TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID");
      db.exec(`PRAGMA user_version = ${VERSION}`);
      return db;
    }
    if (version === VERSION && isSound(db)) return db;
    db.close();
    return version < VERSION ? "old" : "damaged";
  } catch (error) {
    db.close();
    const code = ((error as { errcode?: number }).errcode ?? 0) & 0xff;
    if (code === BUSY) throw new HeldError(`another process holds ${file}: only one may run with it`);
    if (DAMAGED.includes(code) || error instanceof SyntaxError) return "damaged";
    throw error;
  }
}

function isSound(db: DatabaseSync): boolean {
  if (db.prepare("PRAGMA quick_check(1)").get()!.quick_check !== "ok") return false;
  for (const { value } of db.prepare("SELECT value FROM facts").all()) JSON.parse(value as string);
  return true;
}

function newer(file: string, version: number): InputError {
  const remedy = "run the newer program, or move the file away: everything is read from the chain again";
  return new InputError(
    `the state is of a newer version (${version}, this program knows ${VERSION})`,
    { file },
    remedy,
  );
}

/** Keeps a damaged file under another name, the latest as 1. */
function moveAside(file: string): void {
  const name = (i: number) => `${file}.damaged-${i}`;
  for (let i = KEPT_DAMAGED; i > 1; i--) if (existsSync(name(i - 1))) renameSync(name(i - 1), name(i));
  if (existsSync(file)) renameSync(file, name(1));
  remove(file);
}

function remove(file: string): void {
  for (const suffix of SUFFIXES) rmSync(`${file}${suffix}`, { force: true });
}
