/** Whether the contracts carry probes of coverage: they are then larger, and dearer, than any chain allows. */
export const instrumented = process.env.HARDHAT_SOLCOV === "true" || process.env.HARDHAT_COVERAGE === "true";
