import { z } from "zod";

/** Keys that a later version understands. They are refused, never ignored: a limit one believes in must hold. */
export const laterKeys = z.registry<{ keys: readonly string[] }>();
