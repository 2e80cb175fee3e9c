import { expect, test } from "@jest/globals";
import { maskedEnvironment, maskedHeaders } from "../../src/domain/masking.ts";

const secret = "s3cr3t-value";

test.each([
  ...["authorization", "proxy-authorization", "cookie", "x-auth-token", "x-api-key", "x-apikey", "mcp-session-id"],
  ...["x-gateway-assertion", "x-hub-signature", "client-secret", "x-amz-security-token"],
])("the header %s is not shown", (name) => {
  expect(maskedHeaders(new Headers([[name, secret]]))[name]).toBe("(not shown, 12 characters)");
});

test.each(["Basic", "Bearer", "DPoP"])("of an authorization its scheme %s is shown", (scheme) => {
  const { authorization } = maskedHeaders(new Headers({ authorization: `${scheme} ${secret}` }));
  expect(authorization).toBe(`${scheme} (not shown, 12 characters)`);
});

test("other headers are shown", () => {
  expect(maskedHeaders(new Headers({ accept: "*/*", "user-agent": "x" }))).toEqual({
    accept: "*/*",
    "user-agent": "x",
  });
});

test.each(["API_KEY", "PATH", "PORT_SECRET", "DATABASE_URL", "port"])("the variable %s is not shown", (name) => {
  expect(maskedEnvironment({ [name]: secret })).toEqual({ [name]: "(not shown, 12 characters)" });
});
