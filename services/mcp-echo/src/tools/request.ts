import { maskedHeaders } from "../domain/masking.ts";
import type { Tool } from "./tool.ts";

export const printHeader: Tool = {
  name: "printHeader",
  description:
    "Shows the HTTP headers that this request arrived with here, behind the gateway. Credentials are masked.",
  run: ({ headers }) => maskedHeaders(headers),
};

export const requestTiming: Tool = {
  name: "requestTiming",
  description:
    "Shows when this server began to serve the request, how long that took so far, and the trace it belongs to.",
  run({ headers, beganAt, clock }) {
    return {
      now: new Date().toISOString(),
      servingMilliseconds: Math.round((clock() - beganAt) * 1_000) / 1_000,
      traceparent: headers.get("traceparent") ?? "none",
      requestId: headers.get("x-request-id") ?? "none",
    };
  },
};

export const corsAnalysis: Tool = {
  name: "corsAnalysis",
  description: "Says what a browser would make of this request: its origin, and who answers its preflight.",
  run({ headers }) {
    const origin = headers.get("origin");
    return {
      origin: origin ?? "none: this was no page of another origin",
      fetchSite: headers.get("sec-fetch-site") ?? "none",
      verdict:
        origin === null
          ? "CORS does not matter here: only browsers ask for it."
          : "The gateway has let this origin in (MCP_CORS_ORIGINS), or it is one of this machine.",
      whoAnswers: "The gateway answers preflights and sets the CORS headers; this server sets none.",
      needed: {
        requestHeaders: "Authorization, Content-Type, Mcp-Session-Id, MCP-Protocol-Version, Last-Event-ID",
        exposedHeaders: "Mcp-Session-Id, MCP-Protocol-Version, WWW-Authenticate",
      },
    };
  },
};
