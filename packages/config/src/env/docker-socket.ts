import { z } from "zod";
import { port, text } from "./values.ts";

/** The environment of services/docker-socket. */
export const DockerSocketEnv = z.object({
  HOST: text().default("127.0.0.1").describe("Address to listen on; the image sets 0.0.0.0"),
  PORT: port().default(2375).describe("Port to listen on"),
  DOCKER_SOCKET: text().default("/var/run/docker.sock").describe("The Docker engine's socket"),
});
export type DockerSocketEnv = z.infer<typeof DockerSocketEnv>;
