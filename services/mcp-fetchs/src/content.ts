import { isUtf8 } from "node:buffer";
import type { CallToolResult } from "@modelcontextprotocol/server";
import { cut } from "./domain/cut.ts";
import { parseContentType, presentationOf } from "./domain/media-type.ts";
import { htmlToMarkdown } from "./html/html-to-markdown.ts";
import type { Answer } from "./http/read-answer.ts";

/** Bytes: a picture goes to the client whole. */
const longestImage = 3_145_728;

/** What a tool's caller is given of an answer: a line about it, then its content. An HTTP error is the tool's error. */
export function contentOf(answer: Answer & { readonly url: URL }, maxLength: number): CallToolResult {
  const { status, headers, body, url } = answer;
  const { type, charset } = parseContentType(headers["content-type"]);
  const about = `HTTP ${status}, ${type ?? "no media type"}, ${body.length} bytes, ${url.href}`;
  const presentation = presentationOf(type, () => isUtf8(body) && !body.includes(0));
  const isError = status >= 400;
  if (presentation === "image" && body.length <= longestImage) {
    const image = { type: "image" as const, data: body.toString("base64"), mimeType: type ?? "" };
    return { content: [{ type: "text", text: about }, image], isError };
  }
  const text = (): string => {
    if (presentation === "text") return decode(body, charset);
    if (presentation === "html") return htmlToMarkdown(decode(body, charset), url);
    return presentation === "image"
      ? `[A picture of more than ${longestImage} bytes is not given.]`
      : "[This is neither text nor a picture, so its content is not given.]";
  };
  return { content: [{ type: "text", text: `${about}\n\n${cut(text(), maxLength)}` }], isError };
}

function decode(body: Buffer, charset: string): string {
  try {
    return new TextDecoder(charset).decode(body);
  } catch {
    return body.toString("utf8"); // a charset nobody knows
  }
}
