import { Agent, createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { keccak256 } from "ethers";

/**
 * What becomes of a request:
 * - pass: forwarded, answered;
 * - hang: neither forwarded nor answered;
 * - unavailable, throttled: answered with 503, 429;
 * - malformed: answered with something that is no JSON;
 * - lost: forwarded, but the answer never comes back: the connection is cut;
 * - swallowed: a transaction is acknowledged and thrown away.
 */
export type RpcFault = "pass" | "hang" | "unavailable" | "throttled" | "malformed" | "lost" | "swallowed";

/** Decides by the method what becomes of a request. */
export type RpcFaults = (method: string) => RpcFault;

/** A proxy before a node, on HTTP, that does to requests what `faults` says. For fault tests. */
export class FaultyRpc {
  faults: RpcFaults = () => "pass";
  /** What becomes of the events in an answer. */
  mangle: (logs: unknown[]) => unknown[] = (logs) => logs;
  /** Requests that did not pass. */
  hurt = 0;
  readonly #target: string;
  readonly #server: Server;

  constructor(target: string) {
    this.#target = target;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
  }

  /** Starts to listen on any free port; gives the URL. */
  listen(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(0, "127.0.0.1", () => {
        const address = this.#server.address();
        resolve(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}`);
      });
    });
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #mangled(method: string, answer: string): string {
    if (method !== "eth_getLogs") return answer;
    const { result, ...rest } = JSON.parse(answer) as { result?: unknown[] };
    return Array.isArray(result) ? JSON.stringify({ ...rest, result: this.mangle(result) }) : answer;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await textOf(request);
    const { method, id, params } = JSON.parse(body) as { method: string; id: number; params: string[] };
    const fault = this.faults(method);
    if (fault !== "pass") this.hurt++;
    if (fault === "hang") return;
    if (fault === "unavailable" || fault === "throttled") {
      response.writeHead(fault === "throttled" ? 429 : 503).end("try later");
      return;
    }
    if (fault === "malformed") {
      response.writeHead(200, { "content-type": "application/json" }).end('{"jsonrpc":"2.0","id":');
      return;
    }
    if (fault === "swallowed" && method === "eth_sendRawTransaction") {
      response.end(JSON.stringify({ jsonrpc: "2.0", id, result: keccak256(params[0]!) }));
      return;
    }
    const answer = this.#mangled(method, await forward(this.#target, body));
    if (fault === "lost") response.destroy();
    else response.writeHead(200, { "content-type": "application/json" }).end(answer);
  }
}

const toNode = new Agent({ keepAlive: true });

function forward(target: string, body: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const asked = request(target, { method: "POST", agent: toNode, headers }, (response) => {
      textOf(response).then(resolve, reject);
    });
    asked.once("error", reject).end(body);
  });
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
