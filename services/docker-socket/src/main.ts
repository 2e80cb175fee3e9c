import { DockerSocketEnv, parseEnv } from "@gateway/config";
import { createDockerSocket } from "./server.ts";

const { HOST, PORT, DOCKER_SOCKET } = parseEnv(DockerSocketEnv, process.env);
const server = createDockerSocket(DOCKER_SOCKET);
server.listen(PORT, HOST);
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
