import { describe, expect, test } from "@jest/globals";
import { fillPlaceholders, type HttpServer, type StdioServer } from "../../src/index.ts";

const http: HttpServer = {
  kind: "http",
  name: "own",
  enabled: true,
  url: "http://127.0.0.1:${PORT}/mcp",
  headers: {},
  run: { command: ["node", "--port=${PORT}"], env: { PORT: "${PORT}", HOME: "${DATA_DIR}" }, cwd: "${DATA_DIR}/own" },
};
const stdio: StdioServer = {
  kind: "stdio",
  name: "files",
  enabled: true,
  command: ["npx", "${DATA_DIR}/files", "${PORT}"],
  env: {},
  sessions: { max: 1, perUser: 1, idleSeconds: 1, warm: 0 },
  tools: {},
  limits: {
    memory: undefined,
    cpus: undefined,
    pids: undefined,
    messageSize: 1,
    pendingRequests: 1,
    startupSeconds: 11,
    buffered: 1_048_576,
    requestSeconds: 1,
  },
};

describe("fillPlaceholders", () => {
  test("puts the chosen port and folder into argv, env, cwd and url", () => {
    expect(fillPlaceholders(http, { port: 4001, dataDir: "/d" })).toEqual({
      ...http,
      url: "http://127.0.0.1:4001/mcp",
      run: { command: ["node", "--port=4001"], env: { PORT: "4001", HOME: "/d" }, cwd: "/d/own" },
    });
  });

  test("puts them into what a container of an image is given", () => {
    const container = { image: "other", env: { PORT: "${PORT}", HOME: "${DATA_DIR}" } };
    const filled = { image: "other", env: { PORT: "3000", HOME: "/data" } };
    const values = { port: 3_000, dataDir: "/data" };
    expect(fillPlaceholders({ ...http, container }, values).container).toEqual(filled);
    const withCommand = { ...container, command: ["node", "${PORT}"] as const };
    expect(fillPlaceholders({ ...http, container: withCommand }, values).container).toEqual({
      ...filled,
      command: ["node", "3000"],
    });
  });

  test("leaves ${PORT} where no port was chosen", () => {
    expect(fillPlaceholders(stdio, { dataDir: "/d" }).command).toEqual(["npx", "/d/files", "${PORT}"]);
  });

  test("takes a folder literally, whatever is in its name", () => {
    expect(fillPlaceholders(stdio, { dataDir: "/$&/$1" }).command[1]).toBe("/$&/$1/files");
  });
});
