import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";

/**
 * An engine's answers to what Traefik's Docker provider asks, about containers that do not change and all have the address 127.0.0.1.
 * @param labels of each, by its service's name
 * @param socketPath where it answers, as an engine does
 */
export async function listContainers(
  labels: Readonly<Record<string, object>>,
  socketPath: string,
): Promise<AsyncDisposable> {
  const containers = Object.entries(labels).map(([service, own], index) => containerOf(service, own, index));
  const server = createServer((req, res) => {
    const path = (req.url ?? "").split("?")[0]?.replace(/^\/v\d+\.\d+(?=\/)/, "") ?? "";
    if (path === "/events") return void res.writeHead(200).flushHeaders(); // nothing happens
    if (path === "/_ping") return answer(res, "OK");
    if (path === "/version") return answer(res, { Version: "28.0.0", ApiVersion: apiVersion });
    if (path === "/containers/json")
      return answer(
        res,
        containers.map(({ summary }) => summary),
      );
    const found = containers.find(({ summary }) => path === `/containers/${summary.Id}/json`);
    if (found === undefined) return void res.writeHead(404).end("{}");
    answer(res, found.details);
  }).listen(socketPath);
  await once(server, "listening");
  return {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

const apiVersion = "1.48";

function answer(res: ServerResponse, body: unknown): void {
  res.writeHead(200, { "content-type": "application/json", "api-version": apiVersion }).end(JSON.stringify(body));
}

function containerOf(service: string, labels: object, index: number) {
  const id = `${index + 1}`.padStart(64, "0");
  const networks = { Networks: { front: { NetworkID: "front", IPAddress: "127.0.0.1" } } };
  const all = { "com.docker.compose.service": service, ...labels };
  return {
    summary: { Id: id, Names: [`/${service}`], Labels: all, State: "running", NetworkSettings: networks },
    details: {
      Id: id,
      Name: `/${service}`,
      State: { Status: "running", Running: true },
      HostConfig: { NetworkMode: "front" },
      Config: { Labels: all },
      NetworkSettings: networks,
    },
  };
}
