import { mkdirSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { HeldError } from "./store.ts";

/** Where locks of this user's processes are, unless configured. */
export const defaultLocks = (): string => join(tmpdir(), `commonwatt-locks-${userInfo().username}`);

/** A name held by this process alone; the system frees it when the process dies, however it dies. */
export interface Lock {
  release(): void;
}

/** Held by this process: a handle that nobody refers to would be collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/** Holds `name` in `folder`. Throws HeldError where another process has it. */
export function holdLock(folder: string, name: string): Lock {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const db = new DatabaseSync(join(folder, `${name}.lock`));
  try {
    db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
  } catch {
    db.close();
    throw new HeldError(`another process on this machine signs with ${name}: only one may`);
  }
  held.add(db);
  return { release: () => held.delete(db) && db.close() };
}
