import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { digest } from "../../src/digest.ts";
import { type FakeGitHub, startFakeGitHub } from "../fixtures/fake-github.ts";
import { type TestGateway, timeUrl } from "../fixtures/gateway.ts";
import { openMembersGateway } from "../fixtures/members-server.ts";
import { authorizationQuery, completeSignIn, goToProvider, pathOf, refresh, register } from "../fixtures/person.ts";

const hour = 3_600;
const day = 24 * hour;

describe("a membership that is asked for again with a service token (decision 22)", () => {
  let github: FakeGitHub;
  let gateway: TestGateway;
  const ofAcme = "/orgs/acme/members/octocat";
  const ofTools = "/orgs/umbrella/teams/tools/memberships/octocat";

  beforeEach(async () => {
    github = await startFakeGitHub();
    gateway = await open();
    github.memberships.set("/user/memberships/orgs/acme", "active");
    github.memberships.set(ofAcme, "active");
  });
  afterEach(async () => {
    await gateway[Symbol.asyncDispose]();
    await github[Symbol.asyncDispose]();
  });

  function open(change = {}): Promise<TestGateway> {
    return openMembersGateway(github, { serviceToken: github.serviceToken, ...change });
  }

  /** Signs in at GitHub, all the way to tokens; gives a way to use the refresh token that came last. */
  async function connect() {
    const browser = gateway.browser();
    const { client_id } = await register(browser);
    const begun = await goToProvider(browser, "github", authorizationQuery(client_id));
    const back = await browser.get(pathOf(github.approve(begun)));
    let { refresh_token } = await completeSignIn(browser, client_id, back);
    github.asked.length = 0;
    return {
      async refresh() {
        const answer = await refresh(browser, client_id, refresh_token);
        refresh_token = answer.body.refresh_token ?? refresh_token;
        return answer;
      },
    };
  }

  test.each([
    ["the organization has let them go", () => github.memberships.delete(ofAcme)],
    ["the organization has another name now", () => github.memberships.set(ofAcme, "301")],
    [
      "they are only invited to the team",
      () => github.memberships.delete(ofAcme) && github.memberships.set(ofTools, "pending"),
    ],
    ["the account is gone", () => Object.assign(github, { user: { id: 1, login: "octocat" } })],
  ])("ends what rests on it once %s", async (_what, change) => {
    const { refresh } = await connect();
    change();
    gateway.advance(day + hour);
    const answer = await refresh();
    expect([answer.status, answer.body.error]).toEqual([400, "invalid_grant"]);
  });

  test("is that of the account, by its number: who takes over a login that was given up gains nothing", async () => {
    const { refresh } = await connect();
    github.user = { id: 583231, login: "octocat-renamed" }; // and another octocat is a member of acme
    gateway.advance(day);
    expect((await refresh()).body.error).toBe("invalid_grant");
    expect(github.asked).toContain("/orgs/acme/members/octocat-renamed");
    expect(github.asked).not.toContain(ofAcme);
  });

  test("finds out that a login has changed, and the list of who may sign in counts anew", async () => {
    await gateway[Symbol.asyncDispose]();
    gateway = await open({ allowedUsers: ["octocat"] });
    const { refresh } = await connect();
    github.user = { id: 583231, login: "octocat-renamed" };
    github.memberships.set("/orgs/acme/members/octocat-renamed", "active");
    gateway.advance(day);
    expect((await refresh()).body.error).toBe("invalid_grant");
  });

  test("gives nothing to who has taken over a login meanwhile that a list names", async () => {
    await gateway.ports.store.loginOwners.claim("hubot", "gh|1");
    const { refresh } = await connect();
    github.user = { id: 583231, login: "hubot" };
    gateway.advance(day);
    expect((await refresh()).body.error).toBe("invalid_grant");
  });

  test("of a team goes on when an organization of another rule has another name now, and the log says what to do", async () => {
    github.memberships.set(ofTools, "active");
    const { refresh } = await connect();
    github.memberships.set(ofAcme, "301");
    gateway.advance(day + hour);
    const answer = await refresh();
    expect([answer.status, answer.body.expires_in]).toEqual([200, hour]);
    expect(gateway.log.find((line) => line.includes("has another name at GitHub now"))).toContain('"rule":"acme"');
  });

  test("lets a grant go on beyond the day, day after day", async () => {
    const { refresh } = await connect();
    for (let days = 1; days <= 3; days += 1) {
      gateway.advance(day + hour);
      const answer = await refresh();
      expect([answer.status, answer.body.expires_in]).toEqual([200, hour]);
    }
  });

  test("is asked for by the account's number first, and only of what the server names", async () => {
    const { refresh } = await connect();
    gateway.advance(day);
    expect((await refresh()).status).toBe(200);
    expect(github.asked[0]).toBe("/user/583231");
    expect(github.asked.slice(1).sort()).toEqual([ofAcme, ofTools].sort());
  });

  test("is not asked for while it holds for as long as the token that is given", async () => {
    const { refresh } = await connect();
    gateway.advance(day - hour - 60);
    const answer = await refresh();
    expect([answer.body.expires_in, github.asked]).toEqual([hour, []]);
  });

  test("is not asked for of someone who is on the list besides", async () => {
    github.user = { id: 1, login: "hubot" };
    const { refresh } = await connect();
    gateway.advance(day + hour);
    expect([(await refresh()).status, github.asked]).toEqual([200, []]);
  });

  test("is asked for once for all that want to know at the same time", async () => {
    const [one, other] = [await connect(), await connect()];
    gateway.advance(day);
    const answers = await Promise.all([one.refresh(), other.refresh()]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(github.asked.filter((path) => path.startsWith("/user/"))).toHaveLength(1);
  });

  const outages: [string, object][] = [
    ["is out of order", { status: 502 }],
    ["is asked too often (429)", { status: 429 }],
    ["is asked too often (403, none remaining)", { status: 403, headers: { "x-ratelimit-remaining": "0" } }],
    ["is asked too often (403, retry later)", { status: 403, headers: { "retry-after": "60" } }],
  ];
  const refusals: [string, object][] = [
    ["does not take the token", { status: 401 }],
    ["does not let the token see it", { status: 403 }],
    ["sends us to what everybody sees", { status: 302, headers: { location: "/orgs/acme/public_members/octocat" } }],
  ];

  test.each([...outages, ...refusals])(
    "goes on to hold for its day when GitHub %s, and no longer",
    async (_what, fault) => {
      const { refresh } = await connect();
      Object.assign(github, fault);
      gateway.advance(day - 600);
      const answer = await refresh();
      expect([answer.status, answer.body.expires_in]).toEqual([200, 600]);
      expect(gateway.log.join("\n")).toContain("memberships could not be asked for again");
      gateway.advance(600);
      expect((await refresh()).status).not.toBe(200);
    },
  );

  test.each(outages)("is 503 after its day while GitHub %s, and the grant outlives that", async (_what, fault) => {
    const { refresh } = await connect();
    Object.assign(github, fault);
    gateway.advance(day + hour);
    const answer = await refresh();
    expect([answer.status, answer.body.error]).toEqual([503, "temporarily_unavailable"]);
    expect(answer.headers["retry-after"]).toBeDefined();
    Object.assign(github, { status: 200, headers: {} });
    gateway.advance(31);
    expect((await refresh()).status).toBe(200);
  });

  test("is 503 after its day while GitHub cannot be reached", async () => {
    const { refresh } = await connect();
    await github[Symbol.asyncDispose]();
    gateway.advance(day + hour);
    expect((await refresh()).status).toBe(503);
    github = await startFakeGitHub();
  });

  test.each(refusals)("sends the person to sign in anew after its day when GitHub %s", async (_what, fault) => {
    const { refresh } = await connect();
    Object.assign(github, fault);
    gateway.advance(day + hour);
    expect((await refresh()).body.error).toBe("invalid_grant");
  });

  test("is not asked for in the half minute after GitHub failed", async () => {
    const { refresh } = await connect();
    github.status = 502;
    gateway.advance(day);
    expect([(await refresh()).status, (await refresh()).status]).toEqual([503, 503]);
    expect(github.failed).toEqual(["/user/583231"]);
  });

  test("ends after its day once there is no service token any more", async () => {
    await gateway[Symbol.asyncDispose]();
    gateway = await open({ serviceToken: undefined });
    const { client_id: clientId } = await register(gateway.browser());
    const now = gateway.ports.clock();
    const memberships = { orgs: ["acme"], teams: [], askedAt: now };
    const user = { sub: "gh|583231", login: "octocat", memberships };
    const of = { clientId, user, resource: timeUrl, scope: "mcp", authTime: now, createdAt: now };
    const ends = now + 90 * day;
    const generation = { digest: digest("rt"), grantId: "g", issuedAt: now, expiresAt: ends };
    await gateway.ports.store.grants.create({ ...of, grantId: "g", expiresAt: ends }, generation);
    gateway.advance(day);
    const form = { grant_type: "refresh_token", refresh_token: "rt", client_id: clientId };
    expect((await gateway.browser().post("/token").type("form").send(form).expect(400)).body.error).toBe(
      "invalid_grant",
    );
  });

  test("the service token is in no log", async () => {
    const { refresh } = await connect();
    for (const fault of [{}, { status: 401 }, { status: 502 }]) {
      Object.assign(github, fault);
      gateway.advance(day);
      await refresh();
    }
    expect(gateway.log.join("\n")).not.toContain(github.serviceToken);
  });
});
