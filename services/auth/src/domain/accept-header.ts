/** Whether a client asks for HTML rather than JSON: a browser that opened an MCP endpoint (decision 27; RFC 9110 12.5.1). */
export function prefersHtml(accept: string): boolean {
  if (!/text\/html/i.test(accept)) return false; // nearly every client of an MCP endpoint
  const html = quality(accept, "text/html");
  return html > quality(accept, "application/json") && html > quality(accept, "text/event-stream");
}

// Wildcards do not count: they say that anything will do, and JSON will.
function quality(accept: string, type: string): number {
  for (const range of accept.toLowerCase().split(",")) {
    const [name, ...parameters] = range.split(";").map((part) => part.trim());
    if (name !== type) continue;
    const q = parameters.find((parameter) => parameter.startsWith("q="));
    return q === undefined ? 1 : Number(q.slice(2)) || 0;
  }
  return 0;
}
