import type { Bug } from "./bug.ts";

const ORACLE = "contracts/FlowOracle.sol";
const SIGNATURES = "contracts/libraries/Signatures.sol";
const ORACLE_TEST = "test/contracts/flowOracle.test.ts";
const SIGNATURES_TEST = "test/libraries/signatures.test.ts";

/** Mistakes with reports, signatures, votes and secrets. */
export const PROOF_BUGS: readonly Bug[] = [
  {
    name: "one signer signs twice",
    threats: [4],
    file: ORACLE,
    right: "if (signer <= last) revert SignersNotRising(i, signer);",
    wrong: "if (signer < last) revert SignersNotRising(i, signer);",
    tests: [ORACLE_TEST],
  },
  {
    name: "a signer less than k suffices",
    threats: [4],
    file: ORACLE,
    right: "if (signatures.length < _inForce.threshold)",
    wrong: "if (signatures.length + 1 < _inForce.threshold)",
    tests: [ORACLE_TEST],
  },
  {
    name: "signers start without a delay",
    threats: [4, 21],
    file: ORACLE,
    right: "if (block.timestamp < _readyAt) revert TooEarly(_readyAt);",
    wrong: "",
    tests: [ORACLE_TEST],
  },
  {
    name: "a report is taken in the second of its limit",
    threats: [17],
    file: ORACLE,
    right: "if (block.timestamp >= deadline) revert TooLate(report.day, deadline);\n        bytes32 previous",
    wrong: "if (block.timestamp > deadline) revert TooLate(report.day, deadline);\n        bytes32 previous",
    tests: [ORACLE_TEST],
  },
  {
    name: "a day is settled while its report may be contradicted",
    threats: [17, 19],
    file: ORACLE,
    right: "block.timestamp < record.acceptedAt + _disputeWindow ? State.Disputable",
    wrong: "block.timestamp < record.acceptedAt ? State.Disputable",
    tests: [ORACLE_TEST],
  },
  {
    name: "a contradiction freezes nothing",
    threats: [19],
    file: ORACLE,
    right: "record.frozen = true;",
    wrong: "",
    tests: [ORACLE_TEST],
  },
  {
    name: "a revision need not name the report before it",
    threats: [19],
    file: ORACLE,
    right: "if (report.previous != previous) revert WrongPrevious(report.previous, previous);",
    wrong: "previous;",
    tests: [ORACLE_TEST],
  },
  {
    name: "an account with delegated code is asked as a contract only",
    threats: [16],
    file: SIGNATURES,
    right: "if (signature.length == 65) {",
    wrong: "if (signature.length == 65 && account.code.length == 0) {",
    tests: [SIGNATURES_TEST],
  },
  {
    name: "a wallet may burn all gas",
    threats: [13, 16],
    file: SIGNATURES,
    right: "uint256 limit = WALLET_GAS;",
    wrong: "uint256 limit = gasleft();",
    tests: [SIGNATURES_TEST],
  },
  {
    name: "a wallet's short answer is read as a whole one",
    threats: [16],
    file: SIGNATURES,
    right: "yes := and(and(ok, gt(returndatasize(), 0x1f)), eq(mload(0), magic))",
    wrong: "yes := and(ok, eq(mload(0), magic))",
    tests: [SIGNATURES_TEST],
  },
  {
    name: "a leaf that is not in the report counts",
    threats: [2, 4],
    file: "contracts/DayBook.sol",
    right: "if (given != root) revert WrongRoot(day, given, root);",
    wrong: "given; root;",
    tests: ["test/contracts/dayBook.test.ts"],
  },
  {
    name: "whoever left goes on voting",
    threats: [21],
    file: "contracts/CommonsGovernor.sol",
    right: "return roll.isMember(account) ? super._getVotes(account, timepoint, params) : 0;",
    wrong: "return super._getVotes(account, timepoint, params);",
    tests: ["test/contracts/commonsGovernor.test.ts"],
  },
  {
    name: "a ballot needs no quorum",
    threats: [21],
    file: "contracts/CommonsGovernor.sol",
    right: "return Math.ceilDiv(token().getPastTotalSupply(timepoint) * _permille, 1000);",
    wrong: "return Math.ceilDiv(token().getPastTotalSupply(timepoint) * _permille, 1000) * 0;",
    tests: ["test/contracts/commonsGovernor.test.ts"],
  },
  {
    name: "a leaf's salt can be told without the secret",
    threats: [23],
    file: "agents/dso/reports.ts",
    right: 'createHmac("sha256", secret)',
    wrong: 'createHmac("sha256", "")',
    tests: ["test/agents/dso/salts.test.ts"],
  },
  {
    name: "a secret one level down is logged",
    threats: [24],
    file: "agents/process/log.ts",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the source's
    right: "[word, `*.${word}`, `*.*.${word}`]",
    wrong: "[word]",
    tests: ["test/agents/process/log.test.ts"],
  },
];
