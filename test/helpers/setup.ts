import hre from "hardhat";
import { afterAll, expect } from "vitest";
import { contractMatchers } from "./matchers.ts";

expect.extend(contractMatchers);

// After each test file: hands coverage hits and gas figures to Hardhat.
afterAll(() => hre.hooks.runHandlerChain("test", "onTestWorkerDone", ["vitest"], async () => {}));
