import { textOf } from "../clients/connected.ts";

/** What the person behind every client of these tests says to a form, told by what is asked: "decline: your name?". */
export function answerForm(message: string): { action: "accept" | "decline" | "cancel"; content?: { name: string } } {
  const [word] = message.split(":");
  if (word === "refuse") throw new Error("refused");
  if (word === "decline" || word === "cancel") return { action: word };
  return { action: "accept", content: { name: `to ${message}` } };
}

/** What the model behind every client says. */
export function answerSampling({ messages }: { readonly messages: readonly { readonly content: unknown }[] }): {
  role: "assistant";
  model: string;
  content: { type: "text"; text: string };
} {
  const question = textOf({ content: [messages[0]?.content].flat() });
  if (question.startsWith("refuse")) throw new Error("refused");
  return { role: "assistant", model: "m", content: { type: "text", text: `to ${question}` } };
}

/** The folders that every client shows. */
export const shownRoots = { roots: [{ uri: "file:///srv" }] };
