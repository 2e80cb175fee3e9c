import type { TokenList, TokenView } from "@gateway/operator-api";
import { renderColumns, renderTime } from "./render-columns.ts";
import { oneLine } from "./render-table.ts";

/** The tokens, one line each. */
export function renderTokens({ total, tokens }: TokenList): string[] {
  if (total === 0) return ["There are no tokens."];
  const rows = tokens.map((token) => [
    oneLine(token.id),
    token.kind,
    oneLine(token.user),
    oneLine(token.server),
    renderTime(token.created_at),
    renderTime(token.expires_at),
    oneLine(token.name),
  ]);
  const left = total - tokens.length;
  return [
    ...renderColumns([["TOKEN", "KIND", "USER", "SERVER", "SINCE", "UNTIL", "NAME"], ...rows]),
    ...(left > 0 ? [`… and ${left} older`] : []),
  ];
}

/** One token, whole. */
export function renderToken(token: TokenView): string[] {
  return renderColumns([
    ["Token", oneLine(token.id)],
    ["Kind", token.kind === "personal" ? "personal access token" : "grant of a client"],
    ["Name", oneLine(token.name)],
    ["Client", oneLine(token.client_id)],
    ["User", `${oneLine(token.user)} (${oneLine(token.sub)})`],
    ["Server", oneLine(token.server)],
    ["Resource", oneLine(token.resource)],
    ["Scope", oneLine(token.scope)],
    ...(token.tools === undefined ? [] : [["Tools", token.tools.map(oneLine).join(", ")]]),
    ["Since", renderTime(token.created_at)],
    ["Until", renderTime(token.expires_at)],
  ]);
}
