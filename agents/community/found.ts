import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { type AbstractSigner, parseEther, Wallet } from "ethers";
import type { Chain } from "../chain/chain.ts";
import {
  addressesOf,
  allAbis,
  type CommunityTerms,
  type Contracts,
  deployCommunity,
  type Rewards,
  type Windows,
} from "../chain/deploy.ts";
import { GasLedger } from "../chain/gasLedger.ts";
import { type Hash, keccakOf } from "../model/keccak.ts";
import { connectionPackets } from "../model/packets.ts";
import { finestScale, pricePerPacketDown, pricePerPacketUp } from "../model/prices.ts";
import { makeFolder, type ProcessFile, pathsIn, writeConfig, writeSecrets } from "./folder.ts";
import type { DeviceParts } from "./trialDevices.ts";

/** A home of a trial community; prices per kWh in EUR. */
export interface TrialHome {
  readonly id: string;
  readonly connectionW: number;
  readonly grid: number;
  readonly feedin: number;
  readonly pvKw?: number;
  readonly battery?: Readonly<Record<string, number>>;
  /** What it has to steer; without it the home has no energy manager. */
  readonly devices?: DeviceParts;
}

/** What a trial community is founded with. */
export interface Founding {
  readonly homes: readonly TrialHome[];
  /** Text of the meter file, which is replayed. */
  readonly readings: string;
  readonly slotSeconds: number;
  readonly packetWh: number;
  readonly windows: Windows;
  readonly ringDays: number;
  readonly clearWindow: number;
  readonly dsoSigners: number;
  readonly dsoThreshold: number;
  /** Pay of relays and keepers, who earn and claim it then; none if left out. */
  readonly rewards?: Rewards;
}

/** Ports of a trial community's processes on loopback. */
export interface Places {
  readonly rpc: string;
  readonly brokerPort: number;
  /** Of the first process; each other takes the next. 0: none listens. */
  readonly healthPort: number;
}

/** Paces of processes, seconds of the chain unless said. */
export interface Paces {
  /** Real seconds. */
  readonly pollSeconds: number;
  /** Real seconds. */
  readonly escalateSeconds: number;
  /** Real seconds to wait for the node. */
  readonly timeoutSeconds: number;
  readonly confirmations: number;
  readonly issueSeconds: number;
  /** Between two plans of an energy manager. */
  readonly planSeconds?: number;
  readonly directSeconds: number;
  readonly batchSeconds: number;
  readonly hurrySeconds: number;
  readonly waitSeconds: number;
  /** Profiles in a relay's batch, at most. */
  readonly batchSize: number;
  /** Gas that a part of a clearing is planned for. */
  readonly gasPlan: number;
  readonly gate: string;
  readonly zone: string;
  readonly daysAhead: number;
}

const TOKEN_DECIMALS = 6;
/** Base units: 100,000 EUR for each member, and as much for the supplier and each member. */
const DEPOSIT = 100_000n * 10n ** 6n;
const GAS_MONEY = parseEther("100");

/** What came of it: for the founder; everything else is in the folder. */
export interface Founded {
  readonly contracts: Contracts;
  readonly processes: readonly ProcessFile[];
  readonly secrets: Readonly<Record<string, string>>;
}

/**
 * Founds a community on a development chain: deploys, attests every home with a fresh key, pays in for all, and writes
 * configurations for its processes into a new folder. Only for chains whose money is worth nothing.
 */
export async function found(
  chain: Chain,
  folder: string,
  founding: Founding,
  places: Places,
  paces: Paces,
): Promise<Founded> {
  makeFolder(folder);
  const secrets = freshSecrets(founding);
  const ledger = new GasLedger(allAbis());
  const terms = termsOf(founding, secrets);
  const contracts = await deployCommunity(chain.signer, terms, ledger);
  await join(chain.signer, contracts, founding, secrets, ledger);
  await payGas(chain.signer, Object.entries(secrets));
  await giveRoles(contracts, secrets, ledger);
  const record = {
    ...{ schema: "commonwatt-community/1", chainId: Number(chain.chainId) },
    ...{ block: await chain.provider.getBlockNumber(), deployer: await chain.signer.getAddress() },
    ...{ addresses: await addressesOf(contracts), terms },
  };
  const paths = pathsIn(folder);
  writeFileSync(paths.community, `${JSON.stringify(record, null, 2)}\n`);
  writeFileSync(paths.readings, founding.readings);
  writeSecrets(folder, secrets);
  const processes = processFiles(founding, places, paces);
  for (const each of processes) writeConfig(folder, each);
  return { contracts, processes, secrets };
}

const SALT = "COMMONWATT_DSO_SALT";
const freshKey = (): string => `0x${randomBytes(32).toString("hex")}`;
const homeKey = (id: string): string => `COMMONWATT_KEY_${id.toUpperCase().replaceAll(/[^A-Z0-9]/g, "_")}`;
const dsoKey = (i: number): string => `COMMONWATT_DSO_SIGNER_${i + 1}`;
const roleKey = (agent: string): string => `COMMONWATT_KEY_${agent.toUpperCase()}`;

function freshSecrets({ homes, dsoSigners }: Founding): Record<string, string> {
  const names = [
    ...homes.map(({ id }) => homeKey(id)),
    ...["relay", "keeper", "dso", "operator"].map(roleKey),
    ...Array.from({ length: dsoSigners }, (_, i) => dsoKey(i)),
    SALT,
  ];
  return Object.fromEntries(names.map((name) => [name, freshKey()]));
}

const addressOf = (secrets: Readonly<Record<string, string>>, name: string): string =>
  new Wallet(secrets[name]!).address;

