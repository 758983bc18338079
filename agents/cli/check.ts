import { writeFileSync } from "node:fs";
import type { Command } from "commander";
import { InputError } from "../data/inputError.ts";
import { asInputError, checkConfig, type Finding } from "../process/config.ts";
import { missingPlaces } from "../process/configPlaces.ts";
import { schemaFiles } from "../process/jsonSchemas.ts";

interface CheckOptions {
  readonly config?: string;
  readonly places: boolean;
  readonly writeSchemas?: boolean;
  readonly json?: boolean;
}

const NOTE = `
It looks at the file, and at whether the files and environment variables that it names are there; --no-places leaves
those out. Nothing is signed, and neither chain nor broker is asked.`;

/** Adds the verb that checks the configuration of a process. */
export function addCheck(program: Command): void {
  program
    .command("check")
    .description("check the configuration of a process: what is wrong, on which line, and what to do")
    .option("--config <file>", "the configuration, YAML")
    .option("--no-places", "don't look for the files and environment variables that it names")
    .option("--write-schemas", "write the JSON Schemas of all configurations to schemas/")
    .option("--json", "print {file, agent, findings} and nothing else")
    .addHelpText("after", NOTE)
    .action(check);
}

function check({ config: file, places, writeSchemas, json }: CheckOptions): void {
  if (writeSchemas) for (const { file: schema, text } of schemaFiles()) writeFileSync(schema, text);
  if (file === undefined) {
    if (writeSchemas) return;
    throw new InputError("--config is missing", {}, "give the YAML file of a process");
  }
  const checked = checkConfig(file);
  const right = "config" in checked ? checked.config : undefined;
  const absent = right && places ? missingPlaces(file, right) : [];
  if (json) {
    const findings = [...checked.findings, ...absent.map((error) => ({ key: "", line: 0, ...parts(error) }))];
    process.stdout.write(`${JSON.stringify({ file, agent: right?.agent ?? null, findings }, null, 2)}\n`);
  } else for (const finding of checked.findings) process.stdout.write(`${findingText(file, finding)}\n`);
  if (!right) throw asInputError(file, checked.findings);
  if (absent.length > 0) throw absent[0]!;
  if (!json) process.stdout.write(`${file}: right, for ${right.agent} ${right.name}\n`);
}

const parts = ({ message, details, remedy }: InputError) => ({ message, remedy, ...details });
/** A finding on one line. */
export const findingText = (file: string, { line, key, message, remedy }: Finding): string =>
  `${file}:${line} ${key}: ${message}; ${remedy}`;
