import { describe, expect, test } from "@jest/globals";
import { createParser, type EventSourceMessage } from "eventsource-parser";
import fc from "fast-check";
import { renderEvent, renderPriming } from "../../src/http/event-stream.ts";
import { EventLog } from "../../src/legacy/event-log.ts";

const limits = { events: 10, bytes: 200 };
/** Which of three streams gets a text of which length. */
const appends = fc.array(fc.record({ stream: fc.nat(2), length: fc.nat(60) }), { maxLength: 60 });

describe("the log of events", () => {
  test("after any event gives all later ones of its stream, in order, or nothing when one of them is gone", () => {
    fc.assert(
      fc.property(appends, (sent) => {
        const log = new EventLog(limits);
        const streams = [log.open("get"), log.open("post"), log.open("post")];
        const events = sent.map(({ stream, length }, index) => {
          const name = streams[stream] as string;
          const text = `${index}`.padEnd(length, "x");
          return { name, text, id: log.append(name, text) };
        });
        let kept = events.length;
        let bytes = 0;
        while (kept > 0 && events.length - kept < limits.events) {
          bytes += events[kept - 1]?.text.length ?? 0;
          if (bytes > limits.bytes) break;
          kept -= 1;
        }
        for (const [index, { id, name }] of events.entries()) {
          const later = events.slice(index + 1).filter((event) => event.name === name);
          const isWhole = events.slice(index + 1, kept).every((event) => event.name !== name);
          const expected = isWhole ? { stream: name, events: later.map(({ id, text }) => ({ id, text })) } : undefined;
          expect(log.after(id)).toEqual(expected);
        }
      }),
    );
  });

  test("knows no id but its own", () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const log = new EventLog(limits);
        log.append(log.open("get"), "x");
        expect(log.after(id)).toBeUndefined();
      }),
    );
  });

  test("gives no id twice", () => {
    const log = new EventLog(limits);
    const [one, other] = [log.open("get"), log.open("post")];
    const ids = Array.from({ length: 50 }, (_, index) => log.append(index % 2 === 0 ? one : other, "x"));
    expect(new Set(ids).size).toBe(50);
  });

  test("that forgot a stream keeps the others", () => {
    const log = new EventLog(limits);
    const [one, other] = [log.open("post"), log.open("post")];
    const ids = [log.append(one, "1"), log.append(other, "2")] as const;
    log.append(other, "3");
    log.forget(one);
    expect(log.after(ids[0])).toBeUndefined();
    expect(log.after(ids[1])?.events).toMatchObject([{ text: "3" }]);
  });
});

/** What a reader of the specification's makes of a stream that comes in pieces of `size` bytes. */
function readEvents(stream: string, size: number) {
  const events: EventSourceMessage[] = [];
  const faults: unknown[] = [];
  let retry: number | undefined;
  const parser = createParser({
    onEvent: (event) => events.push(event),
    onRetry: (milliseconds) => {
      retry = milliseconds;
    },
    onError: (error) => faults.push(error),
  });
  const decoder = new TextDecoder();
  const bytes = Buffer.from(stream);
  for (let at = 0; at < bytes.length; at += size) {
    parser.feed(decoder.decode(bytes.subarray(at, at + size), { stream: true }));
  }
  return { events, faults, retry };
}

/** One line of JSON, as a child writes it; with the characters that other line splitters stop at. */
const messages = fc.array(fc.json({ stringUnit: "binary" }).map((json) => JSON.stringify(JSON.parse(json))));

describe("the writer of events", () => {
  test("writes any messages so that a reader gets them back whole, wherever the stream is cut", () => {
    fc.assert(
      fc.property(messages, fc.integer({ min: 1, max: 9 }), (texts, size) => {
        const stream = texts.map((text, index) => renderEvent(text, `s.${index}`)).join("");
        const events = texts.map((text, index) => ({ id: `s.${index}`, event: "message", data: text }));
        expect(readEvents(stream, size)).toEqual({ events, faults: [], retry: undefined });
      }),
    );
  });

  test("writes an event without data: no message, and when to come back", () => {
    const { events, faults, retry } = readEvents(renderPriming("s.0"), 100);
    expect({ events, faults, retry }).toEqual({
      events: [{ id: "s.0", event: undefined, data: "" }],
      faults: [],
      retry: 1_000,
    });
  });
});
