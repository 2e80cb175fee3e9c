import type { RequestedResource } from "../domain/public-hosts.ts";
import type { RefusalAnswer } from "../domain/verify-refusal.ts";
import { html } from "./html.ts";

/**
 * What a browser sees that opened an MCP endpoint (decision 27). Under 1 KiB, so without the stylesheet: the edge would
 * turn a large body into a bare 401 (decision 34).
 */
export function renderConnectPage({
  answer,
  resource,
  issuer,
}: {
  answer: Pick<RefusalAnswer, "error" | "description">;
  resource: Pick<RequestedResource, "server" | "url">;
  issuer: string;
}): string {
  const title = shorten(resource.server.title, 60);
  return html`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"><title>${title}</title>
<h1>${title}</h1>
<p>This address is for MCP clients, not for browsers. Add it to yours as a remote (HTTP) server; the client then opens the sign-in page by itself.</p>
<pre>${shorten(resource.url, 120)}</pre>
<p><a href="${issuer}/">All servers and how to connect</a></p>
<p><small>${answer.error}: ${answer.description ?? "your account may not use this server"}</small></p>`.html;
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
