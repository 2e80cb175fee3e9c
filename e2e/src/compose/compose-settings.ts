import { readFile } from "node:fs/promises";
import { parse } from "yaml";

/** What compose/ says of Traefik, as compose would hand it on: variables filled in, later files over earlier ones. */
export interface TraefikSettings {
  readonly environment: Readonly<Record<string, string>>;
  /** Labels of each container, by the service's name. */
  readonly labels: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

interface Service {
  readonly environment?: Record<string, unknown>;
  readonly labels?: Record<string, string>;
}

/** @param variables as `just up` gives them to compose */
export async function traefikSettings(
  files: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<TraefikSettings> {
  const environment: Record<string, string> = {};
  const labels: Record<string, Record<string, string>> = {};
  for (const file of files) {
    const { services = {} } = parse(await readFile(file, "utf8")) as { services?: Record<string, Service> };
    for (const [name, value] of Object.entries(services.traefik?.environment ?? {}))
      environment[name] = filled(`${value}`, variables);
    for (const [service, { labels: own = {} }] of Object.entries(services)) {
      const named = Object.entries(own).map(([name, value]) => [name, filled(value, variables)]);
      labels[service] = { ...labels[service], ...Object.fromEntries(named) };
    }
  }
  return { environment, labels };
}

/** `${NAME}`, `${NAME:-otherwise}` and `$$`, as compose reads them. */
function filled(text: string, variables: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\$(?:(\$)|\{(\w+)(?::-([^}]*))?\})/g, (_all, dollar, name = "", otherwise = "") =>
    dollar === undefined ? variables[name] || otherwise : dollar,
  );
}
