import { createServer, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";

/** What a process says of itself. */
export interface Health {
  /** Whether its loop still goes round. */
  readonly live: boolean;
  /** Whether it can do its work: node, broker and last turn. */
  readonly ready: boolean;
  /** Why it is not ready, or what it is waiting for. */
  readonly problems: readonly string[];
  readonly report: Readonly<Record<string, unknown>>;
}

/** A server for `/livez`, `/readyz` and `/metrics`. */
export interface HealthServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts to answer: 200 or 503 with JSON, and metrics as Prometheus reads them. */
export async function serveHealth(
  host: string,
  port: number,
  health: () => Health,
  registry: Registry,
): Promise<HealthServer> {
  const server = createServer(async ({ url }, response) => {
    const { live, ready, problems, report } = health();
    if (url === "/livez") return json(response, live, { live });
    if (url === "/readyz") return json(response, ready, { ready, problems, ...report });
    if (url !== "/metrics") return response.writeHead(404).end();
    response.writeHead(200, { "content-type": registry.contentType }).end(await registry.metrics());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === "object" && address ? address.port : port;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://${host}:${bound}`, close };
}

function json(response: ServerResponse, good: boolean, body: object): void {
  response.writeHead(good ? 200 : 503, { "content-type": "application/json" }).end(`${JSON.stringify(body)}\n`);
}
