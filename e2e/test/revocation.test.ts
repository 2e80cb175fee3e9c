import { expect } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import type { Gateway } from "../src/gateway.ts";
import { messageOf, post } from "../src/http.ts";
import { PlainBrowser } from "../src/person.ts";
import { processesOf, until } from "../src/processes.ts";
import { declarationOf } from "../src/servers.ts";
import {
  call,
  expectAlive,
  openSession,
  openStreams,
  revocationTests,
  revoke,
  signIn,
} from "../src/suites/revocation.ts";

const pidOf = (gateway: Gateway, service: string) =>
  processesOf(gateway.folder).find(({ command }) => command.includes(`services/${service}/`))?.pid as number;

describeThroughBothEdges(
  () => ({ declaration: declarationOf("faulty") }),
  (test) => {
    revocationTests(test);

    test("kill -9 of auth ends no stream and no running call of a grant that lives", async (gateway) => {
      const { session } = await signIn(gateway);
      const streams = await openStreams(session);
      process.kill(pidOf(gateway, "auth"), "SIGKILL");
      await gateway.untilAnswering();
      await until(
        async () => ((await post(session.url, call(2, "pid"), session.headers)).status === 200 ? true : undefined),
        "auth lets requests through again",
      );
      await expectAlive(session, streams);
    });

    test("a revocation that a proxy slept through is acted on when it wakes", async (gateway) => {
      const { client, tokens, session } = await signIn(gateway);
      const { get, running } = await openStreams(session);
      const proxy = pidOf(gateway, "proxy");
      process.kill(proxy, "SIGSTOP");
      try {
        await revoke(gateway, client, tokens.refresh_token);
      } finally {
        process.kill(proxy, "SIGCONT");
      }
      await Promise.all([get.ended, running.ended]);
    });

    test("a personal token for one tool lists and calls that one alone", async (gateway) => {
      const person = new PlainBrowser({
        answers: { name: "only pid", resource: gateway.mcpUrl("faulty"), tools: "p*" },
      });
      const page = (await person.walk(`${gateway.origin}/account/tokens`)).at(-1);
      const [, token = ""] = /<pre class="code"[^>]*>([^<]+)<\/pre>/.exec(page?.html ?? "") ?? [];
      const { url, headers } = await openSession(gateway, token);
      const listed = messageOf(await post(url, { jsonrpc: "2.0", id: 2, method: "tools/list" }, headers));
      expect(listed).toMatchObject({ result: { tools: [{ name: "pid" }] } });
      expect(messageOf(await post(url, call(3, "pid"), headers))).toMatchObject({ result: { content: [{}] } });
      const refused = messageOf(await post(url, call(4, "environment"), headers));
      expect(refused).toMatchObject({ error: { code: -32_602, message: "Unknown tool: environment" } });
    });
  },
);
