import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { TranslatedSession } from "./session.ts";

const methods = ["tools/call", "tools/list", "prompts/get", "resources/read"];
const members = fc.dictionary(
  fc.constantFrom(
    ...["resultType", "inputRequests", "requestState", "content", "structuredContent", "tools", "messages", "_meta"],
    ...["notifications", "requestId", "uri", "level"],
  ),
  fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom("input_required", "complete")),
);

test("whatever a server makes of its answers, every request is answered at most once, and nothing breaks", () => {
  const versions = fc.constantFrom("2024-11-05", "2025-06-18", "2025-11-25");
  fc.assert(
    fc.property(versions, fc.constantFrom(...methods), members, fc.jsonValue(), (version, method, result, error) => {
      const session = TranslatedSession.open({ version, capabilities: { elicitation: {}, roots: {} } });
      session.client({ id: 1, method, params: { name: "a" } });
      const first = session.server({ id: 1, result });
      const again = session.server({ id: 1, error });
      const answers = [...first.toClient, ...again.toClient].filter((told) => told.method === undefined);
      expect(answers.length).toBeLessThanOrEqual(1);
      for (const answer of answers) expect(answer.id).toBe(1);
    }),
  );
});

test("whatever a server says by itself is told to nobody, or as a notification", () => {
  const said = fc.constantFrom("message", "progress", "cancelled", "subscriptions/acknowledged", "resources/updated");
  fc.assert(
    fc.property(said, members, (name, params) => {
      const session = TranslatedSession.open();
      session.client({ method: "notifications/initialized" });
      const { toClient } = session.server({ method: `notifications/${name}`, params });
      for (const told of toClient) expect(told).not.toHaveProperty("id");
    }),
  );
});
