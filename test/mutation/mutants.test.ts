import { expect, it } from "vitest";
import { figuresOf, tableOf } from "./figures.ts";
import type { Verdict } from "./judge.ts";
import { mutantsOf } from "./mutants.ts";

const SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity 0.8.34;
/// ü: places are bytes
contract Purse {
    uint256 private constant MOST = 1 << 3;
    uint256 private sum;
    modifier positive(uint256 a) {
        if (a == 0) revert();
        _;
    }
    function add(uint256 a) external positive(a) {
        if (sum + a > MOST) revert();
        sum += a;
    }
    function raw(uint256 a) external pure returns (uint256 b) {
        assembly { b := add(a, 7) }
    }
}
`;
const MUTANTS = mutantsOf("Purse.sol", SOURCE);

it("every mutant is the file with one change, each another", () => {
  for (const { source, right, wrong, line } of MUTANTS) {
    expect(source).not.toBe(SOURCE);
    const [was, is] = [SOURCE.split("\n"), source.split("\n")];
    expect(is.filter((text, i) => text !== was[i])).toHaveLength(1);
    expect(was[line - 1]!.replace(right, () => wrong).length).toBe(is[line - 1]!.length);
  }
  expect(new Set(MUTANTS.map(({ source }) => source)).size).toBe(MUTANTS.length);
  expect(new Set(MUTANTS.map(({ id }) => id)).size).toBe(MUTANTS.length);
});

it.each([
  ["check", "if (sum + a > MOST) revert();", "{}"],
  ["relational", " > ", " >= "],
  ["arithmetic", " + ", " - "],
  ["assignment", " += ", " -= "],
  ["statement", "sum += a;", "{}"],
  ["modifier", "positive(a)", ""],
  ["constant", "3", "4"],
  ["bitwise", " << ", " >> "],
  ["arithmetic", "add(a, 7)", "sub(a, 7)"],
  ["constant", "7", "6"],
])("a %s is changed: %s to %s", (operator, right, wrong) => {
  expect(MUTANTS).toContainEqual(expect.objectContaining({ operator, right, wrong }));
});

it("a score counts what compiles to other code, and lists what survived", () => {
  const results = ["invalid", "equivalent", "killed", "killed", "stuck", "survived", "unclear"] as const;
  const verdicts = results.map((result, i): Verdict => {
    const what = { file: "Purse.sol", line: i, operator: "check", right: "a", wrong: "b" };
    return { id: `${i}`, ...what, result, seconds: 1 };
  });
  const figures = figuresOf(verdicts);
  const { total, survivors } = figures;
  expect([total.judged, total.valid, total.killed, total.stuck, total.survived]).toEqual([6, 4, 3, 1, 1]);
  expect(survivors.map(({ line }) => line)).toEqual([5]);
  expect(tableOf(figures)).toContain("| all | 6 | 1 | 1 | 4 | 3 | 1 | 75 % |");
});
