import { accept, type Result, refuse } from "./result.ts";

/** What a logo may be. No SVG: that is a document, with scripts and links. */
export const imageTypes = ["image/png", "image/jpeg", "image/gif", "image/webp"] as const;

/** A client's logo, as we show it. */
export interface Logo {
  readonly mediaType: (typeof imageTypes)[number];
  readonly bytes: Buffer;
}

/** Is this an image that we show? By its first bytes (WHATWG MIME Sniffing 6.1), whatever its host calls it. */
export function checkLogo(bytes: Buffer): Result<Logo, "not_an_image"> {
  const start = bytes.toString("latin1", 0, 12);
  const mediaType = imageTypes.find((type) => isOfType[type](start));
  return mediaType === undefined ? refuse("not_an_image") : accept({ mediaType, bytes });
}

const isOfType: Readonly<Record<Logo["mediaType"], (start: string) => boolean>> = {
  "image/png": (start) => start.startsWith("\x89PNG\r\n\x1a\n"),
  "image/jpeg": (start) => start.startsWith("\xff\xd8\xff"),
  "image/gif": (start) => start.startsWith("GIF87a") || start.startsWith("GIF89a"),
  "image/webp": (start) => start.startsWith("RIFF") && start.endsWith("WEBP"),
};
