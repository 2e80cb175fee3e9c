import { once } from "node:events";
import { Writable } from "node:stream";
import { setImmediate as turn } from "node:timers/promises";
import { describe, expect, test } from "@jest/globals";
import { gatherWrites } from "../src/gathered-writes.ts";

/** A stream that tells which writes came together. */
function openStream() {
  const writes: string[][] = [];
  const text = (chunk: unknown) => String(chunk);
  const stream = new Writable({
    write(chunk, _encoding, done) {
      writes.push([text(chunk)]);
      done();
    },
    writev(chunks, done) {
      writes.push(chunks.map(({ chunk }) => text(chunk)));
      done();
    },
  });
  const say = (line: string) => {
    gatherWrites(stream);
    stream.write(line);
  };
  return { stream, writes, say };
}

describe("writes that are gathered", () => {
  test("go out together when the turn's input is read, not before", async () => {
    const { writes, say } = openStream();
    say("one");
    await Promise.resolve();
    say("two");
    process.nextTick(say, "three");
    expect(writes).toEqual([]);
    await turn();
    expect(writes).toEqual([["one", "two", "three"]]);
  });

  test("go out in each turn anew, and to each stream its own", async () => {
    const [one, other] = [openStream(), openStream()];
    one.say("first");
    other.say("its own");
    await turn();
    one.say("second");
    await turn();
    expect([one.writes, other.writes]).toEqual([[["first"], ["second"]], [["its own"]]]);
  });

  test("go out whole where the stream ends in the same turn", async () => {
    const { stream, writes, say } = openStream();
    say("one");
    say("two");
    stream.end();
    await once(stream, "finish");
    await turn();
    expect(writes).toEqual([["one", "two"]]);
  });

  test("of a stream that breaks meanwhile keep back no other's", async () => {
    const [broken, other] = [openStream(), openStream()];
    broken.say("lost");
    other.say("kept");
    broken.stream.destroy();
    await turn();
    expect([broken.writes, other.writes]).toEqual([[], [["kept"]]]);
  });
});
