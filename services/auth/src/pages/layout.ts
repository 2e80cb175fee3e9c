import { type Html, html } from "./html.ts";

/**
 * A whole page around its content. No script, no inline style (decision 25).
 * @param heading the title, where parts of it are to stand out
 */
export function renderPage(title: string, content: Html, heading: Html = html`${title}`): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} · MCP OAuth Gateway</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<header><a href="/">MCP OAuth Gateway</a></header>
<main>
<h1>${heading}</h1>
${content}
</main>
</body>
</html>
`.html;
}
