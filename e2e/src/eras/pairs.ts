import { fileURLToPath } from "node:url";
import { type Part, pythonWith } from "../parts.ts";
import type { ConnectEraClient } from "./era-client.ts";
import { connectPythonLegacy, connectPythonModern, connectPythonV1 } from "./python-sdk.ts";
import { connectSdkV1 } from "./sdk-v1.ts";
import { connectSdkV2Legacy, connectSdkV2Modern } from "./sdk-v2.ts";

type Era = "legacy" | "modern";

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/eras/${name}`, import.meta.url));

/** A real client, and the wire it speaks. */
export interface PairedClient {
  readonly name: string;
  readonly era: Era;
  readonly connect: ConnectEraClient;
  readonly needs?: Part;
}

export const clients: readonly PairedClient[] = [
  { name: "SDK v1", era: "legacy", connect: connectSdkV1 },
  { name: "SDK v2 in the older wire", era: "legacy", connect: connectSdkV2Legacy },
  { name: "SDK v2", era: "modern", connect: connectSdkV2Modern },
  { name: "Python SDK v1", era: "legacy", connect: connectPythonV1, needs: "python mcp" },
  { name: "Python SDK in the older wire", era: "legacy", connect: connectPythonLegacy, needs: "python mcp 2" },
  { name: "Python SDK", era: "modern", connect: connectPythonModern, needs: "python mcp 2" },
];

/** A real server, and the wires it speaks. */
export interface PairedServer {
  readonly name: string;
  readonly eras: readonly Era[];
  /** @param journal the file in which it notes what no answer tells */
  readonly command: (journal: string) => readonly string[];
  readonly needs?: Part;
}

const node =
  (program: string, ...flags: string[]) =>
  (journal: string) => [process.execPath, fixture(program), journal, ...flags];

export const servers: readonly PairedServer[] = [
  { name: "SDK v1", eras: ["legacy"], command: node("legacy-server.js") },
  { name: "SDK v2", eras: ["modern"], command: node("modern-server.js", "--modern") },
  { name: "SDK v2 with both wires", eras: ["legacy", "modern"], command: node("modern-server.js") },
  {
    name: "Python SDK v1",
    eras: ["legacy"],
    command: (journal) => pythonWith("python mcp", fixture("python-legacy-server.py"), journal),
    needs: "python mcp",
  },
  {
    name: "Python SDK v2",
    eras: ["legacy", "modern"],
    command: (journal) => pythonWith("python mcp 2", fixture("python-server.py"), journal),
    needs: "python mcp 2",
  },
];

/** The parts that a pair cannot do without. */
export function needsOf(client: PairedClient, server: PairedServer): readonly Part[] {
  return [client.needs, server.needs].filter((part) => part !== undefined);
}
