import { describe } from "@jest/globals";
import { clients, servers } from "../../src/eras/pairs.ts";
import { interruptionTests } from "../../src/suites/interruptions.ts";

describe.each(servers.filter(({ needs }) => !needs))("in front of a server with $name", (server) =>
  interruptionTests(server, clients),
);
