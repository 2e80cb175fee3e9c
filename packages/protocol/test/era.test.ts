import { describe, expect, test } from "@jest/globals";
import { classifyEra, parseMessages } from "../src/index.ts";

const claim = '"params":{"_meta":{"io.modelcontextprotocol/protocolVersion":"x"}}';
const enveloped = `{"jsonrpc":"2.0","id":1,"method":"tools/list",${claim}}`;
const plain = '{"jsonrpc":"2.0","id":1,"method":"tools/list"}';
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
    ["batch", `[${plain},${note}]`, undefined, "legacy"],
    ["batch with an enveloped element", `[${plain},${enveloped}]`, undefined, "mixed"],
  ])("%s", (_what, body, header, era) => expect(classifyEra(parseMessages(body), header)).toBe(era));
});
