import { describe, expect, it, test } from "vitest";
import { tableOf } from "../../../agents/cli/auction.ts";
import { readBooks } from "../../../agents/cli/bookFile.ts";
import type { BookResult } from "../../../agents/cli/bookResult.ts";
import { slotBook } from "../../../agents/cli/slotBook.ts";
import { InputError } from "../../../agents/data/inputError.ts";
import { commonwatt, expectedResults, fileOf, VECTORS } from "./commonwatt.ts";

const order = (id: number, price: unknown = 5, qty: unknown = 2) => ({ id, price, qty });
const oneBook = (book: object) => fileOf({ vectors: [{ name: "first", bids: [], asks: [] }, book] });

describe("auction", () => {
  it("prints exactly what every published book must give", () => {
    const { status, stdout, stderr } = commonwatt(["auction", VECTORS, "--json"]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(JSON.parse(stdout)).toStrictEqual(expectedResults());
  });

  it("prints the same without --json where stdout is no terminal", () => {
    const { stdout } = commonwatt(["auction", VECTORS]);
    expect(JSON.parse(stdout)).toStrictEqual(expectedResults());
  });

  it("prints a row per book on a terminal", () => {
    const rows = tableOf(expectedResults() as BookResult[])
      .trimEnd()
      .split("\n");
    expect(rows).toHaveLength(expectedResults().length + 1);
    expect(rows[0]).toMatch(/^book +buy price +sell price +packets +id:packets$/);
    expect(rows.find((row) => row.startsWith("oversupply-exact "))).toMatch(/ 20 +12 +10 +1:6 2:4 4:6 5:4$/);
  });

  it("passes over orders without packets, even a second one of an id", () => {
    const file = oneBook({ name: "zeros", bids: [order(1), order(2, 4, 0)], asks: [order(2), order(3, 1, 0)] });
    const { status, stdout } = commonwatt(["auction", file, "--json"]);
    expect(status).toBe(0);
    expect(JSON.parse(stdout)[1]).toStrictEqual({ name: "zeros", buyPrice: null, sellPrice: null, fills: {} });
  });
});

describe("a bad file of books is refused, naming file, book and field", () => {
  const refused = (file: string, ...said: RegExp[]) => {
    let message = "";
    try {
      for (const book of readBooks(file)) slotBook(book, file);
    } catch (error) {
      expect(error).toBeInstanceOf(InputError);
      message = (error as InputError).describe();
    }
    expect(message).toContain(file);
    for (const text of said) expect(message).toMatch(text);
  };

  test.each([
    ["a negative quantity", { bids: [order(1, 5, -2)], asks: [] }, /bids\[0\]\.qty/],
    ["half a packet", { bids: [], asks: [order(1), order(2, 5, 0.5)] }, /asks\[1\]\.qty/],
    ["a price that is no whole number", { bids: [order(1, 5.5)], asks: [] }, /bids\[0\]\.price/],
    ["a price in quotes", { bids: [order(1, "5")], asks: [] }, /bids\[0\]\.price/],
    ["a number beyond 2^53", { bids: [order(1, 2 ** 53)], asks: [] }, /bids\[0\]\.price/],
    ["a negative id", { bids: [order(-1)], asks: [] }, /bids\[0\]\.id/],
    ["a missing side", { bids: [] }, /asks/],
    ["an id on both sides", { bids: [order(7)], asks: [order(7)] }, /id 7 has two orders/],
    ["an id twice on one side", { bids: [order(7), order(7, 6)], asks: [] }, /id 7 has two orders/],
  ])("%s", (_, book, said) => refused(oneBook({ name: "wrong", ...book }), /book 2 "wrong"/, said));

  it("a book without a name", () => refused(oneBook({ bids: [], asks: [] }), /book 2, name/));
  it("a file that is no JSON", () => refused(fileOf('{"vectors": ['), /not JSON/));
  it("a file without books", () => refused(fileOf([1]), /no list "vectors"/));
  it("a file that is not there", () => refused(`${fileOf("{}")}.gone`, /can't be read/));

  test.each([
    ["more packets than an order has", [order(1, 5, 2048)], /"wrong".* 2048 packets of id 1/],
    ["more prices than ticks", Array.from({ length: 4097 }, (_, i) => order(i, i)), /"wrong".* 4097 different prices/],
    ["more orders than a tally holds", Array.from({ length: 8193 }, (_, i) => order(i)), /"wrong".* 8193 orders/],
  ])("in a slot of the market: %s", (_, bids, said) => refused(oneBook({ name: "wrong", bids, asks: [] }), said));
});

describe("the program refuses with exit code 2, without a stack", () => {
  const vast = [order(1, 1, 2 ** 52), order(2, 1, 2 ** 52)];
  test.each([
    ["ts", vast, /book "vast": \d+ packets in one book/],
    ["evm", vast, /"vast" does not fit in a slot of the market/],
    ["ts", [order(1, 5, -2)], /book 2 "vast", bids\[0\]\.qty/],
  ])("engine %s", (engine, bids, said) => {
    const file = oneBook({ name: "vast", bids, asks: [] });
    const { status, stdout, stderr } = commonwatt(["auction", file, "--json", "--engine", engine]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
  });
});
