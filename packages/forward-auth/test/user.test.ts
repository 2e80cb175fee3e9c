import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { headerText, userIdText } from "../src/index.ts";

describe("identity headers (decision 17)", () => {
  test.each([
    ["gh|583231", "583231"],
    ["local|ann", "local-ann"],
    ["oidc|rx_4-Q", "oidc-rx_4-Q"],
  ])("%s is the user id %s", (sub, header) => {
    expect(userIdText(sub)).toBe(header);
  });

  test("carry visible ASCII without commas, whatever the value (oauth-wire 13.2)", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (value) => {
        expect(headerText(value)).toMatch(/^[\x20-\x2b\x2d-\x7e]*$/);
      }),
    );
    expect(headerText("josé,\r\nX-User-Id: 1")).toBe("jos%C3%A9%2C%0D%0AX-User-Id: 1");
  });
});
