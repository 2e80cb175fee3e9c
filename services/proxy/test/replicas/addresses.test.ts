import { describe, expect, test } from "@jest/globals";
import { Addresses, type LookUp } from "../../src/replicas/addresses.ts";

const url = "http://all.example:3000";
const here = [{ address: "10.0.0.1", family: 4 }];
const failing = (code: string) => () => Promise.reject(Object.assign(new Error(code), { code }));
const never = () => new Promise<never>(() => {});

/** Each lookup is answered by the next of these, then by the last one. */
function addressesBy(...lookUps: readonly LookUp[]) {
  const asked: string[] = [];
  const addresses = new Addresses((host) => {
    const lookUp = lookUps[Math.min(asked.length, lookUps.length - 1)] as LookUp;
    asked.push(host);
    return lookUp(host);
  });
  return { asked, addresses };
}

describe("the addresses of a host", () => {
  test("are written as URLs, each of them", async () => {
    const both: LookUp = async () => [...here, { address: "fd00::1", family: 6 }];
    const { addresses } = addressesBy(both);
    expect(await addresses.of(url)).toEqual(["http://10.0.0.1:3000", "http://[fd00::1]:3000"]);
    expect(await addresses.of("http://all.example")).toEqual(["http://10.0.0.1:80", "http://[fd00::1]:80"]);
  });

  test("are those that it has now", async () => {
    const { addresses } = addressesBy(
      async () => here,
      async () => [],
    );
    expect(await addresses.of(url)).toEqual(["http://10.0.0.1:3000"]);
    expect(await addresses.of(url)).toEqual([]);
  });

  test("are none where its name leads nowhere any more", async () => {
    const { addresses } = addressesBy(async () => here, failing("ENOTFOUND"));
    await addresses.of(url);
    expect(await addresses.of(url)).toEqual([]);
  });

  test.each<[string, LookUp]>([
    ["answers nothing", never],
    ["is not to be had", failing("EAI_AGAIN")],
  ])("are those that were found last while the name server %s", async (_what, lookUp) => {
    const { addresses } = addressesBy(async () => here, lookUp);
    await addresses.of(url);
    expect(await addresses.of(url)).toEqual(["http://10.0.0.1:3000"]);
  });

  test("are not asked for twice at one time", async () => {
    const { addresses, asked } = addressesBy(never);
    await Promise.all([addresses.of(url), addresses.of(url)]);
    await addresses.of(url);
    expect(asked).toEqual(["all.example"]);
  });

  test("are found by an answer that came late", async () => {
    let answer = (_found: typeof here) => {};
    const late = new Promise<typeof here>((resolve) => {
      answer = resolve;
    });
    const { addresses } = addressesBy(() => late, never);
    expect(await addresses.of(url)).toEqual([]);
    answer(here);
    await late;
    expect(await addresses.of(url)).toEqual(["http://10.0.0.1:3000"]);
  });
});
