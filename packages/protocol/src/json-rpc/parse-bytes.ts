import { type Abridged, abridge, joinText, restore } from "../json/abridged.ts";
import type { Message } from "./message.ts";
import { type Parsed, parseMessages } from "./parse.ts";

/** Bytes; a shorter text is decoded in less time than it takes to look for long strings. */
const shortestAbridged = 131_072;

/**
 * Reads one message or a batch from its bytes, which may be many MB: the long strings of a single one are not decoded, and stay
 * where they are (`omitted`).
 * @param decode the whole text, where it is needed
 * @throws {ParseError} and what `decode` throws
 */
export function parseBytes(chunks: readonly Buffer[], decode: (chunks: readonly Buffer[]) => string): Parsed {
  const abridged = isLong(chunks) ? abridge(chunks) : undefined;
  return (abridged && parseAbridged(abridged)) ?? parseMessages(decode(chunks));
}

function isLong(chunks: readonly Buffer[]): boolean {
  return chunks.reduce((sum, { length }) => sum + length, 0) >= shortestAbridged;
}

function parseAbridged({ text, omitted }: Abridged): Parsed | undefined {
  const { batch, messages } = parseMessages(text);
  const [message] = messages;
  return batch || message.kind === "notification" ? undefined : { batch, messages: [{ ...message, omitted }] };
}

/** What keeping a message takes, in characters or bytes. */
export function sizeOf({ text, omitted = [] }: Message): number {
  return omitted.reduce((sum, { bytes }) => bytes.reduce((length, each) => length + each.length, sum), text.length);
}

/** The message with all its strings: as `parseMessages` gives it. */
export function wholeMessage<Kind extends Message>(message: Kind): Kind {
  if (message.omitted === undefined) return message;
  const [whole] = parseMessages(joinText(restore(message.text, message.omitted))).messages;
  return whole as Kind; // the kind hangs on nothing that is ever left out
}
