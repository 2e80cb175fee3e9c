import { agents } from "./agents.ts";
import type { ClientShape } from "./client-shape.ts";
import { editors } from "./editors.ts";
import { hosted } from "./hosted.ts";

/** Shapes of clients that connect. docs/clients.md has a line for each. */
export const shapes: readonly ClientShape[] = [...editors, ...agents, ...hosted];
