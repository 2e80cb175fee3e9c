import type { Params } from "../json-rpc/message.ts";
import { tasksExtension } from "./methods.ts";

/** What a server may ask of its client. */
export interface InputRequest {
  readonly method: string;
  readonly params: Params;
}

/**
 * The capability that a client must have declared to be asked this, in the shape of ClientCapabilities; undefined for
 * what no client can be asked. Pure.
 */
export function requiredCapability({ method, params }: InputRequest): Params | undefined {
  switch (method) {
    case "roots/list":
      return { roots: {} };
    case "sampling/createMessage":
      return { sampling: params.tools !== undefined || params.toolChoice !== undefined ? { tools: {} } : {} };
    case "elicitation/create":
      return { elicitation: params.mode === "url" ? { url: {} } : { form: {} } };
    default:
      return undefined;
  }
}

/** What a client or a server can do that the other wire knows too: tasks are not translated, nor is that roots changed. Pure. */
export function sharedCapabilities({ tasks: _, roots, extensions, ...others }: Params): Params {
  const { listChanged: _changed, ...rootsLeft } = (roots ?? {}) as Params;
  const { [tasksExtension]: _tasks, ...extensionsLeft } = (extensions ?? {}) as Params;
  return {
    ...others,
    ...(roots === undefined ? {} : { roots: rootsLeft }),
    ...(Object.keys(extensionsLeft).length === 0 ? {} : { extensions: extensionsLeft }),
  };
}

/** A capability as people read it: `{"elicitation":{"url":{}}}` is elicitation.url. Pure. */
export function capabilityName(required: Params): string {
  const names = Object.entries(required).map(([name, parts]) => [name, ...Object.keys(parts ?? {})].join("."));
  return names.join(", ");
}

/** Whether a client declared it. `elicitation: {}` means forms (mcp-wire.md §2.5). Pure. */
export function declares(capabilities: Params, required: Params): boolean {
  return Object.entries(required).every(([name, parts]) => {
    const declared = capabilities[name] as Params | undefined;
    if (declared === undefined) return false;
    return Object.keys(parts as Params).every((part) => declared[part] !== undefined || isForm(declared, part));
  });
}

/** Whether a client declared an extension. Pure. */
export function hasExtension({ extensions }: Params, id: string): boolean {
  return typeof extensions === "object" && extensions !== null && Object.hasOwn(extensions, id);
}

function isForm(declared: Params, part: string): boolean {
  return part === "form" && declared.url === undefined;
}

/** Whether a client can be asked anything. By an extension none is. Pure. */
export function mayBeAsked({ roots, sampling, elicitation }: Params): boolean {
  return roots !== undefined || sampling !== undefined || elicitation !== undefined;
}

/**
 * What a client can do that a legacy server is told, as a text: children are shared by those alone that have it in common,
 * since a server switches off what its client cannot do. Pure.
 */
export function capabilityFingerprint(capabilities: Params): string {
  const { roots, sampling, elicitation, extensions } = capabilities as Readonly<Record<string, Params | undefined>>;
  const told = Object.keys(extensions ?? {}).filter((id) => id !== tasksExtension); // as in sharedCapabilities
  const leaves = [
    ...(roots === undefined ? [] : ["roots"]),
    ...(sampling === undefined ? [] : ["sampling", ...["tools", "context"].flatMap(partsOf("sampling", sampling))]),
    ...(elicitation === undefined ? [] : formOf(elicitation)),
    ...told.map((id) => `extensions.${JSON.stringify(id)}`),
  ];
  return leaves.sort().join(" ");
}

function partsOf(name: string, declared: Params) {
  return (part: string) => (declared[part] === undefined ? [] : [`${name}.${part}`]);
}

function formOf(elicitation: Params): readonly string[] {
  const parts = ["form", "url"].flatMap(partsOf("elicitation", elicitation));
  return parts.length === 0 ? ["elicitation.form"] : parts;
}
