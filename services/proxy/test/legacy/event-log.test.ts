import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { EventLog } from "../../src/legacy/event-log.ts";
import { renderEvent, renderPriming } from "../../src/legacy/event-stream.ts";

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
        const log = new EventLog();
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

/** A reader of server-sent events as HTML 9.2.6 has it, for one event. */
function parseEvent(frame: string): Record<string, string> {
  expect(frame.endsWith("\n\n")).toBe(true);
  const lines = frame.slice(0, -2).split(/\r\n|\r|\n/);
  return Object.fromEntries(lines.map((line) => line.split(/: (.*)/s, 2)));
}

describe("the writer of events", () => {
  test("writes any message so that a reader gets it back whole", () => {
    fc.assert(
      fc.property(fc.json(), (value) => {
        const text = JSON.stringify(JSON.parse(value));
        const { id, event, data } = parseEvent(renderEvent(text, "s.1"));
        expect({ id, event, data }).toEqual({ id: "s.1", event: "message", data: text });
      }),
    );
  });

  test("writes an event without data", () => {
    expect(parseEvent(renderPriming("s.0"))).toEqual({ id: "s.0", retry: "1000", data: "" });
  });
});
