import { describe, expect, test } from "@jest/globals";
import { checkLogo } from "../../src/domain/logo.ts";

const bytesOf = (text: string) => Buffer.from(text, "latin1");

describe("a client's logo (oauth-wire 4.2.8)", () => {
  test.each([
    ["image/png", "\x89PNG\r\n\x1a\n…"],
    ["image/jpeg", "\xff\xd8\xff\xe0…"],
    ["image/gif", "GIF87a…"],
    ["image/gif", "GIF89a…"],
    ["image/webp", "RIFF\x10\0\n\0WEBPVP8 "],
  ])("is %s by its first bytes", (mediaType, text) => {
    expect(checkLogo(bytesOf(text))).toEqual({ ok: true, value: { mediaType, bytes: bytesOf(text) } });
  });

  test.each([
    ["nothing", ""],
    ["SVG", '<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'],
    ["SVG after a declaration", '<?xml version="1.0"?><svg/>'],
    ["HTML", "<!doctype html><script>1</script>"],
    ["an icon", "\0\0\x01\0"],
    ["a sound in the same container as WebP", "RIFF\x10\0\0\0WAVEfmt "],
    ["an image that begins late", " \x89PNG\r\n\x1a\n"],
    ["half a signature", "\x89PNG"],
  ])("is not %s", (_what, text) => {
    expect(checkLogo(bytesOf(text))).toEqual({ ok: false, refusal: "not_an_image" });
  });
});