function termsOf(founding: Founding, secrets: Readonly<Record<string, string>>): CommunityTerms {
  const { homes, packetWh, dsoThreshold } = founding;
  const { retail, feedIn } = extremes(homes);
  const up = pricePerPacketUp(Math.round(retail * 1e6), packetWh, TOKEN_DECIMALS);
  const down = pricePerPacketDown(Math.round(feedIn * 1e6), packetWh, TOKEN_DECIMALS);
  const signers = Array.from({ length: founding.dsoSigners }, (_, i) => addressOf(secrets, dsoKey(i)));
  const { slotSeconds, windows, ringDays, clearWindow } = founding;
  return {
    ...{ slotSeconds, packetWh, ringDays, windows, clearWindow, dsoThreshold, fundRule: "treasury" },
    ...finestScale(Math.min(0, down), up),
    ...(founding.rewards && { rewards: founding.rewards }),
    feeder: keccakOf("trial feeder"),
    dsoSigners: signers.sort((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)),
  };
}

/** The dearest retail and the lowest feed-in price of any home, EUR per kWh. */
export const extremes = (homes: readonly TrialHome[]): { retail: number; feedIn: number } => ({
  retail: Math.max(...homes.map(({ grid }) => grid)),
  feedIn: Math.min(...homes.map(({ feedin }) => feedin)),
});

/** Attests every home and pays in for it and for the supplier. */
async function join(
  signer: AbstractSigner,
  { token, house, members }: Contracts,
  { homes, slotSeconds, packetWh }: Founding,
  secrets: Readonly<Record<string, string>>,
  ledger: GasLedger,
): Promise<void> {
  const all = DEPOSIT * BigInt(2 * homes.length);
  await ledger.send("setup", token.mint(await signer.getAddress(), all));
  await ledger.send("setup", token.approve(house, all));
  for (const [i, { id, connectionW }] of homes.entries()) {
    const capacity = connectionPackets(connectionW, slotSeconds, packetWh);
    const meter: Hash = keccakOf(`meter of ${id} ${freshKey()}`);
    await ledger.send("setup", members.attest(addressOf(secrets, homeKey(id)), meter, capacity));
    await ledger.send("setup", house.deposit(i + 1, DEPOSIT));
  }
  await ledger.send("setup", house.depositForSupplier(DEPOSIT * BigInt(homes.length)));
}

async function payGas(signer: AbstractSigner, secrets: readonly (readonly [string, string])[]): Promise<void> {
  for (const [name, key] of secrets) {
    if (!name.startsWith("COMMONWATT_KEY_")) continue;
    await (await signer.sendTransaction({ to: new Wallet(key).address, value: GAS_MONEY })).wait();
  }
}

/** The operator's process fixes tariffs and opens sessions with a key of its own. */
async function giveRoles(
  { tariff, market }: Contracts,
  secrets: Readonly<Record<string, string>>,
  ledger: GasLedger,
): Promise<void> {
  const operator = addressOf(secrets, roleKey("operator"));
  await ledger.send("setup", tariff.grantRole(await tariff.SUPPLIER_ROLE(), operator));
  await ledger.send("setup", market.grantRole(await market.OPERATOR_ROLE(), operator));
}

function processFiles(founding: Founding, places: Places, paces: Paces): ProcessFile[] {
  const { homes, dsoSigners, rewards } = founding;
  const { retail, feedIn } = extremes(homes);
  const pay = rewards && { earn: true, claimLeast: 0 };
  const { pollSeconds, escalateSeconds, timeoutSeconds, confirmations } = paces;
  const pace = { confirmations, pollSeconds, escalateSeconds, timeoutSeconds };
  const broker = `mqtt://127.0.0.1:${places.brokerPort}`;
  let port = places.healthPort;
  const common = (agent: ProcessFile["agent"], name: string, key: string) => ({
    ...{ agent, name },
    chain: { rpc: places.rpc, community: "../community.json", ...pace },
    ...{ key: { env: key }, state: `../state/${name}`, locks: "../locks" },
    ...(places.healthPort > 0 && { health: { port: port++ } }),
  });
  const mqtt = { url: broker, homeAssistant: "homeassistant" };
  const { gate, zone, gasPlan, waitSeconds, batchSeconds, hurrySeconds, issueSeconds, directSeconds } = paces;
  const signers = Array.from({ length: dsoSigners }, (_, i) => ({ env: dsoKey(i) }));
  const files: Record<string, unknown>[] = [
    {
      ...common("relay", "relay", roleKey("relay")),
      mqtt: { url: broker },
      broker: { port: places.brokerPort },
      relay: { batchSeconds, hurrySeconds, size: paces.batchSize, ...pay },
    },
    {
      ...common("operator", "operator", roleKey("operator")),
      operator: { zone, gate, daysAhead: paces.daysAhead },
      tariffs: { grid: retail, feedin: feedIn },
    },
    { ...common("keeper", "keeper", roleKey("keeper")), mqtt: { url: broker }, keeper: { gasPlan, ...pay } },
    { ...common("dso", "dso", roleKey("dso")), mqtt: { url: broker }, dso: { signers, saltEnv: SALT, waitSeconds } },
    ...homes.map(({ id, connectionW, grid, feedin, battery, pvKw, devices }, i) => ({
      ...common("household", id, homeKey(id)),
      ...{
        mqtt,
        site: { connectionW, zone, ...(pvKw !== undefined && { pvKw }) },
        meters: { readings: "../readings.csv", home: id, replay: true },
      },
      ...(battery && { battery }),
      ...(devices && { ...devices, plan: paces.planSeconds === undefined ? {} : { everySeconds: paces.planSeconds } }),
      ...{ tariffs: { grid, feedin }, market: { member: i + 1, issueSeconds, directSeconds } },
    })),
  ];
  return files.map((config) => ({ name: `${config.name}`, agent: config.agent as ProcessFile["agent"], config }));
}
