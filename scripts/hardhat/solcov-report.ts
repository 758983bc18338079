import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { getCoverageLibrary } from "@nomicfoundation/edr/coverage";

// Neither package has types.
const require = createRequire(import.meta.url);
const Instrumenter = require("solidity-coverage/lib/instrumenter.js");
const Coverage = require("solidity-coverage/lib/coverage.js");
const istanbul = require("sc-istanbul");

const LIBRARY = "__NomicFoundationCoverage";

const coverage = new Coverage();
const probes: Record<string, { hits: number }> = {};

/** A contract's source with a probe at every statement, branch, function and line. */
export function instrument(source: string, file: string): string {
  const instrumenter = new Instrumenter({});
  probeThroughLibrary(instrumenter.injector);
  const { contract, ...info } = instrumenter.instrument(source, file);
  coverage.addContract(info, file);
  for (const [hash, probe] of Object.entries<{ hits: number }>(instrumenter.instrumentationData))
    probes[hash.slice(2)] = probe;
  return `${contract}\nimport {${LIBRARY}} from "${getCoverageLibrary().filename}";\n`;
}

/**
 * The library that probes call. Unlike the original it leaves memory as it was: assembly may keep things where Solidity
 * would take the next memory from.
 */
export const library = (): string => `// SPDX-License-Identifier: MIT
pragma solidity >=0.8.0;

library ${LIBRARY} {
    function sendHit(uint256 probe) internal pure {
        function(uint256) view reading = _sendHit;
        function(uint256) pure pretending;
        assembly {
            pretending := reading
        }
        pretending(probe);
    }

    function _sendHit(uint256 probe) private view {
        assembly ("memory-safe") {
            let kept := mload(0)
            mstore(0, probe)
            pop(staticcall(gas(), 0xc0bEc0BEc0BeC0bEC0beC0bEC0bEC0beC0beC0BE, 0, 32, 0, 0))
            mstore(0, kept)
        }
    }
}
`;

/** Adds the hits of one worker, by probe. */
export function addHits(hits: Record<string, number>): void {
  for (const [hash, times] of Object.entries(hits)) if (probes[hash]) probes[hash].hits += times;
}

/** Writes the report (HTML, lcov, JSON) into `folder` and prints it. */
export async function writeReport(folder: string): Promise<void> {
  const data = coverage.generate(probes);
  fs.mkdirSync(folder, { recursive: true });
  fs.writeFileSync(path.join(folder, "coverage.json"), JSON.stringify(data));
  const collector = new istanbul.Collector();
  collector.add(data);
  const reporter = new istanbul.Reporter(false, folder);
  for (const format of ["html", "lcov", "text", "json-summary"]) reporter.add(format);
  await new Promise<void>((resolve, reject) =>
    reporter.write(collector, true, (error: Error | null) => (error ? reject(error) : resolve())),
  );
}

/** Makes the instrumenter's empty probe functions call the library. */
// biome-ignore lint/suspicious/noExplicitAny: the package has no types
function probeThroughLibrary(injector: any): void {
  const define = (name: string, visibility: string, value?: boolean) =>
    `\nfunction ${name}(bytes8 h) ${visibility} pure ${value === undefined ? "" : "returns (bool) "}` +
    `{ ${LIBRARY}.sendHit(uint256(uint64(h)));${value === undefined ? "" : ` return ${value};`} }\n`;
  const { _getDefaultMethodIdentifier, _getTrueMethodIdentifier, _getFalseMethodIdentifier } = injector;
  const definitions: [string, (id: string) => string, string, boolean?][] = [
    ["_getDefaultMethodDefinition", _getDefaultMethodIdentifier, "internal"],
    ["_getTrueMethodDefinition", _getTrueMethodIdentifier, "internal", true],
    ["_getFalseMethodDefinition", _getFalseMethodIdentifier, "internal", false],
    ["_getFileScopedHashMethodDefinition", _getDefaultMethodIdentifier, ""],
    ["_getFileScopeTrueMethodDefinition", _getTrueMethodIdentifier, "", true],
    ["_getFileScopedFalseMethodDefinition", _getFalseMethodIdentifier, "", false],
  ];
  injector.viaIR = false; // plain calls
  for (const [method, identifier, visibility, value] of definitions)
    injector[method] = (id: string) => define(identifier.call(injector, id), visibility, value);
}
