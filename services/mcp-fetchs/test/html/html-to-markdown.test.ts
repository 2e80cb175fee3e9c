import { describe, expect, test } from "@jest/globals";
import { htmlToMarkdown } from "../../src/html/html-to-markdown.ts";

const shown = (html: string) => htmlToMarkdown(html, new URL("https://app.example/dir/page"));

describe("a page as Markdown", () => {
  test.each([
    ["headings", "<h1>One</h1><h2> Two </h2><p>x", "# One\n\n## Two\n\nx"],
    ["paragraphs and white space", "<p>a\n  b</p>\n\n<div>c</div>", "a b\n\nc"],
    ["line breaks", "a<br>b", "a\nb"],
    ["entities", "a &lt;b&gt; &amp; c", "a <b> & c"],
    ["links, made absolute", '<a href="../x?y#z">to x</a>', "[to x](https://app.example/x?y#z)"],
    ["links within the page, as their text", '<a href="#top">up</a>', "up"],
    ["links that run a script, as their text", '<a href="javascript:alert(1)">no</a>', "no"],
    ["pictures with a text", '<img alt="A cat" src="cat.png">', "![A cat](https://app.example/dir/cat.png)"],
    ["pictures without one, not at all", '<img src="pixel.png">', ""],
    ["lists", "<ul><li>a</li><li>b<ul><li>c</li></ul></li></ul>", "- a\n- b\n  - c"],
    ["numbered lists", "<ol><li>a<li>b</ol>", "1. a\n2. b"],
    ["code", "<p>run <code>x</code></p><pre><code>a\n  b</code></pre>", "run `x`\n\n```\na\n  b\n```"],
    ["tables, by row", "<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a | b |\nc |"],
    ["what nobody reads, not at all", "a<script>b()</script><style>c{}</style><noscript>d</noscript>e", "ae"],
    ["plain text", "just text", "just text"],
    ["nothing", "", ""],
  ])("%s", (_what, html, markdown) => {
    expect(shown(html)).toBe(markdown);
  });

  test("what stands too deep is left out, so that no page keeps the server busy", () => {
    expect(shown(`<p>top</p>${"<div>".repeat(100_000)}deep`)).toBe("top");
  });
});
