import pino, { type Logger } from "pino";

/** Names under which nothing may be logged, wherever they stand. */
const SECRET = ["privateKey", "password", "passphrase", "mnemonic", "raw", "salt", "secret"];

/**
 * A log of JSON lines on stdout. Secrets are never given to it; should one stand under a name such as `privateKey`, it
 * is blotted out.
 */
export function newLog(agent: string, name: string, level: string): Logger {
  const paths = SECRET.flatMap((word) => [word, `*.${word}`, `*.*.${word}`]);
  const options = { level, base: { agent, name }, redact: { paths, censor: "(secret)" } };
  return pino({ ...options, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ dest: 1, sync: true }));
}
