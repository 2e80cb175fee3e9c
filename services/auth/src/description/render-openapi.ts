import { callers, type SchemeName, securitySchemes } from "./caller.ts";
import { type Answer, type Group, type ObjectSchema, type Operation, object, text } from "./operation.ts";
import { refusalsOf } from "./refusals.ts";
import { sectionUrl } from "./section-url.ts";

const about =
  "OAuth 2.1 authorization server for MCP servers. Which of these endpoints a client needs, it reads from /.well-known/oauth-authorization-server; the MCP servers themselves are not described here.";

/** The OpenAPI document (3.1) of these endpoints. */
export function renderOpenApi(groups: readonly Group[], issuer: string): Readonly<Record<string, unknown>> {
  const operations = groups.flatMap((group) => group.operations.map((operation) => ({ group, operation })));
  const paths = [...new Set(operations.map(({ operation }) => operation.path))];
  const of = (path: string) => operations.filter(({ operation }) => operation.path === path);
  return {
    openapi: "3.1.1",
    // Of the interface, not of the program: which release runs here is nobody's business (security.md 29).
    info: { title: "MCP OAuth Gateway", version: "1", description: about, license: { name: "MIT", identifier: "MIT" } },
    servers: [{ url: issuer }],
    tags: groups.map(({ title, about: description }) => ({ name: title, description })),
    paths: Object.fromEntries(
      paths.map((path) => [
        path,
        Object.fromEntries(of(path).map(({ group, operation }) => [operation.method, render(operation, group)])),
      ]),
    ),
    components: {
      schemas: { Error: errorSchema },
      securitySchemes: usedSchemes(
        operations.map(({ operation }) => operation),
        issuer,
      ),
    },
  };
}

/** RFC 6749 5.2. */
const errorSchema = object(
  { error: text("What went wrong, as a code."), error_description: text("The same for the developer of a client.") },
  ["error", "error_description"],
);

function render(operation: Operation, { title }: Group): object {
  const { method, path, summary, rule, body } = operation;
  const url = rule === undefined ? undefined : sectionUrl(rule);
  return {
    tags: [title],
    operationId: operationIdOf(method, path),
    summary,
    ...(rule === undefined || url === undefined ? {} : { externalDocs: { description: rule, url } }),
    security: securityOf(operation),
    parameters: parametersOf(operation),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { [body.mediaType]: { schema: body.schema } } } }),
    responses: responsesOf(operation),
  };
}

/** `postDeviceConsent` */
function operationIdOf(method: string, path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
  return [method, ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join("");
}

function securityOf({ caller }: Operation): object[] {
  const { scheme, isOptional } = callers[caller];
  return [...(scheme === undefined ? [] : [{ [scheme]: [] }]), ...(isOptional ? [{}] : [])];
}

function usedSchemes(operations: readonly Operation[], issuer: string): object {
  const used = new Set<SchemeName | undefined>(operations.map(({ caller }) => callers[caller].scheme));
  const schemes = Object.entries(securitySchemes(issuer)) as [SchemeName, object][];
  return Object.fromEntries(schemes.filter(([name]) => used.has(name)));
}

function parametersOf({ pathParameters = {}, query }: Operation): object[] {
  return [
    ...parametersIn("path", object(pathParameters, Object.keys(pathParameters))),
    ...parametersIn("query", query ?? object({})),
  ];
}

function parametersIn(place: "path" | "query", { properties = {}, required = [] }: ObjectSchema): object[] {
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function responsesOf(operation: Operation): object {
  const refused = [...refusalsOf(operation)].map(([status, codes]) => {
    const error = renderAnswer({ status, description: codes.join(", "), ...refusalBody(operation) });
    return [status, isForNow(status) ? { ...error, headers: { "Retry-After": retryAfter } } : error];
  });
  return Object.fromEntries([...operation.answers.map((answer) => [answer.status, renderAnswer(answer)]), ...refused]);
}

function refusalBody({ isPage }: Operation): Pick<Answer, "mediaType" | "schema"> {
  if (isPage) return { mediaType: "text/html" };
  return { mediaType: "application/json", schema: { $ref: "#/components/schemas/Error" } };
}

function isForNow(status: number): boolean {
  return status === 429 || status === 503;
}

const retryAfter = { description: "Seconds.", schema: { type: "integer" } };

function renderAnswer({ description, mediaType, schema = { type: "string" } }: Answer): object {
  return { description, ...(mediaType === undefined ? {} : { content: { [mediaType]: { schema } } }) };
}
