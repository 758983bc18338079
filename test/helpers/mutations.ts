import type { Interface } from "ethers";
import { claimsOf } from "../../agents/keeper/claims.ts";
import { firstLaneSlot, seedOf, shapeOf } from "../../agents/keeper/keeper.ts";
import { communityOf, type Network } from "./community.ts";
import { crossing } from "./crossing.ts";

/** A valid thing with one field changed, and the error that it must meet. */
export type Kind<Given> = readonly [kind: string, error: string, change: (given: Given) => Given | Promise<Given>];

/** Four members with signed profiles that cross, a fifth whose bid stays behind; nothing posted yet. */
export async function signed(net: Network) {
  const c = await communityOf(net, { members: 5, capacity: 100 });
  const day = await c.fixDay();
  const session = await c.open(day);
  const behind = { member: 5, slot: 0, side: "bid", price: 1500, packets: 10 } as const;
  const batch = await c.profilesOf(session, [...crossing(), behind]);
  return { ...c, day, session, batch };
}

export async function closed(net: Network) {
  const c = await signed(net);
  await c.postSigned(c.session, c.batch);
  await c.close(c.session);
  const shape = await shapeOf(c.contracts, c.session);
  const book = await c.book(c.session);
  const claims = claimsOf(book.flat(), 1, firstLaneSlot(shape), await seedOf(c.contracts, c.provider, c.session));
  return { ...c, book: book[0]!, claims };
}

/** Cleared, the day over, its report made and not yet submitted. */
export async function ended(net: Network) {
  const c = await closed(net);
  await c.clear(c.session);
  const given = await c.report(c.day, [
    { member: 1, slot: 0, fedIn: 10 },
    { member: 3, slot: 0, drawn: 10 },
  ]);
  await c.until(c.day.end);
  return { ...c, given, signatures: await c.sign(given) };
}

export async function settleable(net: Network) {
  const c = await ended(net);
  await c.submit(c.given);
  await c.until(await c.settleFrom(c.day));
  return c;
}

/** The name of the error that a call reverts with; empty if it passes. */
export async function refusalOf(call: () => Promise<unknown>, abi: Interface): Promise<string> {
  try {
    await call();
    return "";
  } catch (error) {
    // biome-ignore lint/suspicious/noExplicitAny: errors of several libraries, nested in each other
    for (let at = error as any; at; at = at.cause ?? at.error ?? at.info?.error) {
      const data = at.data?.data ?? at.data;
      if (typeof data === "string") return abi.parseError(data)?.name ?? data;
    }
    throw error;
  }
}
