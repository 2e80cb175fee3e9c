import { z } from "zod";
import { isByteSize } from "../../env/values.ts";

/** A text; `what` it is, for the message. */
export const text = (what: string) => z.string({ error: what });
/** A list of texts. */
export const texts = (what: string) => z.array(text(`text: each is one ${what}`), { error: `a list of ${what}s` });
/** A list of texts of one form. */
export const matching = (shape: RegExp, what: string) =>
  z.array(z.string({ error: `text: each is one ${what}` }).regex(shape, { error: `one ${what}` }), {
    error: `a list: each is one ${what}`,
  });
/** An object whose values are texts. */
export const textMap = (what: string) =>
  z.record(z.string(), text('text: write it in quotes, such as "1"'), { error: `an object of ${what}` });
/** A whole number from 1. */
export const count = (what: string, max: number) => {
  const error = `a whole number from 1 to ${max}: ${what}`;
  return z.int({ error }).min(1, { error }).max(max, { error });
};

/** A size between two, such as "512m", as in the environment that it becomes. */
export const size = (min: string, max: string) => {
  const error = `a size from ${min} to ${max} in quotes, such as "512m"`;
  return z.string({ error }).refine((value) => isByteSize(value, min, max), { error });
};

/** true or false. */
export const flag = () => z.boolean({ error: "true or false" });

/** The most that the proxy's environment takes, which these become: sessions, seconds of a request, seconds. */
export const [mostSessions, longestCall, tenYears] = [100_000, 3_600, 315_360_000];
