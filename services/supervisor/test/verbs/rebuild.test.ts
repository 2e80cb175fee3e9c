import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { GatewayStatus } from "../../src/domain/server-state.ts";
import { listenOperator, operatorSocketPath } from "../../src/operator-socket.ts";
import { rebuildBy } from "../../src/verbs/rebuild.ts";
import { makeFolder } from "../fixtures/person.ts";

let place: ReturnType<typeof makeFolder>;
beforeEach(() => {
  place = makeFolder();
});
afterEach(() => place.remove());

/** A gateway of one process as the operator socket shows it; counts how often that was started anew. */
async function gatewayThatRuns() {
  let restarts = 0;
  const status = () => ({ processes: [{ name: "auth", pid: 1, restarts }], servers: [] }) as unknown as GatewayStatus;
  const operations = {
    status,
    restart: () => {
      restarts += 1;
      return ["auth"];
    },
    takeUp: async () => [],
    down: () => {},
  };
  const server = await listenOperator(operatorSocketPath(join(place.folder, "data/run"), process.env), operations);
  return { restarts: () => restarts, close: () => server.close() };
}

describe("rebuild, in local mode", () => {
  test("compiles, and says how to start a gateway that does not run", async () => {
    let compiled = 0;
    const { code, printed } = await place.run(
      rebuildBy(async () => {
        compiled += 1;
        return 0;
      }),
      [],
    );
    expect([code, compiled]).toEqual([0, 1]);
    expect(printed).toContain("just up");
  });

  test("starts what runs anew, once it is compiled", async () => {
    const gateway = await gatewayThatRuns();
    const { code, printed } = await place.run(
      rebuildBy(async () => gateway.restarts()), // 0: nothing was restarted before
      [],
    );
    expect([code, gateway.restarts()]).toEqual([0, 1]);
    expect(printed).toMatch(/Restarting auth …[\s\S]*just down, then just up/);
    gateway.close();
  });

  test("restarts nothing when it cannot be compiled", async () => {
    const gateway = await gatewayThatRuns();
    await expect(
      place.run(
        rebuildBy(async () => 1),
        [],
      ),
    ).rejects.toThrow("Nothing was restarted");
    expect(gateway.restarts()).toBe(0);
    gateway.close();
  });
});
