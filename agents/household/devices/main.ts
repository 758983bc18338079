import type { Logger } from "pino";
import { rpc } from "../../chain/localNode.ts";
import { instructionSchema } from "../../devices/s2.ts";
import type { Bus } from "../../mqtt/bus.ts";
import { instructionTopic, stateTopic, statusTopic } from "../../mqtt/deviceMessages.ts";
import type { SimulatedHome } from "./simulated.ts";

/**
 * The other side of the broker, for trials: the devices of some homes. They follow what they are told, tell what they
 * measure, and are their own masters once a home's agent is offline or its word is over.
 */
export class DeviceProcess {
  readonly #homes: readonly SimulatedHome[];
  readonly #bus: Bus;

  constructor(homes: readonly SimulatedHome[], bus: Bus, log: Pick<Logger, "info">) {
    this.#homes = homes;
    this.#bus = bus;
    for (const home of homes) {
      const { name } = home;
      bus.listen(instructionTopic(name, "+"), instructionSchema, ({ topic, value }) => {
        const status = home.instruct(topic[3]!, value);
        bus.tell(statusTopic(name, topic[3]!), { instruction_id: value.id, ...status });
      });
      bus.onStatus(name, (online) => {
        if (online) return;
        home.release();
        log.info({ home: name }, "its agent is offline: devices control themselves");
      });
    }
  }

  /** Lives until `now` (unix seconds) and tells what was measured. */
  turn(now: number): void {
    for (const home of this.#homes) {
      if (home.liveUntil(now) === 0) continue;
      for (const { id, state } of home.states()) this.#bus.setState(stateTopic(home.name, id), state);
    }
  }
}

/** Unix seconds of the newest block: the clock of a trial community. */
export async function chainNow(url: string): Promise<number> {
  const block = (await rpc(url, "eth_getBlockByNumber", ["latest", false])) as { timestamp: string };
  return Number(block.timestamp);
}
