import { fileURLToPath } from "node:url";
import { conformanceServer } from "./conformance.ts";

const modernServer = fileURLToPath(new URL("../fixtures/conformance/modern-server.js", import.meta.url));

/** One run of the official suite by clients of one wire, in front of a server of that, of the other, or of both. */
export interface EraRun {
  readonly what: string;
  readonly choice: readonly string[];
  /** The server, and its arguments. */
  readonly server: readonly string[];
  /** Scenarios that run, those that are not scored included. */
  readonly scenarios: number;
  /** Those that do not pass, each with the reason. The test fails when one of them passes, and when another one does not. */
  readonly notPassed: Readonly<Record<string, string>>;
}

/** Those of the tasks extension. None of them is scored. */
const tasksBecause = (reason: string) => ({
  ...Object.fromEntries(
    [
      ...["lifecycle", "capability-negotiation", "wire-fields", "request-state-removal", "mrtr-input"],
      ...["request-headers", "dispatch-and-envelope", "required-task-error", "mrtr-composition"],
    ].map((name) => [`tasks-${name}`, `not scored (extension): ${reason}`]),
  ),
  "tasks-status-notifications": "not scored (extension): it has no check",
});

/** The proxy hands on tasks of a modern server: services/proxy/test/modern/native-tasks.test.ts. */
const noTasks = tasksBecause("the fixture has no tool that goes on as a task");

const modern = { choice: ["--requirements", "2026-07-28"], scenarios: 50 };

const legacy = { choice: ["--requirements", "2025-11-25"], scenarios: 33 };

/** Of the 37 scored scenarios of 2026-07-28 all pass with a server of the same wire, and 36 across; of the 30 of 2025-11-25 all. */
export const eraRuns: readonly EraRun[] = [
  { what: "modern clients, a server of both", ...modern, server: [modernServer], notPassed: noTasks },
  { what: "modern clients, a modern server", ...modern, server: [modernServer, "--modern"], notPassed: noTasks },
  {
    what: "modern clients, a legacy server",
    ...modern,
    server: [conformanceServer],
    notPassed: {
      "input-required-result-basic-elicitation":
        "wants the key user_name, which the server chooses: a legacy elicitation has no key",
      ...tasksBecause("a legacy server's tasks are run to their end, and modern clients are offered none"),
    },
  },
  { what: "legacy clients, a modern server", ...legacy, server: [modernServer, "--modern"], notPassed: {} },
  { what: "legacy clients, a server of both", ...legacy, server: [modernServer], notPassed: {} },
];
