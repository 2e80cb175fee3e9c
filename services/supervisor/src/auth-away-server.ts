import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answerAuthAway } from "@gateway/forward-auth";

export interface AuthAwayServer {
  readonly url: string;
  close(): void;
}

/**
 * Answers in auth's place, whatever it is asked, on a free port of loopback: Traefik, which sends its clients here while auth is away, can
 * write no words of its own (docs/decisions/0187).
 */
export async function openAuthAwayServer(): Promise<AuthAwayServer> {
  const server = createServer((_req, res) => answerAuthAway(res)).unref(); // what cannot be started must end
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
