import type { Require } from "./check.ts";
import { sessionRounds, sumOf } from "./figures.ts";
import type { Result } from "./result.ts";

/** Phases of which a session's gas is a part. */
const PHASES_OF_SESSIONS = ["open", "post", "clear"];

/** RESULT-10. */
export function checkSessions(result: Result, require: Require): void {
  const { sessions, slots, phases } = result;
  slots.forEach((slot, t) => {
    const numbers = slot.later.map(({ session }) => session);
    const rise = numbers.every((number, i) => i === 0 || number > numbers[i - 1]!);
    require(rise, `${slot.start}: its later sessions are ${numbers.join(", ")}`);
    for (const number of numbers) {
      const session = sessions?.[number];
      const holds = session !== undefined && t >= session.first && t < session.first + session.count;
      require(holds, `${slot.start}: session ${number} does not hold it`);
    }
  });
  for (const i of (sessions ?? []).keys()) checkSession(result, i, require);
  const gas = sumOf(sessions ?? [], (session) => session.gas);
  const most = sumOf(phases, (phase) => (PHASES_OF_SESSIONS.includes(phase.name) ? phase.gas : 0));
  require(gas <= most, `sessions used ${gas} gas, the phases that they are part of ${most}`);
}

function checkSession(result: Result, i: number, require: Require): void {
  const { slots } = result;
  const sessions = result.sessions!;
  const { gate, first, count, orders, packets } = sessions[i]!;
  const name = `session ${i}`;
  require(i === 0 || Date.parse(gate) >= Date.parse(sessions[i - 1]!.gate), `${name} closes before the one before it`);
  require(first + count <= slots.length, `${name} is over slots ${first} to ${first + count - 1}`);
  require(Date.parse(gate) <= Date.parse(slots[first]?.start ?? ""), `${name} closes after its first slot begins`);
  const own = sessionRounds(result, i);
  const [offered, traded] = [sumOf(own, (round) => round.orders.length), sumOf(own, (round) => round.packets)];
  require(orders === offered, `${name} has ${orders} orders, its slots ${offered}`);
  require(packets === traded, `${name} has ${packets} packets, its slots ${traded}`);
}
