/** Contracts to make with the mutant, and tests that then judge it. */
export interface Stage {
  readonly contracts: readonly string[];
  readonly tests: readonly string[];
}

/** A file of which mutants are made. What survives a stage is judged by the next. */
export interface Target {
  readonly file: string;
  readonly stages: readonly Stage[];
}

const contract = (name: string) => `contracts/${name}.sol`;
const library = (name: string) => `contracts/libraries/${name}.sol`;
const stage = (contracts: readonly string[], ...tests: string[]): Stage => ({
  contracts: contracts.map(contract),
  tests: tests.map((name) => `test/${name}.test.ts`),
});

const DAYS = ["invariants/regressions", "e2e/deadlines", "invariants/sequences"];
const SETTLING = ["contracts/revisions", "contracts/lastMember", "contracts/arbitration"];
const HOUSE: readonly Stage[] = [
  stage(["ClearingHouse"], "contracts/clearingHouse"),
  stage(["ClearingHouse"], "contracts/reentrancy", "contracts/revisions", "contracts/communityFund"),
  stage(["ClearingHouse"], "invariants/smallScope", "contracts/arbitration", ...DAYS),
];
const AUCTION = ["HuangAuction", "mocks/LaneAuctionHarness"];

/** Money and auction. The quickest tests come first: most mutants die of them. */
export const TARGETS: readonly Target[] = [
  { file: contract("ClearingHouse"), stages: HOUSE },
  { file: library("Accounts"), stages: HOUSE },
  {
    file: contract("DayBook"),
    stages: [
      stage(["DayBook"], "contracts/dayBook"),
      stage(["DayBook"], ...SETTLING),
      stage(["DayBook"], "contracts/settlementMutations", ...DAYS),
    ],
  },
  {
    file: library("LaneSettlement"),
    stages: [
      stage(["DayBook"], "contracts/dayBook"),
      stage(["mocks/LaneSettlementHarness"], "libraries/laneSettlement"),
      stage(["DayBook"], ...SETTLING, ...DAYS),
    ],
  },
  {
    file: library("Settlement"),
    stages: [stage(["mocks/SettlementHarness", "mocks/OrdersHarness"], "libraries/settlement", "libraries/orders")],
  },
  {
    file: contract("CommunityFund"),
    stages: [
      stage(["CommunityFund"], "contracts/communityFund"),
      stage(["CommunityFund"], "contracts/membership", "invariants/sequences"),
    ],
  },
  {
    file: contract("EcoinRegistry"),
    stages: [
      stage(["EcoinRegistry"], "contracts/ecoinRegistry"),
      stage(["EcoinRegistry"], "contracts/profileRefusals", "contracts/profileReplacement", "contracts/dayBook"),
      stage(["EcoinRegistry"], ...SETTLING, ...DAYS),
    ],
  },
  {
    file: library("EcoinCells"),
    stages: [
      stage(["mocks/CellsHarness"], "libraries/cells"),
      stage(["EcoinRegistry"], "contracts/ecoinRegistry"),
      stage(["EcoinRegistry"], "contracts/profileReplacement", ...DAYS),
    ],
  },
  {
    file: library("MemberCells"),
    stages: [
      stage(["mocks/CellsHarness"], "libraries/cells"),
      stage(["EnergyMarket", "DayBook"], "contracts/profileRefusals", "contracts/dayBook", ...DAYS),
    ],
  },
  { file: library("DoubleAuction"), stages: [stage(["mocks/DoubleAuctionHarness"], "libraries/doubleAuction")] },
  {
    file: library("LaneAuction"),
    stages: [
      stage(AUCTION, "libraries/laneAuctionReasons"),
      stage(AUCTION, "libraries/laneAuction"),
      stage(AUCTION, "libraries/laneAuctionClaims", "contracts/clearingMutations"),
    ],
  },
  {
    file: library("TieKey"),
    stages: [stage(["mocks/CellsHarness"], "libraries/cells"), stage(AUCTION, "libraries/laneAuction")],
  },
  {
    file: library("Lanes"),
    stages: [
      stage(["mocks/LanesHarness"], "libraries/lanes"),
      stage([...AUCTION, "mocks/LaneSettlementHarness"], "libraries/laneAuction", "libraries/laneSettlement"),
      stage(["EnergyMarket", "EcoinRegistry", "CommunityFund"], "contracts/profileRefusals", ...DAYS),
    ],
  },
  {
    file: library("Orders"),
    stages: [
      stage(["mocks/OrdersHarness", "mocks/SettlementHarness"], "libraries/orders"),
      stage(["mocks/LaneSettlementHarness"], "libraries/laneSettlement"),
      stage(["EnergyMarket", "CommunityFund"], "contracts/profileRefusals", "contracts/communityFund", ...DAYS),
    ],
  },
  {
    file: library("Admission"),
    stages: [
      stage(["EnergyMarket"], "contracts/profileRefusals"),
      stage(["EnergyMarket"], "contracts/energyMarket", "contracts/profileReplacement"),
      stage(["EnergyMarket"], "contracts/profileMutations", ...DAYS),
    ],
  },
];
