import { readFileSync } from "node:fs";
import type { Command } from "commander";
import { type AuditFinding, auditMember, mismatchesOf } from "../chain/flowAudit.ts";
import { InputError } from "../data/inputError.ts";
import { type LeavesMessage, leavesMessage, leavesOfMessage } from "../mqtt/messages.ts";
import { addPlaceOptions, type CommonsPlace, withCommons } from "./governedCommons.ts";
import { wholeNumber } from "./options.ts";

interface Options extends CommonsPlace {
  readonly leaves?: string;
  readonly member?: number;
  readonly json?: boolean;
}

/** Adds `commons audit`. */
export function addAudit(commons: Command): void {
  addPlaceOptions(commons.command("audit"))
    .description("hold what members acknowledged against what the DSO proved that their meters drew")
    .option("--leaves <file>", "the day's leaves, as the DSO gives them; without it, what earlier audits found")
    .option("--member <n>", "only this member", wholeNumber("--member", 1, 8192))
    .option("--json", "print {audited, mismatches}, packets")
    .addHelpText("after", "\nEach audit is a transaction; who pays is in COMMONWATT_KEY. What it finds is an event.")
    .action(audit);
}

async function audit(options: Options): Promise<void> {
  await withCommons(options, options.leaves !== undefined, async ({ audit: parts }) => {
    const audited: AuditFinding[] = [];
    if (options.leaves !== undefined) {
      const message = readLeaves(options.leaves);
      const kept = leavesOfMessage(message);
      const members = kept.leaves.map((words) => Number(words[0]));
      for (const member of members.filter((each) => options.member === undefined || each === options.member))
        audited.push(await auditMember(parts, message.day, member, kept));
    }
    const mismatches = await mismatchesOf(parts);
    const lines = [...audited, ...(options.leaves === undefined ? mismatches : [])].map(lineOf).join("");
    const text = `${lines}${mismatches.length} mismatches in all audits so far\n`;
    process.stdout.write(options.json ? `${JSON.stringify({ audited, mismatches }, null, 1)}\n` : text);
  });
}

function readLeaves(file: string): LeavesMessage {
  try {
    return leavesMessage.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    const remedy = "give the DSO's message of leaves for the day, as JSON";
    throw new InputError("these are no leaves", { file }, remedy);
  }
}

const lineOf = ({ day, member, acknowledged, drawn, excess, slots, unmeasured }: AuditFinding): string =>
  `day ${day}, member ${member}: ${acknowledged} packets acknowledged, ${drawn} drawn${excess > 0 ? `; ${excess} too many in ${slots} slots` : ""}${unmeasured > 0 ? `; ${unmeasured} slots unmeasured` : ""}\n`;
