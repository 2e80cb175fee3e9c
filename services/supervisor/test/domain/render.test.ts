import { describe, expect, test } from "@jest/globals";
import { renderPortForbidden, renderPortInUse } from "../../src/domain/port-in-use.ts";
import { refusedReadiness } from "../../src/domain/readiness-answer.ts";
import { renderConnect } from "../../src/domain/render-connect.ts";
import { renderEras } from "../../src/domain/render-eras.ts";
import { renderLimits } from "../../src/domain/render-limits.ts";
import { renderList } from "../../src/domain/render-list.ts";
import { renderRotation } from "../../src/domain/render-rotation.ts";
import { renderSessions } from "../../src/domain/render-sessions.ts";
import { renderStatus } from "../../src/domain/render-status.ts";
import { renderTable } from "../../src/domain/render-table.ts";
import type { ServerRow } from "../../src/domain/server-state.ts";

const time: ServerRow = { name: "mcp-time", state: { kind: "ready" }, endpoint: "http://localhost:8080/mcp-time/mcp" };
const fetch: ServerRow = {
  name: "f",
  state: { kind: "failed", reason: "needs uvx:\n\u001b[2Jinstall uv" },
  endpoint: "http://localhost:8080/f/mcp",
};

test("which protocol versions servers speak is told where it is known", () => {
  expect(renderEras({ a: "legacy", b: null, c: "both", d: "legacy", e: "unserved" })).toEqual([
    "",
    "Spoken by a, d: MCP up to 2025-11-25 (legacy).",
    "Spoken by c: MCP up to 2025-11-25 and from 2026-07-28 (both).",
    "Spoken by e: versions of MCP that are not served here (unserved).",
  ]);
  expect(renderEras({ a: null })).toEqual([]);
});

describe("the sessions", () => {
  const session = {
    session_id: "0123456789ab",
    process: 42,
    created_at: "2026-01-02T03:04:05.678Z",
    last_accessed: "2026-01-02T04:04:05.678Z",
    client_info: { name: "a\u001b[2Jb\u202Ec\u2028d\u200B", version: "1" },
  };

  test("have a line each, under their server's name, without what a terminal obeys or does not show", () => {
    expect(renderSessions({ "mcp-time": [session], f: [] })).toEqual([
      "",
      "SESSION       SERVER    PROCESS  SINCE                LAST USED            CLIENT",
      "0123456789ab  mcp-time  42       2026-01-02 03:04:05  2026-01-02 04:04:05  a [2Jb c d  1",
    ]);
  });

  test("are not mentioned when there are none", () => {
    expect(renderSessions({ f: [] })).toEqual([]);
  });
});

describe("how limits of processes are held", () => {
  test("is said once for all servers of which it is true, and not of those without limits", () => {
    expect(renderLimits({ a: "best effort", b: null, c: "exact", d: "best effort" })).toEqual([
      "",
      "Limits of c: exact, held by the kernel (cgroup v2).",
      "Limits of a, d: best effort, by looking at what runs, four times a second; no cgroup was left to the gateway.",
    ]);
  });

  test("is not mentioned when there are none", () => {
    expect(renderLimits({ a: null })).toEqual([]);
  });
});

describe("the table", () => {
  test("has a line a server: where to connect, or why one cannot, without control characters", () => {
    expect(renderTable([time, fetch])).toEqual([
      "SERVER    STATE   ENDPOINT",
      "mcp-time  ready   http://localhost:8080/mcp-time/mcp",
      "f         failed  needs uvx: [2Jinstall uv",
    ]);
  });

  test("is no wider than the terminal", () => {
    expect(renderTable([time], 12)).toEqual(["SERVER    ST", "mcp-time  re"]);
  });

  test("says how to add a server when there is none", () => {
    expect(renderTable([])).toEqual([expect.stringContaining("just add")]);
  });
});

describe("the lines to connect", () => {
  const options = {
    url: "http://localhost:8080",
    localLogin: true,
    example: { name: "m", endpoint: "http://x/m/mcp" },
  };

  test("name the sign-in page, its loopback warning, and each client's command", () => {
    const text = renderConnect(options).join("\n");
    expect(text).toContain("http://localhost:8080/");
    expect(text).toContain("loopback can sign in");
    expect(text).toContain("claude mcp add --transport http m http://x/m/mcp");
    expect(text).toContain(`code --add-mcp '{"name":"m","type":"http","url":"http://x/m/mcp"}'`);
    expect(text).toContain('{"mcpServers":{"m":{"url":"http://x/m/mcp"}}}');
    expect(text).toContain("npx -y mcp-remote http://x/m/mcp");
  });

  test("do not warn where GitHub signs people in, and show no client without a server", () => {
    expect(renderConnect({ ...options, localLogin: false, example: undefined })).toEqual([
      expect.stringContaining("http://localhost:8080/"),
    ]);
  });
});

describe("a taken port", () => {
  test("is told with who has it and a way out", () => {
    expect(renderPortInUse(8080, "node (pid 7)", 8081)).toBe(
      "Port 8080 is in use by node (pid 7).\nFree it, or choose another one: GATEWAY_PORT=8081 just up",
    );
    expect(renderPortInUse(8080, undefined, 8081)).toContain("Port 8080 is in use.");
  });
});

test("a port that is not for this user is told with a way out", () => {
  expect(renderPortForbidden(80, 8080)).toContain("Port 80 is not for every user");
  expect(renderPortForbidden(80, 8080)).toContain("GATEWAY_PORT=8080 just up");
});

describe("the list", () => {
  test("shows arguments as one would type them, and what is switched off", () => {
    const server = {
      name: "m",
      kind: "stdio" as const,
      enabled: false,
      endpoint: "",
      command: ["node", "a b", "; it's"],
    };
    expect(renderList([server])).toEqual(["m  (off) node 'a b' '; it'\\''s'"]);
  });

  test("says how to add a server when there is none", () => {
    expect(renderList([])).toEqual([expect.stringContaining("just add")]);
  });
});

describe("the status", () => {
  test("tells what has been restarted", () => {
    const about = { url: "http://localhost:8080", pid: 7, edge: "edge" as const, servers: [time] };
    const processes = [
      { name: "auth", pid: 8, restarts: 0 },
      { name: "mcp-time", pid: undefined, restarts: 2 },
    ];
    const text = renderStatus({ ...about, dataDir: "/d", configFile: "/gateway.json", processes }).join("\n");
    expect(text).toContain("mcp-time: restarted 2 times");
    expect(text).not.toContain("auth:");
  });
});

describe("a proxy's word about a server that is not ready", () => {
  test.each([
    [
      '{"reason":"the server exited with code 1","stderr":"a\\nError: no key\\n"}',
      "the server exited with code 1: Error: no key",
    ],
    ['{"reason":"command not found: x"}', "command not found: x"],
    ["<html>", "the server did not start"],
    ["null", "the server did not start"],
  ])("%s", (body, reason) => expect(refusedReadiness(body)).toBe(reason));
});

describe("a rotation of keys", () => {
  test("is told by what signs, what will, and what is still trusted", () => {
    const rotated = { signing: "a", next: { kid: "b", signsFrom: 1_800_000_000 }, trusted: ["z", "a", "b"] };
    expect(renderRotation("planned", rotated)).toEqual([
      "Signing: a",
      "Next:    b, from 2027-01-15T08:00:00.000Z",
      "Old:     z, trusted until its tokens have ended",
      "Nobody is signed out.",
    ]);
    expect(renderRotation("compromised", { signing: "c", trusted: ["c"] }).at(-1)).toContain("are dead");
  });
});
