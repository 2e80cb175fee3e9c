import { describe, expect, test } from "@jest/globals";
import { userCodeTries } from "../src/device-limits.ts";

const refused = { code: "too_many_requests" };

describe("wrong user codes (RFC 8628 5.1)", () => {
  test("are at most fifty from one address, however many people sit behind it", async () => {
    const tries = userCodeTries();
    for (let person = 0; person < 50; person += 1) await tries.count({ sub: `local|${person}`, address: "192.0.2.1" });
    await expect(tries.count({ sub: "local|new", address: "192.0.2.1" })).rejects.toMatchObject(refused);
    await expect(tries.count({ sub: "local|newer", address: "192.0.2.2" })).resolves.toBeUndefined();
  });

  test("are counted for all addresses of an IPv6 network together", async () => {
    const tries = userCodeTries();
    const address = (host: number) => `2001:db8:1:2::${host.toString(16)}`;
    for (let host = 1; host <= 50; host += 1) await tries.count({ sub: `local|${host}`, address: address(host) });
    await expect(tries.count({ sub: "local|new", address: address(99) })).rejects.toMatchObject(refused);
  });

  test("are at most five of one person, from however many addresses", async () => {
    const tries = userCodeTries();
    for (let host = 1; host <= 5; host += 1) await tries.count({ sub: "local|a", address: `192.0.2.${host}` });
    await expect(tries.count({ sub: "local|a", address: "192.0.2.9" })).rejects.toMatchObject(refused);
  });

  test("do not include right ones", async () => {
    const tries = userCodeTries();
    for (let times = 0; times < 60; times += 1) {
      const typist = { sub: `local|${times}`, address: "192.0.2.1" };
      await tries.count(typist);
      await tries.forgive(typist);
    }
    await expect(tries.count({ sub: "local|new", address: "192.0.2.1" })).resolves.toBeUndefined();
  });
});
