import { afterAll, beforeAll } from "@jest/globals";
import { describeThroughBothEdges } from "../src/edges.ts";
import { FakeGitHub } from "../src/fake-github.ts";
import { servers } from "../src/servers.ts";
import { githubTests } from "../src/suites/github.ts";

const declarationFor = (...users: string[]) => ({
  mcpServers: { headers: { ...servers.headers, gateway: { allow: { users } } } },
});

let github: FakeGitHub;
beforeAll(async () => {
  github = await FakeGitHub.start();
});
afterAll(() => github[Symbol.asyncDispose]());

describeThroughBothEdges(
  () => ({ declaration: declarationFor("octocat"), env: { ...github.env, ALLOWED_GITHUB_USERS: "octocat,hubot" } }),
  (test) => {
    githubTests(test, {
      github: () => github,
      allowHubotAlone: async (gateway) => {
        await gateway.end();
        await gateway.declare(declarationFor("hubot"));
        await gateway.up();
      },
    });
  },
);
