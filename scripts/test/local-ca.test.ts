import { execFileSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";

const script = fileURLToPath(new URL("../local-ca.sh", import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "gateway-local-ca-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const make = (...args: string[]) => execFileSync(script, [folder, ...args], { stdio: "ignore" });
const read = (file: string) => readFileSync(join(folder, file), "utf8");
const certificate = () => new X509Certificate(read("cert.pem"));

describe("scripts/local-ca.sh", () => {
  test("leaves a certificate of one's own as it is", () => {
    make("gateway.test");
    // Of another authority than the one beside it.
    const own = mkdtempSync(join(tmpdir(), "gateway-own-ca-"));
    execFileSync(script, [own, "mine.test"], { stdio: "ignore" });
    for (const file of ["cert.pem", "key.pem"]) writeFileSync(join(folder, file), readFileSync(join(own, file)));
    rmSync(own, { recursive: true });
    const before = read("cert.pem");
    make("gateway.test");
    expect(read("cert.pem")).toBe(before);
  });

  test("is for the domain, every name directly below it, and the hosts that are named, and for no other", () => {
    make("gateway.test", "fetch.elsewhere.test");
    const names = ["gateway.test", "auth.gateway.test", "fetch.elsewhere.test"];
    expect(names.map((name) => certificate().checkHost(name))).toEqual([
      ...["gateway.test", "*.gateway.test", "fetch.elsewhere.test"],
    ]);
    expect(certificate().checkHost("a.b.gateway.test")).toBeUndefined();
    expect(certificate().checkHost("elsewhere.test")).toBeUndefined();
  });

  test("is made by an authority that may make none below itself, and its keys are their owner's alone", () => {
    make("gateway.test");
    const authority = new X509Certificate(read("ca.pem"));
    expect(certificate().verify(authority.publicKey)).toBe(true);
    expect([authority.ca, certificate().ca]).toEqual([true, false]);
    for (const file of ["ca-key.pem", "key.pem"]) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
  });

  test("is kept while it is good, and made anew by the same authority for another domain", () => {
    make("gateway.test");
    const [before, authority] = [read("cert.pem"), read("ca.pem")];
    make("gateway.test");
    expect(read("cert.pem")).toBe(before);
    make("other.test");
    expect(certificate().checkHost("auth.other.test")).toBe("*.other.test");
    expect(read("ca.pem")).toBe(authority);
  });
});
