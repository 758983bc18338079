import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatNetworkHelpers from "@nomicfoundation/hardhat-network-helpers";
import hardhatTypechain from "@nomicfoundation/hardhat-typechain";
import { defineConfig } from "hardhat/config";
import buildOutput from "./scripts/hardhat/build-output-plugin.ts";
import solcov from "./scripts/hardhat/solcov-plugin.ts";
import vitest from "./scripts/hardhat/vitest-plugin.ts";

process.env.HARDHAT_DISABLE_TELEMETRY ??= "true";

// The compiler is the locked npm package `solc` (WebAssembly): a build downloads nothing.
const solc = { version: "0.8.34", path: fileURLToPath(import.meta.resolve("solc/soljson.js")) };

// Instrumented code goes to its own folder, so that a coverage run leaves the normal build alone. It may be large and
// use any amount of gas: nothing is measured there but coverage.
const instrumented =
  process.argv.some((arg) => arg === "--coverage" || arg === "--solcov") ||
  process.env.HARDHAT_COVERAGE === "true" ||
  process.env.HARDHAT_SOLCOV === "true";

// Planted bugs (scripts/plantBugs.ts) are compiled the quick way too, and so are larger.
const planted = process.env.COMMONWATT_BUILD === "quick";

// Without a hash of the sources at its end, code changes only when what it does changes; then so do block hashes, ties
// and gas, and a figure can be compared to the unit.
const metadata = { bytecodeHash: "none" as const };
const compiler = (viaIR: boolean, runs: number) => ({
  ...solc,
  settings: { optimizer: { enabled: true, runs }, viaIR, evmVersion: "prague", metadata },
});

// What is deployed is compiled through Yul at the highest setting: an order costs an eighth less gas (docs/gas.md). Test
// doubles take the quick way, and so does instrumented code, where nobody looks at gas, but for the commons: with probes
// in them its functions have more variables than the quick way has room for.
const quick = compiler(false, 200);
const filesIn = (folder: string) =>
  readdirSync(new URL(`contracts/${folder}`, import.meta.url)).map((file) => `contracts/${folder}/${file}`);
const like = (files: readonly string[], how: typeof quick) => Object.fromEntries(files.map((file) => [file, how]));
const commons = ["contracts/PacketCommons.sol", ...filesIn("libraries")];
const profile = instrumented
  ? { compilers: [quick], overrides: like(commons, compiler(true, 1)) }
  : { compilers: [compiler(true, 1_000_000)], overrides: like(filesIn("mocks"), quick) };

export default defineConfig({
  plugins: [hardhatEthers, hardhatTypechain, hardhatNetworkHelpers, vitest, solcov, buildOutput],
  solidity: {
    profiles: { default: profile },
  },
  paths: {
    tests: { solidity: "test/solidity" },
    ...(instrumented ? { artifacts: "coverage/artifacts", cache: "coverage/cache" } : {}),
  },
  test: { solidity: { fuzz: { runs: 256 }, invariant: { runs: 64, depth: 64 } } },
  networks: {
    default: {
      type: "edr-simulated",
      ...(instrumented || planted
        ? { allowUnlimitedContractSize: true, blockGasLimit: false, transactionGasCap: false }
        : {}),
    },
    local: { type: "http", url: "http://127.0.0.1:8545" },
  },
});
