import type { Docker } from "./docker.ts";

/** The name by which servers know Traefik on their networks. */
const alias = "gateway";

/**
 * Connects Traefik to the network of every server, and takes away networks of servers that are declared no more. Not compose's
 * work, because for compose a network more is another Traefik: it would start a new one, and cut every open stream.
 */
export async function connectTraefik(docker: Docker, project: string, servers: readonly string[]): Promise<void> {
  const [traefik = ""] = lines(await docker.askCompose("ps", "--all", "--quiet", "traefik"));
  const connected = new Set(Object.keys(JSON.parse(await docker.ask("inspect", "--format", networksOf, traefik))));
  const networks = await serverNetworks(docker, project);
  for (const { name, server } of networks) {
    const isWanted = servers.includes(server);
    if (isWanted && !connected.has(name)) await docker.ask("network", "connect", "--alias", alias, name, traefik);
    if (!isWanted) {
      if (connected.has(name)) await docker.ask("network", "disconnect", name, traefik);
      await removeNetwork(docker, name);
    }
  }
}

/** Removes what compose no longer knows of: networks of servers that were taken out of gateway.json meanwhile. */
export async function removeServerNetworks(docker: Docker, project: string): Promise<void> {
  for (const { name } of await serverNetworks(docker, project)) await removeNetwork(docker, name);
}

/** Removes a network whose server is gone, from under whatever a person has connected to it, such as what reads metrics. */
async function removeNetwork(docker: Docker, name: string): Promise<void> {
  const left = await docker.ask("network", "inspect", "--format", containersOn, name);
  for (const container of left.split(/\s+/).filter((id) => id !== ""))
    await docker.ask("network", "disconnect", "--force", name, container);
  await docker.ask("network", "rm", name);
}

/** The same for their volumes. */
export async function removeVolumes(docker: Docker, project: string): Promise<void> {
  const ofProject = ["--filter", `label=com.docker.compose.project=${project}`];
  const names = lines(await docker.ask("volume", "ls", "--quiet", ...ofProject));
  if (names.length > 0) await docker.ask("volume", "rm", ...names);
}

const containersOn = "{{range $id, $_ := .Containers}}{{$id}} {{end}}";
const networksOf = "{{json .NetworkSettings.Networks}}";

async function serverNetworks(docker: Docker, project: string) {
  const ofProject = ["--filter", `label=com.docker.compose.project=${project}`, "--filter", "label=gateway.server"];
  const format = '{{.Name}} {{.Label "gateway.server"}}';
  return lines(await docker.ask("network", "ls", ...ofProject, "--format", format)).map((line) => {
    const [name = "", server = ""] = line.split(" ");
    return { name, server };
  });
}

function lines(output: string): string[] {
  return output.split("\n").filter((line) => line !== "");
}
