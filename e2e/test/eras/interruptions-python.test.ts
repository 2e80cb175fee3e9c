import { describe } from "@jest/globals";
import { clients, servers } from "../../src/eras/pairs.ts";
import { interruptionTests } from "../../src/suites/interruptions.ts";

/** Each SDK in its own wire: starting Python takes long. */
const some = clients.filter(({ name }) => !name.endsWith("in the older wire"));

describe.each(servers.filter(({ needs }) => needs))("in front of a server with $name", (server) =>
  interruptionTests(server, some),
);
