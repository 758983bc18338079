import type { SolidityHooks } from "hardhat/types/hooks";

/** Drops the empty lines of a quiet build, and warnings about other people's code. */
export default async (): Promise<Partial<SolidityHooks>> => ({
  build: async (context, files, options, next) => {
    if (!options?.quiet) return next(context, files, options);
    const { log } = console;
    console.log = (...words) => words.length > 0 && log(...words);
    try {
      return await next(context, files, options);
    } finally {
      console.log = log;
    }
  },
  getCompilationJobErrors: async (context, job, output, next) =>
    (await next(context, job, output)).filter(
      ({ severity, formattedMessage }) => severity === "error" || !/--> \S*node_modules\//.test(formattedMessage ?? ""),
    ),
});
