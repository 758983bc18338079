import { type ContractTransactionResponse, Signature, type TransactionReceipt, type Wallet } from "ethers";
import type { PacketCommons as Contract } from "../../types/ethers-contracts/index.ts";
import { ChainError } from "../chain/chainError.ts";
import type { MessageAnswer, PacketCommons } from "../model/commons.ts";
import type { RequestMessage } from "../model/commonsFirewall.ts";
import { COMMONS_TYPES, commonsDomain, messageValue, rowOf } from "../model/commonsMessages.ts";
import { boundBook, packForecast, proposalOf } from "../model/commonsProposal.ts";
import { packBook } from "../model/commonsRequest.ts";
import type { SlotOutcome } from "../model/commonsSlot.ts";
import type { Hash } from "../model/keccak.ts";
import type { CommonsServer } from "./server.ts";

/** What a server on a chain needs. */
export interface ChainPlace {
  readonly contract: Contract;
  readonly chainId: bigint;
  /** Its copy of the contract's state, which it proposes by. */
  readonly commons: PacketCommons;
  /** The key of a member's router. */
  readonly walletOf: (member: number) => Wallet;
  /** Sends a transaction of a phase and waits for it. */
  readonly send: (phase: string, sent: Promise<ContractTransactionResponse>) => Promise<TransactionReceipt>;
  /** Lets the blocks of a slot's seed pass. */
  readonly passBlocks: (blocks: number) => Promise<void>;
}

/** Messages in a transaction, at most. */
const BATCH = 100;
/** The seed is the hash of the second block after the closing one. */
const SEED_BLOCKS = 3;

/**
 * A commons on a chain. Routers' messages are signed and relayed in batches; what is answered and allocated is the
 * contract's: where its events differ from the server's copy, the server stops with a ChainError.
 */
export function chainServer(place: ChainPlace): CommonsServer {
  const { contract, commons, send } = place;
  let posted: number[] = [];
  return {
    commons,
    setStores: async (stores) => {
      commons.setStores(stores);
      await send("forecast", contract.setStores(stores));
    },
    forecast: async (slots) => {
      commons.forecast(slots);
      await send("forecast", contract.forecast(commons.next, packForecast(slots)));
    },
    post: async (messages) => {
      const answers: MessageAnswer[] = [];
      for (let at = 0; at < messages.length; at += BATCH) {
        const batch = messages.slice(at, at + BATCH);
        const { said, admitted } = await postBatch(place, batch);
        answers.push(...said);
        posted.push(admitted);
      }
      return answers;
    },
    allocate: async () => {
      const outcome = await allocate(place, posted);
      posted = [];
      return outcome;
    },
  };
}

/** Posts messages in one transaction; their answers, and how many requests were admitted. */
async function postBatch(place: ChainPlace, messages: readonly RequestMessage[]) {
  const { contract, commons, send } = place;
  const rows = await Promise.all(messages.map((message) => signedRow(place, message)));
  const said = messages.map((message) => commons.post(message));
  const cells = said
    .flatMap((answer) => (answer.kind === "taken" ? answer.answers : []))
    .flatMap((answer) => (answer.kind === "accepted" ? [answer.cell] : []));
  if (said.every(({ kind }) => kind === "refused")) return { said, admitted: 0 };
  const receipt = await send("post", contract.post(joined(rows), []));
  const own = cells.length === 0 ? [] : [packBook(cells)];
  agree(
    "admitted",
    own,
    eventsOf(place, receipt, "RequestsAccepted").map(({ cells: admitted }) => String(admitted)),
  );
  return { said, admitted: cells.length };
}

/** A message signed by its member's router, as a row. */
async function signedRow({ chainId, contract, walletOf }: ChainPlace, message: RequestMessage): Promise<string> {
  const domain = commonsDomain({ chainId, verifyingContract: contract.target as string });
  const signed = await walletOf(message.member).signTypedData(domain, COMMONS_TYPES.message, messageValue(message));
  const { r, yParityAndS } = Signature.from(signed);
  return rowOf(message, r as Hash, yParityAndS as Hash);
}

const joined = (rows: readonly string[]): string => `0x${rows.map((row) => row.slice(2)).join("")}`;

/** Closes the next slot, proposes its allocation, and holds the contract's balance against the copy's. */
async function allocate(place: ChainPlace, posted: readonly number[]): Promise<SlotOutcome> {
  const { contract, commons, send, passBlocks } = place;
  await send("allocate", contract.close());
  await passBlocks(SEED_BLOCKS);
  commons.close((await contract.seed()) as Hash);
  const book = boundBook(commons, posted);
  const outcome = commons.allocate();
  const proposal = proposalOf(book, outcome);
  const receipt = await send("allocate", contract.allocate(proposal));
  const [event] = eventsOf(place, receipt, "SlotAllocated");
  const b = outcome.balance;
  const own = [b.served, b.bufferOut, b.cacheOut, b.imported, b.beyondAllowance, b.charged, b.cached, b.exported];
  agree(`allocated of slot ${outcome.slot}`, own, [...(event?.balance ?? [])].map(Number));
  agree(`granted in slot ${outcome.slot}`, [proposal.grants], [String(event?.grants)]);
  return outcome;
}

function eventsOf({ contract }: ChainPlace, { logs }: TransactionReceipt, name: string) {
  const events = logs.map((log) => contract.interface.parseLog(log));
  return events.flatMap((event) => (event?.name === name ? [event.args] : []));
}

function agree(what: string, own: readonly unknown[], chain: readonly unknown[]): void {
  if (own.length === chain.length && own.every((value, i) => value === chain[i])) return;
  throw new ChainError(`What the contract ${what} is ${chain.join(", ")}, not ${own.join(", ")} as the server has it.`);
}
