import { expect, it } from "vitest";
import { InputError } from "../../../agents/data/inputError.ts";

it.each([
  [{}, "no good\n  remedy: mend it"],
  [{ file: "m.csv" }, "no good\n  at m.csv\n  remedy: mend it"],
  [{ file: "m.csv", line: 3, home: "a", value: "-1" }, 'no good\n  at m.csv:3, home a, value "-1"\n  remedy: mend it'],
  [{ home: "a" }, "no good\n  at home a\n  remedy: mend it"],
])("bad input at %o is described with place and remedy", (details, text) => {
  const error = new InputError("no good", details, "mend it");
  expect(error.describe()).toBe(text);
  expect(error).toMatchObject({ name: "InputError", message: "no good", details, remedy: "mend it" });
  expect(error).toBeInstanceOf(Error);
});
