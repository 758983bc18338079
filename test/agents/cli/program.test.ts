import { describe, expect, it, test } from "vitest";
import { commonwatt, VECTORS } from "./commonwatt.ts";

const VERBS = ["run", "auction", "deploy", "bench"];

describe("commonwatt", () => {
  it("lists its verbs with --help", () => {
    const { status, stdout } = commonwatt(["--help"]);
    expect(status).toBe(0);
    for (const verb of VERBS) expect(stdout).toMatch(new RegExp(`^  ${verb} `, "m"));
  });

  test.each(["run", "auction", "deploy", "bench gas"])("%s has --help and --json", (verb) => {
    const { status, stdout } = commonwatt([...verb.split(" "), "--help"]);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^Usage: commonwatt /);
    expect(stdout).toMatch(/--json/);
  });

  it("helps with a verb by name too", () => {
    expect(commonwatt(["help", "auction"]).stdout).toMatch(/^Usage: commonwatt auction .*<file>/);
  });
});

describe("a call that makes no sense gets the usage on stderr and exit code 2", () => {
  test.each([
    ["no verb", [], /Usage: commonwatt/],
    ["an unknown verb", ["trade"], /unknown command 'trade'[\s\S]*Usage: commonwatt/],
    ["an unknown option", ["auction", VECTORS, "--fast"], /unknown option '--fast'[\s\S]*usage: commonwatt auction/],
    ["an unknown engine", ["auction", VECTORS, "--engine", "abacus"], /abacus[\s\S]*usage: commonwatt auction/],
    ["a missing file", ["auction"], /missing required argument[\s\S]*usage: commonwatt auction/],
    ["one argument too many", ["auction", VECTORS, VECTORS], /too many arguments[\s\S]*usage: commonwatt auction/],
    ["no benchmark", ["bench"], /Usage: commonwatt bench/],
    ["a date that does not exist", ["run", "--day", "2016-02-30"], /2016-02-30[\s\S]*usage: commonwatt run/],
    [
      "sessions without day-ahead",
      ["run", "--sessions", "real-time"],
      /no day-ahead session[\s\S]*day-ahead,real-time/,
    ],
    ["a timescale that there is not", ["run", "--sessions", "weekly"], /--sessions can't be "weekly"/],
    ["a gate without sessions", ["run", "--real-time-gate", "5"], /--real-time-gate [\s\S]*add --sessions/],
    ["sessions of a commons", ["run", "--mode", "commons", "--sessions"], /--sessions is for the market/],
    ["no number", ["run", "--homes", "many"], /--homes can't be "many"[\s\S]*usage: commonwatt run/],
  ])("%s", (_, args, said) => {
    const { status, stdout, stderr } = commonwatt(args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toMatch(said);
    expect(stderr).not.toMatch(/node:internal/);
  });
});

describe("what the chain refuses is one sentence and exit code 1", () => {
  const DEPLOY = ["deploy", "--rpc", "http://127.0.0.1:1", "--dso", "0x0000000000000000000000000000000000000001"];

  it("no key", () => {
    const { status, stderr } = commonwatt(DEPLOY);
    expect(status).toBe(1);
    expect(stderr).toBe("error: COMMONWATT_KEY is not set: put the private key of who deploys into it.\n");
  });

  it("nobody answers at the URL", () => {
    const { status, stderr } = commonwatt(DEPLOY, { COMMONWATT_KEY: `0x${"1".repeat(64)}` });
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: No chain answers at http:\/\/127\.0\.0\.1:1 .*\n$/);
  });

  it("with COMMONWATT_DEBUG, where it was thrown", () => {
    expect(commonwatt(DEPLOY, { COMMONWATT_DEBUG: "1" }).stderr).toMatch(/ChainError: .*\n +at /);
  });
});
