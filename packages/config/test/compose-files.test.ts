import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { AuthEnv, authHeapFlags, DeploymentEnv, ProxyEnv, variablesOf } from "../src/index.ts";

const read = (file: string) => readFileSync(new URL(`../../../compose/${file}`, import.meta.url), "utf8");
const gateway = read("gateway.yml");

/** What auth's image, or the stack, decides. */
const decided = new Set([
  ...["HOST", "PORT", "DATA_DIR", "LOCAL_LOGIN", "GATEWAY_LOCAL_USERS"],
  ...["OPERATOR_SOCKET", "METRICS_HOST", "GATEWAY_SUPERVISED"],
]);

describe("compose/gateway.yml", () => {
  test.each(variablesOf(AuthEnv).filter(({ name }) => !decided.has(name)))(
    "hands $name on to auth, a secret by a file",
    ({ name, secret }) => {
      const isGiven = new RegExp(`^      ${name}: `, "m").test(gateway);
      const isFile = new RegExp(`^      ${name}_FILE: /run/secrets/`, "m").test(gateway);
      expect({ isGiven, isFile }).toEqual({ isGiven: !isFile, isFile: secret });
    },
  );

  test("has the defaults of the schema where it repeats them", () => {
    const files = ["gateway.yml", "store.yml", "https.yml", "http.yml", "acme.yml"].map(read).join("\n");
    const known = new Map([DeploymentEnv, AuthEnv, ProxyEnv].flatMap(variablesOf).map((each) => [each.name, each]));
    const repeated = [...files.matchAll(/\$\{([A-Z_]+):-([^}]+)\}/g)].flatMap(([, name = "", value]) => {
      const variable = known.get(name);
      return variable?.default === undefined ? [] : [[name, value, variable.default]];
    });
    expect(repeated.length).toBeGreaterThan(5);
    for (const [name, written, byDefault] of repeated) expect([name, written]).toEqual([name, byDefault]);
  });
});

test("compose/store.yml has all that is said of the stack's own Redis, so that it can be left out", () => {
  const words = (file: string) =>
    read(file)
      .replace(/#.*/g, "")
      .replaceAll(/REDIS_\w+|redis_\w+/g, "");
  expect(words("gateway.yml")).not.toMatch(/redis|store/);
  expect(words("store.yml")).toMatch(/\bredis:/);
});

test("auth's image starts it with the flags that keep its heap small", () => {
  const dockerfile = read("../services/auth/Dockerfile");
  const [, command = "[]"] = /^CMD (.*)$/m.exec(dockerfile) ?? [];
  expect(JSON.parse(command)).toEqual(["node", ...authHeapFlags, "/app/dist/main.js"]);
});
