import { describe, expect, it } from "vitest";
import { commonwatt } from "./commonwatt.ts";

describe("commonwatt communities", () => {
  it.each([
    [["--homes", "3"], "--homes"],
    [["--link-kw", "none"], "--link-kw"],
  ])("refuses %s in one sentence, with exit code 2", (args, option) => {
    const { status, stderr } = commonwatt(["communities", ...args]);
    expect(status).toBe(2);
    expect(stderr).toContain(`error: ${option} can't be "${args[1]}"`);
  });
});
