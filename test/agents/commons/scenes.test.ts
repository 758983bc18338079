import { describe, expect, it, test } from "vitest";
import { MESSAGES } from "../../../agents/commons/log.ts";
import { SCENES } from "../../../agents/commons/scenes/scenes.ts";
import { commonwatt } from "../cli/commonwatt.ts";

const SEEDS = Array.from({ length: 12 }, (_, seed) => seed);
const sceneOf = (name: string) => SCENES.find((scene) => scene.name === name)!;

describe("scenes of a commons", () => {
  test.each(SCENES.map(({ name }) => name))("%s shows what it must under every seed", (name) => {
    for (const seed of SEEDS)
      for (const { text, holds } of sceneOf(name).run(seed).checks) expect(holds, `seed ${seed}: ${text}`).toBe(true);
  });

  it("the published draw has the published times: sauna forced from 18:20, car from 22:10", () => {
    const { figures } = sceneOf("three-homes").run(0);
    expect(figures).toMatchObject({ carForcedFrom: "22:10", saunaForcedFrom: "18:20" });
  });

  it("other draws have other times", () => {
    const times = SEEDS.map((seed) => sceneOf("three-homes").run(seed).figures.carForcedFrom);
    expect(new Set(times).size).toBeGreaterThan(3);
  });

  it("all five messages occur in one scene", () => {
    const counts = sceneOf("resubmission").run(0).log.counts();
    for (const kind of MESSAGES) expect(counts[kind], kind).toBeGreaterThan(0);
  });

  it("a scene comes out the same under the same seed", () => {
    for (const scene of SCENES) expect(scene.run(3).figures).toEqual(scene.run(3).figures);
  });
});

describe("commonwatt commons", () => {
  it("traces a request from its request to its acknowledgment, one of them served from the buffer", () => {
    const slots = Array.from({ length: 24 }, (_, i) =>
      sceneOf("slicing")
        .run(1)
        .log.handshake(i + 1, 0),
    );
    const fromBuffer = slots.findIndex((said) => said.some(({ text }) => text.includes("buffer (")));
    expect(fromBuffer).toBeGreaterThanOrEqual(0);
    const { status, stdout } = commonwatt([
      "commons",
      "trace",
      "--seed",
      "1",
      "--member",
      `${fromBuffer + 1}`,
      "--json",
    ]);
    const kinds = (JSON.parse(stdout) as { kind: string }[]).map(({ kind }) => kind);
    expect(status).toBe(0);
    expect(kinds.slice(0, 2)).toEqual(["request", "answer"]);
    expect(kinds.at(-1)).toBe("acknowledgment");
  });

  it("refuses a scene and a request that are not there", () => {
    expect(commonwatt(["commons", "scenes", "nowhere"])).toMatchObject({ status: 2 });
    expect(commonwatt(["commons", "trace", "--member", "99"]).stderr).toMatch(/made no request 1/);
  });
});
