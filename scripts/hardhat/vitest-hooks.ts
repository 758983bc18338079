import type { TestHooks } from "hardhat/types/hooks";

/** Lets `hardhat test <file>` give `*.test.ts` files to Vitest. */
export default async (): Promise<Partial<TestHooks>> => ({
  registerFileForTestRunner: async (context, file, next) =>
    file.endsWith(".test.ts") ? "vitest" : next(context, file),
});
