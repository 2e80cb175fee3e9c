import type { RequestListener } from "node:http";
import { afterEach, describe, expect, test } from "@jest/globals";
import { send, sendForJson, servers, tableOf } from "./harness.ts";

const { start, startEdge, closeAll } = servers();
afterEach(closeAll);

const made = /^[0-9a-f-]{36}$/;
const allow: RequestListener = (_req, res) => void res.writeHead(200).end();
/** Says which id it was given, and answers with one of its own. */
const echoId: RequestListener = ({ headers }, res) => {
  res.setHeader("X-Request-Id", "of-the-service");
  res.end(JSON.stringify({ id: headers["x-request-id"] }));
};

async function open(verify: RequestListener = allow) {
  return startEdge(tableOf({ auth: await start(verify), m1: await start(echoId) }));
}

describe("the id of a request", () => {
  test("is made, goes on to the service, and comes back as the only one", async () => {
    const { headers, body } = await sendForJson(await open(), "/mcp");
    expect(body.id).toMatch(made);
    expect(headers["x-request-id"]).toBe(body.id);
  });

  test("is the client's own where that fits a log", async () => {
    const { headers, body } = await sendForJson(await open(), "/mcp", { headers: { "X-Request-Id": "client-7" } });
    expect([headers["x-request-id"], body.id]).toEqual(["client-7", "client-7"]);
  });

  test.each([
    ["two of them", ["a", "b"]],
    ["a whole sentence", "a b"],
  ])("replaces %s", async (_what, given) => {
    const { headers, body } = await sendForJson(await open(), "/mcp", { headers: { "X-Request-Id": given } });
    expect(body.id).toMatch(made);
    expect(headers["x-request-id"]).toBe(body.id);
  });

  test("is on what /verify refuses, and on the edge's own errors", async () => {
    const edge = await open((_req, res) => void res.writeHead(401).end());
    for (const path of ["/mcp", "/nothing-here"]) {
      const answer = await send(edge, path, { headers: { "X-Request-Id": "client-8" } });
      expect(answer.headers["x-request-id"]).toBe("client-8");
    }
  });
});
