import type { JsonRpcApiProvider, Provider, Result, TransactionResponse } from "ethers";
import type { EnergyMarket } from "../../types/ethers-contracts/index.ts";
import { ChainError } from "../chain/chainError.ts";

/** A frame of what a `callTracer` gives. */
interface Frame {
  readonly to?: string;
  readonly input: string;
  readonly error?: string;
  readonly calls?: readonly Frame[];
}

/**
 * The rows that a transaction gave to a session, one text of bytes for each `post` or `replace`, in the order in which
 * they were carried out. A transaction to the market itself says it in its calldata; one to another contract is traced
 * by the node. Where the node can't trace, or not any more, calldata that reads like a call of the market is taken, as the
 * rewards take it: the caller compares it with the commitment. Throws ChainError, with what to do, where it does not.
 */
export async function rowsPosted(
  market: EnergyMarket,
  provider: Provider,
  session: number,
  tx: TransactionResponse,
): Promise<string[]> {
  const address = (await market.getAddress()).toLowerCase();
  if (tx.to?.toLowerCase() === address) return rowsIn(market, session, tx.data);
  try {
    return (await tracedInputs(provider, tx.hash, address)).flatMap((data) => rowsIn(market, session, data));
  } catch (error) {
    const rows = rowsIn(market, session, tx.data);
    if (rows.length > 0) return rows;
    throw error;
  }
}

/** The rows that calldata gives to a session of the market; none where it is another call. */
function rowsIn(market: EnergyMarket, session: number, data: string): string[] {
  const call = market.interface.parseTransaction({ data });
  const posts = call?.name === "post" || call?.name === "replace";
  return posts && Number(call.args.session) === session ? [rowsOf(call.args)] : [];
}

const rowsOf = (args: Result): string => (args.toObject().rows ?? args.toObject().row) as string;

async function tracedInputs(provider: Provider, hash: string, address: string): Promise<string[]> {
  try {
    const send = (provider as JsonRpcApiProvider).send.bind(provider);
    return inputsTo(address, await send("debug_traceTransaction", [hash, { tracer: "callTracer" }]));
  } catch (error) {
    const why = (error as Error).message.split("\n")[0];
    throw new ChainError(
      `Transaction ${hash} posted profiles through another contract, and this node can't trace it (${why}): ` +
        "give the keeper a node with debug_traceTransaction; until then other keepers must clear this session.",
    );
  }
}

/** Calldata of every call to `address` in a frame that was not undone, in order. */
function inputsTo(address: string, { to, input, error, calls = [] }: Frame): string[] {
  if (error !== undefined) return [];
  const own = to?.toLowerCase() === address ? [input] : [];
  return [...own, ...calls.flatMap((call) => inputsTo(address, call))];
}
