import { describe, expect, test } from "@jest/globals";
import { capabilityFingerprint, declares, type InputRequest, mayBeAsked, requiredCapability } from "../../src/index.ts";

describe("what a client must have declared to be asked", () => {
  const elicitation = (mode?: string): InputRequest => ({ method: "elicitation/create", params: { mode } });
  const sampling = (params: InputRequest["params"]): InputRequest => ({ method: "sampling/createMessage", params });
  const roots: InputRequest = { method: "roots/list", params: {} };

  test.each<[InputRequest, InputRequest["params"], boolean]>([
    [roots, {}, false],
    [roots, { roots: {} }, true],
    [sampling({}), {}, false],
    [sampling({}), { sampling: {} }, true],
    [sampling({ tools: [] }), { sampling: {} }, false],
    [sampling({ toolChoice: {} }), { sampling: {} }, false],
    [sampling({ tools: [] }), { sampling: { tools: {} } }, true],
    [elicitation(), {}, false],
    [elicitation(), { elicitation: {} }, true],
    [elicitation("form"), { elicitation: { form: {} } }, true],
    [elicitation("form"), { elicitation: { url: {} } }, false],
    [elicitation("url"), { elicitation: {} }, false],
    [elicitation("url"), { elicitation: { url: {} } }, true],
  ])("%j of %j: %s", (asked, capabilities, may) =>
    expect(declares(capabilities, requiredCapability(asked) ?? {})).toBe(may),
  );

  test("is nothing that exists for other methods", () =>
    expect(requiredCapability({ method: "tasks/list", params: {} })).toBeUndefined());
});

test.each([
  [{}, ""],
  [{ experimental: { x: {} } }, ""],
  [{ roots: { listChanged: true } }, "roots"],
  [{ elicitation: {} }, "elicitation.form"],
  [{ elicitation: { form: {} }, roots: {} }, "elicitation.form roots"],
  [{ elicitation: { url: {} } }, "elicitation.url"],
  [{ sampling: { tools: {}, context: {} } }, "sampling sampling.context sampling.tools"],
  [{ extensions: { "a b": {}, a: {} } }, 'extensions."a b" extensions."a"'],
  [{ extensions: { "io.modelcontextprotocol/tasks": {}, a: {} } }, 'extensions."a"'],
])("children are shared by clients that can take the same: %j", (capabilities, fingerprint) =>
  expect(capabilityFingerprint(capabilities)).toBe(fingerprint),
);

test.each([
  [{}, false],
  [{ experimental: { x: {} } }, false],
  [{ extensions: { "io.modelcontextprotocol/ui": {}, "io.modelcontextprotocol/tasks": {} } }, false],
  [{ roots: {} }, true],
  [{ sampling: {} }, true],
  [{ elicitation: { url: {} } }, true],
])("a client that declares %j can be asked something: %s", (capabilities, may) =>
  expect(mayBeAsked(capabilities)).toBe(may),
);
