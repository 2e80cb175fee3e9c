import { z } from "zod";

/** What the documentation says about one variable. */
export interface Variable {
  readonly name: string;
  readonly description: string;
  /** Another name that is read too. */
  readonly alias?: string;
  /** As it would be written in a file; undefined: none. */
  readonly default?: string;
  readonly required: boolean;
  readonly secret: boolean;
}

/** The variables of a schema, in its order. */
export function variablesOf(schema: { readonly shape: z.ZodRawShape }): readonly Variable[] {
  return Object.entries(schema.shape).map(([name, value]) => {
    const defaultValue = defaultOf(value);
    const alias = aliasOf(value);
    return {
      name,
      description: z.globalRegistry.get(value as z.ZodType)?.description ?? "",
      ...(alias === undefined ? {} : { alias }),
      ...(defaultValue === undefined ? {} : { default: defaultValue }),
      required: defaultValue === undefined && !(value as z.ZodType).safeParse(undefined).success,
      secret: isSecret(value),
    };
  });
}

/** A Markdown table of a schema's variables. */
export function renderEnvTable(schema: { readonly shape: z.ZodRawShape }): string {
  const rows = variablesOf(schema).map(
    (variable) => `| ${renderNames(variable)} | ${renderDefault(variable)} | ${escapeCell(variable.description)} |`,
  );
  return ["| variable | default | meaning |", "| --- | --- | --- |", ...rows].join("\n");
}

function renderNames({ name, alias }: Variable): string {
  return alias === undefined ? `\`${name}\`` : `\`${name}\`, or \`${alias}\``;
}

function renderDefault(variable: Variable): string {
  if (variable.required) return "required";
  return variable.default === undefined || variable.default === "" ? "–" : `\`${variable.default}\``;
}

function escapeCell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function defaultOf(schema: z.core.$ZodType): string | undefined {
  for (const each of layersOf(schema)) {
    if (each instanceof z.ZodDefault) return renderValue(each.def.defaultValue);
  }
  return undefined;
}

function renderValue(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** Whether a value may hold a secret, through `.default()`, `.optional()` and the like. */
export function isSecret(schema: z.core.$ZodType | undefined): boolean {
  return layersOf(schema).some((each) => z.globalRegistry.get(each as z.ZodType)?.secret === true);
}

/** The other name under which a variable is read, if it has one. */
export function aliasOf(schema: z.core.$ZodType | undefined): string | undefined {
  for (const each of layersOf(schema)) {
    const alias = z.globalRegistry.get(each as z.ZodType)?.alias;
    if (typeof alias === "string") return alias;
  }
  return undefined;
}

/** A schema and those it wraps, outermost first. */
function layersOf(schema: z.core.$ZodType | undefined): z.core.$ZodType[] {
  if (schema === undefined) return [];
  const { innerType, in: source } = schema._zod.def as { innerType?: z.core.$ZodType; in?: z.core.$ZodType };
  return [schema, ...layersOf(innerType ?? source)];
}
