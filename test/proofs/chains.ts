import { anvilBinary, rpc, startAnvil } from "../../agents/chain/localNode.ts";
import type { Request } from "./stage.ts";

/** A chain to explore, and how to end it. */
export interface Chain {
  readonly request: Request;
  stop(): Promise<void>;
}

/** anvil where there is one, for its EVM keeps no trace of each step; else the one in the process. */
export async function startChain(): Promise<Chain> {
  const anvil = anvilBinary();
  if (anvil === undefined) return inProcess();
  const { url, stop } = await startAnvil(anvil, { tied: true });
  return { request: (method, params) => rpc(url, method, params), stop };
}

async function inProcess(): Promise<Chain> {
  const { network } = await import("hardhat");
  const unlimited = { allowUnlimitedContractSize: true, blockGasLimit: false, transactionGasCap: false } as const;
  const { provider } = await network.create({ override: unlimited });
  return { request: (method, params) => provider.request({ method, params: [...params] }), stop: async () => {} };
}
