import type { z } from "zod";
import { renderEnvTable } from "./env/variables.ts";

/**
 * Renews the tables of variables in a Markdown page: what stands between `<!-- variables of X -->` and
 * `<!-- end of X -->` becomes the table of the schema X.
 * @throws when the page names a schema that is not given
 */
export function renderVariableTables(
  page: string,
  schemas: Readonly<Record<string, { readonly shape: z.ZodRawShape }>>,
): string {
  return page.replace(/(<!-- variables of (\w+) -->\n).*?(<!-- end of \2 -->)/gs, (_, start, name, end) => {
    const schema = schemas[name];
    if (schema === undefined) throw new Error(`no variables are known by the name ${name}`);
    return `${start}\n${renderEnvTable(schema)}\n\n${end}`;
  });
}
