import { ErrorFragment, type Interface } from "ethers";

/** Something that the chain refused or could not do, in one clear sentence. */
export class ChainError extends Error {
  override readonly name = "ChainError";
}

/** The name and values of the custom error that a call reverted with, as `Name(a, b)`; undefined if it was something else. */
export function revertOf(error: unknown, abis: readonly Interface[]): string | undefined {
  const data = revertData(error);
  if (data === undefined || data.length < 10) return undefined;
  for (const abi of abis) {
    const parsed = abi.parseError(data);
    if (parsed) return `${parsed.name}(${parsed.args.map(String).join(", ")})`;
  }
  return data.startsWith(PANIC) ? `Panic(${BigInt(`0x${data.slice(10)}`)})` : undefined;
}

const PANIC = ErrorFragment.from("error Panic(uint256)").selector;

/** The revert data inside whatever error a provider threw. */
export function revertData(error: unknown): string | undefined {
  let inner = error as { data?: unknown; cause?: unknown; error?: unknown; info?: { error?: unknown } } | undefined;
  while (inner) {
    if (typeof inner.data === "string" && inner.data.startsWith("0x")) return inner.data;
    const nested = inner.data as { data?: unknown } | undefined;
    if (typeof nested?.data === "string") return nested.data;
    inner = (inner.cause ?? inner.error ?? inner.info?.error) as typeof inner;
  }
  return undefined;
}
