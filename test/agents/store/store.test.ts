import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { holdLock } from "../../../agents/store/lock.ts";
import { HeldError, Store } from "../../../agents/store/store.ts";
import { SEED } from "../../helpers/seed.ts";

const newFile = () => join(mkdtempSync(join(tmpdir(), "commonwatt-store-")), "state.sqlite");

/** A file with one fact, closed. */
function written(): string {
  const file = newFile();
  const store = new Store(file);
  store.set("outbox", "a", { nonce: 1 });
  store.close();
  return file;
}

describe("facts on disk", () => {
  it(`what was written is there after the file is opened again (seed ${SEED})`, () => {
    const word = fc.constantFrom("a", "b", "c");
    const step = fc.oneof(
      fc.record({ do: fc.constant("set" as const), kind: word, key: word, value: fc.jsonValue() }),
      fc.record({ do: fc.constant("delete" as const), kind: word, key: word }),
      fc.record({ do: fc.constant("reopen" as const) }),
    );
    const property = fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
      const file = newFile();
      let store = new Store(file);
      const kept = new Map<string, unknown>();
      for (const each of steps) {
        if (each.do === "set") {
          store.set(each.kind, each.key, each.value);
          kept.set(`${each.kind}/${each.key}`, JSON.parse(JSON.stringify(each.value)));
        } else if (each.do === "delete") {
          store.delete(each.kind, each.key);
          kept.delete(`${each.kind}/${each.key}`);
        } else {
          store.close();
          store = new Store(file);
        }
        const found = ["a", "b", "c"].flatMap((kind) =>
          store.list(kind).map(({ key, value }) => [`${kind}/${key}`, value] as const),
        );
        expect(new Map(found)).toEqual(kept);
      }
      store.close();
    });
    fc.assert(property, { seed: SEED, numRuns: 15 });
  });

  it("a truncated file, or one of garbage, is moved aside and begun anew", () => {
    const truncated = written();
    truncateSync(truncated, statSync(truncated).size - 5000);
    const garbage = written();
    writeFileSync(garbage, "not a database, and longer than its header would be".repeat(200));
    const poked = written();
    const bytes = readFileSync(poked);
    bytes.fill(0xee, 4096);
    writeFileSync(poked, bytes);
    for (const file of [truncated, garbage, poked]) {
      const store = new Store(file);
      expect(store.recovered).toBe("damaged");
      expect(store.size).toBe(0);
      store.set("outbox", "b", 2);
      store.close();
      expect(existsSync(`${file}.damaged-1`)).toBe(true);
      expect(new Store(file).get("outbox", "b")).toBe(2);
    }
  });

  it("a deleted file begins anew, a copy from yesterday opens as it was", () => {
    const file = written();
    const copy = `${file}.copy`;
    copyFileSync(file, copy);
    const store = new Store(file);
    store.delete("outbox", "a");
    store.close();
    copyFileSync(copy, file);
    expect(new Store(file).get("outbox", "a")).toEqual({ nonce: 1 });
    expect(new Store(newFile()).size).toBe(0);
  });

  it("a file of a later version is refused, with what to do", () => {
    const file = written();
    const db = new DatabaseSync(file);
    db.exec("PRAGMA user_version = 99");
    db.close();
    expect(() => new Store(file)).toThrow(/newer version \(99/);
  });

  it("a full disk refuses a write, and what was kept stays", () => {
    const file = newFile();
    const store = new Store(file, { maxPages: 4 });
    store.set("outbox", "a", 1);
    expect(() => store.set("outbox", "b", "x".repeat(100_000))).toThrow(/full/);
    expect(store.get("outbox", "a")).toBe(1);
    expect(store.get("outbox", "b")).toBeUndefined();
    store.delete("outbox", "a");
    expect(store.size).toBe(0);
    store.close();
  });

  it("the file does not grow with what is written and deleted again", () => {
    const store = new Store(newFile());
    const round = () => {
      for (let i = 0; i < 150; i++) {
        store.set("outbox", `${i % 5}`, "x".repeat(2000));
        store.delete("outbox", `${i % 5}`);
      }
      return statSync(store.file).size + statSync(`${store.file}-wal`).size;
    };
    round();
    const before = round();
    round();
    expect(round()).toBeLessThanOrEqual(before + 65_536);
    store.close();
  });
});

describe("one writer", () => {
  const holder = fileURLToPath(new URL("holderProcess.ts", import.meta.url));
  const held = (folder: string) => {
    const child = spawn(process.execPath, [holder, folder], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    return new Promise<typeof child>((resolve) => child.stdout!.once("data", () => resolve(child)));
  };

  it("another process is refused store and key as long as the first lives, and not after it was killed", async () => {
    const folder = mkdtempSync(join(tmpdir(), "commonwatt-held-"));
    const child = await held(folder);
    expect(() => new Store(join(folder, "state.sqlite"))).toThrow(HeldError);
    expect(() => holdLock(folder, "0xabc")).toThrow(HeldError);
    holdLock(folder, "0xdef").release();
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
    new Store(join(folder, "state.sqlite")).close();
    holdLock(folder, "0xabc").release();
  });
});
