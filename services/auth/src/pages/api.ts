import { callers } from "../description/caller.ts";
import type { Group, ObjectSchema, Operation, Schema } from "../description/operation.ts";
import { refusalsOf } from "../description/refusals.ts";
import { sectionUrl } from "../description/section-url.ts";
import { type Html, html } from "./html.ts";
import { renderPage } from "./layout.ts";

/** The endpoints for people who write clients (RFC 8414 2: service_documentation). */
export function renderApiPage(groups: readonly Group[], issuer: string): string {
  return renderPage(
    "Endpoints",
    html`<p>What the authorization server <span class="address">${issuer}</span> answers. An MCP client finds what it needs by itself, from <a href="/.well-known/oauth-authorization-server">the metadata</a>. The same as here, for programs: <a href="/openapi.json">openapi.json</a>.</p>
<p>A refusal is JSON with <span class="address">error</span> and <span class="address">error_description</span>, to a person a page; with 429 and 503 comes <span class="address">Retry-After</span>, in seconds.</p>
${groups.map(renderGroup)}`,
  );
}

function renderGroup({ title, about, operations }: Group): Html {
  return html`<section>
<h2>${title}</h2>
<p>${about}</p>
${operations.map(renderOperation)}
</section>`;
}

function renderOperation(operation: Operation): Html {
  const { method, path, summary, caller } = operation;
  return html`<details class="operation">
<summary><span class="tag">${method.toUpperCase()}</span> <span class="address">${path}</span><span class="meaning">${summary}</span></summary>
<dl>
${renderRule(operation)}
<div><dt>Who may call it</dt><dd>${callers[caller].words}</dd></div>
</dl>
${renderSent(operation)}
<h3>Answers</h3>
<dl>
${operation.answers.map(({ status, description, schema }) => html`<div><dt>${status}</dt><dd>${description}${schema && renderMembers(schema as ObjectSchema)}</dd></div>`)}
${[...refusalsOf(operation)].map(([status, codes]) => html`<div><dt>${status}</dt><dd>${codes.join(", ")}</dd></div>`)}
</dl>
</details>`;
}

function renderRule({ rule }: Operation): Html | false {
  if (rule === undefined) return false;
  const url = sectionUrl(rule);
  return html`<div><dt>Standard</dt><dd>${url === undefined ? rule : html`<a href="${url}">${rule}</a>`}</dd></div>`;
}

function renderSent({ pathParameters = {}, query, body }: Operation): Html | false {
  const { properties = {}, required = [] } = query ?? body?.schema ?? {};
  const all = Object.entries({ ...pathParameters, ...properties });
  if (all.length === 0) return false;
  const needed = new Set([...required, ...Object.keys(pathParameters)]);
  return html`<h3>To send${body && html` <span class="quiet">as ${body.mediaType}</span>`}</h3>
<dl class="members">
${all.map(([name, schema]) => html`<div><dt class="address">${name}</dt><dd>${needed.has(name) && html`<strong>Required.</strong> `}${wordsOf(schema)}</dd></div>`)}
</dl>`;
}

/** The members of an answer by name, where they are all known. */
function renderMembers({ properties = {}, additionalProperties: isOpen = false }: ObjectSchema): Html | false {
  const names = Object.keys(properties);
  return !isOpen && names.length > 0 && html`<br><span class="address">${names.join(", ")}</span>`;
}

/** A schema in a few words: what it means, and what it may be. */
function wordsOf({ description, const: only, enum: choices, maxLength, maxItems, default: usual }: Schema): string {
  const words = [
    description,
    only !== undefined && `Always ${only}.`,
    Array.isArray(choices) && `One of ${choices.join(", ")}.`,
    maxItems !== undefined && `A list, of ${maxItems} at most.`,
    maxLength !== undefined && `At most ${maxLength} characters.`,
    [usual].flat().some(isText) && `Without it: ${[usual].flat().join(", ")}.`,
  ];
  return words.filter(isText).join(" ");
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
