import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { z } from "zod";

/** Where the broker is and who we are there. */
export interface BusOptions {
  readonly url: string;
  /** First part of every topic. */
  readonly prefix: string;
  /** Name of this process: client id, and part of its status topic. */
  readonly name: string;
  readonly user?: string;
  readonly password?: string;
  /** Certificate that signed the broker's, PEM. */
  readonly ca?: string;
}

/** What came on a topic. */
export interface Message<T> {
  /** The topic below the prefix, in parts. */
  readonly topic: readonly string[];
  readonly value: T;
}

type Handler = (topic: readonly string[], payload: string, retained: boolean) => void;

const RECONNECT_MS = 500;
/** How long an end waits for the broker to hear of it. */
const FAREWELL_MS = 2000;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/**
 * Messages over MQTT: state is retained JSON, one topic per group of facts, and is published again whenever the broker
 * comes back, so that a broker may forget everything. Nothing is queued: what is true is published, again and again.
 * A last will says `offline`.
 */
export class Bus {
  readonly prefix: string;
  /** Messages that could not be understood, and stale commands: ignored, and counted. */
  ignored = 0;
  readonly #client: MqttClient;
  readonly #status: string;
  readonly #state = new Map<string, string>();
  readonly #handlers: { readonly pattern: readonly string[]; readonly handle: Handler }[] = [];

  constructor({ url, prefix, name, user, password, ca }: BusOptions) {
    this.prefix = prefix;
    this.#status = `${prefix}/agents/${name}/status`;
    const options: IClientOptions = {
      ...{
        clientId: `commonwatt-${name}-${process.pid}`,
        clean: true,
        reconnectPeriod: RECONNECT_MS,
        resubscribe: false,
      },
      ...{ will: { topic: this.#status, payload: Buffer.from("offline"), qos: 1, retain: true } },
      ...(user !== undefined && { username: user }),
      ...(password !== undefined && { password }),
      ...(ca !== undefined && { ca }),
    };
    this.#client = connect(url, options);
    this.#client.on("connect", () => this.#onConnect());
    this.#client.on("error", () => {}); // said by `connected`; the client tries again
    this.#client.on("message", (topic, payload, { retain }) => this.#onMessage(topic, payload.toString(), retain));
  }

  get connected(): boolean {
    return this.#client.connected;
  }

  /** Topics whose state this process keeps up. */
  get topics(): number {
    return this.#state.size;
  }

  /** Resolves at the next connection, at once if there is one. */
  whenConnected(): Promise<void> {
    if (this.connected) return Promise.resolve();
    return new Promise((resolve) => this.#client.once("connect", () => resolve()));
  }

  /** Makes `value` the state of a topic below the prefix; unchanged state is not sent again. */
  setState(topic: string, value: unknown): void {
    this.setRaw(`${this.prefix}/${topic}`, JSON.stringify(value));
  }

  /** As `setState`, for a whole topic and text as it is. */
  setRaw(topic: string, text: string): void {
    if (this.#state.get(topic) === text) return;
    this.#state.set(topic, text);
    this.#send(topic, text, true);
  }

  /** Takes a topic's state away, at the broker too. */
  clearState(topic: string): void {
    const whole = `${this.prefix}/${topic}`;
    this.#state.delete(whole);
    this.#send(whole, "", true);
  }

  /** Says something once to whoever listens now. */
  tell(topic: string, value: unknown): void {
    this.#send(`${this.prefix}/${topic}`, JSON.stringify(value), false);
  }

  /** Every state and message below the prefix that matches `pattern` (with + for any part) and fits `schema`. */
  listen<T>(pattern: string, schema: z.ZodType<T>, handle: (message: Message<T>) => void): void {
    this.#add(pattern, (topic, payload) => {
      if (payload === "") return; // a state that was taken away
      const value = this.#parsed(payload, schema);
      if (value !== undefined) handle({ topic, value });
    });
  }

  /**
   * Commands on `<topic>/set`. A retained one is stale, from before this process or the broker came up, and is ignored:
   * a command is for now.
   */
  onCommand<T>(topic: string, schema: z.ZodType<T>, handle: (value: T) => void): void {
    this.#add(`${topic}/set`, (_, payload, retained) => {
      const value = retained ? undefined : this.#parsed(payload, schema);
      if (retained) this.ignored++;
      if (value !== undefined) handle(value);
    });
  }

  /** Whether a process is there, by its status topic and last will: told now, and whenever that changes. */
  onStatus(name: string, handle: (online: boolean) => void): void {
    this.#add(`agents/${name}/status`, (_, payload) => handle(payload === "online"));
  }

  /** Says `offline` and ends. A broker that goes at the same moment says it by the last will, or forgets everything. */
  async close(): Promise<void> {
    if (this.connected) await Promise.race([this.#sayOffline(), this.#whenCut(), pause(FAREWELL_MS)]);
    await this.#client.endAsync(true);
  }

  async #sayOffline(): Promise<void> {
    await this.#client.publishAsync(this.#status, "offline", { qos: 1, retain: true });
  }

  #whenCut(): Promise<void> {
    return new Promise((resolve) => this.#client.once("close", () => resolve()));
  }

  #add(pattern: string, handle: Handler): void {
    const whole = `${this.prefix}/${pattern}`;
    this.#handlers.push({ pattern: whole.split("/"), handle });
    if (this.connected) this.#client.subscribe(whole, { qos: 1 });
  }

  #onConnect(): void {
    for (const { pattern } of this.#handlers) this.#client.subscribe(pattern.join("/"), { qos: 1 });
    for (const [topic, text] of this.#state) this.#send(topic, text, true);
    this.#send(this.#status, "online", true);
  }

  #send(topic: string, text: string, retain: boolean): void {
    if (this.connected) this.#client.publish(topic, text, { qos: 1, retain }, () => {});
  }

  #onMessage(topic: string, payload: string, retained: boolean): void {
    const parts = topic.split("/");
    const below = parts.slice(this.prefix.split("/").length);
    for (const { pattern, handle } of this.#handlers) if (matches(pattern, parts)) handle(below, payload, retained);
  }

  #parsed<T>(payload: string, schema: z.ZodType<T>): T | undefined {
    try {
      return schema.parse(JSON.parse(payload));
    } catch {
      this.ignored++;
      return undefined;
    }
  }
}

const matches = (pattern: readonly string[], topic: readonly string[]): boolean =>
  pattern.length === topic.length && pattern.every((part, i) => part === "+" || part === topic[i]);
