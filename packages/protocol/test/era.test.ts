import { describe, expect, test } from "@jest/globals";
import { classifyEra, metaKeys, parseMessages } from "../src/index.ts";
import { meta } from "./modern/messages.ts";

const claim = '"params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"x"}}';
const enveloped = `{"jsonrpc":"2.0","id":1,"method":"tools/list",${claim}}`;
const plain = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
const handshake = (_meta?: object) =>
  JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", _meta } });
const note = '{"jsonrpc":"2.0","method":"notifications/x"}';
const response = '{"jsonrpc":"2.0","id":1,"result":{}}';

describe("the era of a body (mcp-wire.md 3.1)", () => {
  test.each([
    ["a claim of any value", enveloped, undefined, "modern"],
    ["a claim, whatever the header", enveloped, "2025-11-25", "modern"],
    ["no claim, no header", plain, undefined, "legacy"],
    ["no claim, legacy header", plain, "2025-06-18", "legacy"],
    ["no claim, a header that is no version", plain, "zzz", "legacy"],
    ["no claim, modern header", plain, "2026-07-28", "modern"],
    ["no claim, later header", plain, "2027-01-01", "modern"],
    ["notification, modern header", note, "2026-07-28", "modern"],
    ["notification, no header", note, undefined, "legacy"],
    ["response, no header", response, undefined, "legacy"],
    ["response, modern header", response, "2026-07-28", "mixed"],
    ["initialize", handshake(), undefined, "legacy"],
    ["initialize, modern header", handshake(), "2026-07-28", "modern"],
    ["initialize with a whole envelope", handshake(meta), undefined, "modern"],
    ["initialize with a claim alone", handshake({ [metaKeys.protocolVersion]: "2026-07-28" }), undefined, "legacy"],
    ["initialize that claims a legacy version", handshake(ofVersion("2025-11-25")), "2025-11-25", "legacy"],
    ["initialize that claims a later version", handshake(ofVersion("2099-01-01")), undefined, "modern"],
    ["initialize with a claim that is no version", handshake(ofVersion(5)), undefined, "legacy"],
    ["batch", `[${plain},${note}]`, undefined, "legacy"],
    ["batch with an enveloped element", `[${plain},${enveloped}]`, undefined, "mixed"],
  ])("%s", (_what, body, header, era) => expect(classifyEra(parseMessages(body), header)).toBe(era));
});

function ofVersion(version: unknown): object {
  return { ...meta, [metaKeys.protocolVersion]: version };
}
