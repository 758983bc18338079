import { describe, expect, it } from "vitest";
import { allAbis } from "../../../agents/chain/deploy.ts";
import { saltOf } from "../../../agents/dso/reports.ts";

const ORACLE = "0x00000000000000000000000000000000000000aA";

describe("privacy of readings", () => {
  it("a leaf's salt is another one for each secret, oracle, day and member, and the same again for the same", () => {
    const salts = ["a", "b"].flatMap((secret) =>
      [ORACLE, ORACLE.replace("aA", "bB")].flatMap((oracle) =>
        [1, 2, 12].flatMap((day) => [1, 2, 21].map((member) => saltOf(secret, oracle, day, member))),
      ),
    );
    expect(new Set(salts).size).toBe(36);
    expect(saltOf("a", ORACLE, 1, 1)).toBe(salts[0]);
    expect(salts.every((salt) => /^0x[0-9a-f]{64}$/.test(salt))).toBe(true);
  });

  it("no event has a field for readings but those of a dispute, which its member opens", () => {
    const telling = allAbis().flatMap((abi) =>
      abi.fragments.flatMap((fragment) => {
        if (fragment.type !== "event") return [];
        const names = fragment.inputs.map(({ name }) => name);
        return names.some((name) => /^(flows|reading|leaf|leaves|salt)$/.test(name))
          ? [fragment.format("sighash")]
          : [];
      }),
    );
    expect(new Set(telling.map((event) => event.split("(")[0]))).toEqual(new Set(["Disputed", "Ruled"]));
  });
});
