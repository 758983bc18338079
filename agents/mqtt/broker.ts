import { createServer, type Socket } from "node:net";
import { Aedes } from "aedes";

/** A broker in this process. */
export interface Broker {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Starts a broker without users or encryption: for loopback only. It keeps retained state in memory, so a restart forgets
 * it; clients publish theirs again.
 */
export async function startBroker(host: string, port: number): Promise<Broker> {
  const aedes = await Aedes.createBroker();
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    aedes.handle(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const close = async () => {
    const ended = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => aedes.close(() => resolve()));
    await ended;
  };
  return { port: typeof address === "object" && address ? address.port : port, close };
}
