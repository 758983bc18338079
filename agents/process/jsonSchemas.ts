import { fileURLToPath } from "node:url";
import { z } from "zod";
import { AGENT_KINDS, type AgentKind, SCHEMAS } from "./configSchema.ts";

/** Where the JSON Schema of a process's configuration is kept, for editors. */
export const schemaFile = (kind: AgentKind): string =>
  fileURLToPath(new URL(`../../schemas/${kind}.schema.json`, import.meta.url));

/** The JSON Schema of a process's configuration, as text. */
export function schemaText(kind: AgentKind): string {
  const schema = z.toJSONSchema(SCHEMAS[kind], { io: "input", target: "draft-7" });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Every schema file and what it must hold. */
export const schemaFiles = (): { file: string; text: string }[] =>
  AGENT_KINDS.map((kind) => ({ file: schemaFile(kind), text: schemaText(kind) }));
