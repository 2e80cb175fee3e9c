/** How a body is shown. */
export type Presentation = "image" | "html" | "text" | "binary";

/** Types of pictures that clients can show; of others, SVG too, the text or nothing is given. */
const images = new Set(["image/png", "image/jpeg", "image/gif", "image/webp"]);

const textual = /^text\/|[/+](json|xml|yaml)$|^application\/(javascript|ecmascript|x-ndjson|x-yaml|toml|graphql|sql)$/;

/** The media type of a Content-Type, in lower case and without parameters, and its charset. */
export function parseContentType(header: string | undefined): { type: string | undefined; charset: string } {
  const [type = "", ...parameters] = (header ?? "").split(";").map((part) => part.trim());
  const charset = parameters.map((parameter) => /^charset="?([^"]+)"?$/i.exec(parameter)?.[1]).find(Boolean);
  return { type: type === "" ? undefined : type.toLowerCase(), charset: charset ?? "utf-8" };
}

/** How a body of this type is shown; without a type, text if it looks like text. */
export function presentationOf(type: string | undefined, looksLikeText: () => boolean): Presentation {
  if (type === undefined) return looksLikeText() ? "text" : "binary";
  if (images.has(type)) return "image";
  if (type === "text/html" || type === "application/xhtml+xml") return "html";
  return textual.test(type) ? "text" : "binary";
}
