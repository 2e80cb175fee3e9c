import type { ScopeRules } from "@gateway/config/proxy";
import { baseScope, splitScope, withImplied } from "@gateway/forward-auth";
import { compileToolRules, type IsToolAllowed, type Message } from "@gateway/protocol";

/** What a client lacks for its messages. */
interface MissingScope {
  /** What it has here and what the messages need, in one: whoever asks for this loses nothing (decision 0086). */
  readonly scope: string;
}

/** Whether a token's scope is enough for messages of a client; undefined: it is. */
export type ScopeGuard = (granted: string, messages: readonly Message[]) => MissingScope | undefined;

interface CompiledRule {
  readonly scope: string;
  readonly isTool: IsToolAllowed | undefined;
  readonly methods: ReadonlySet<string>;
}

/**
 * Prepares the rules of a server (oauth-wire 10): a message needs every scope that names its method or its tool, and
 * beside these only `mcp`, which auth has asked for. Pure.
 */
export function compileScopeRules(rules: ScopeRules): ScopeGuard {
  const compiled = Object.entries(rules).map(([scope, { tools, methods = [] }]): CompiledRule => {
    const isTool = tools === undefined ? undefined : compileToolRules({ allow: tools });
    return { scope, isTool, methods: new Set<string>(methods) };
  });
  const implied = new Map(Object.entries(rules).map(([scope, { implies = [] }]) => [scope, implies]));
  return (granted, messages) => {
    const needed = new Set(messages.flatMap((message) => neededBy(message, compiled)));
    if (needed.size === 0) return undefined;
    const has = withImplied(splitScope(granted), implied);
    if ([...needed].every((scope) => has.has(scope))) return undefined;
    const own = Object.keys(rules).filter((scope) => has.has(scope) || needed.has(scope));
    return { scope: [baseScope, ...own].join(" ") };
  };
}

// A message without an id too: what is no request to us might be one to the server.
function neededBy(message: Message, rules: readonly CompiledRule[]): readonly string[] {
  if (message.kind === "response") return [];
  const { method, params } = message;
  const isCall = method === "tools/call";
  // 2026-07-28 has one method for what was three: a rule for one of them holds for all of it.
  const names = method === "subscriptions/listen" ? [method, "resources/subscribe"] : [method];
  return rules
    .filter(
      ({ methods, isTool }) => names.some((name) => methods.has(name)) || (isCall && isTool?.(params.name) === true),
    )
    .map(({ scope }) => scope);
}
