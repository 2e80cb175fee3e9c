import { conformanceServer } from "./conformance.ts";

/** One run of the official suite by clients of one wire, in front of a server of the other. */
export interface EraRun {
  readonly what: string;
  readonly choice: readonly string[];
  readonly server: string;
  /** Scenarios that run, those that are not scored included. */
  readonly scenarios: number;
  /** Those that do not pass, each with the reason. The test fails when one of them passes, and when another one does not. */
  readonly notPassed: Readonly<Record<string, string>>;
}

const noTasks = "not scored (extension): the tasks extension is not served";

/** Of 37 scored scenarios 36 pass. */
export const eraRuns: readonly EraRun[] = [
  {
    what: "a modern client with a legacy server",
    choice: ["--requirements", "2026-07-28"],
    server: conformanceServer,
    scenarios: 50,
    notPassed: {
      "input-required-result-basic-elicitation":
        "wants the key user_name, which the server chooses: a legacy elicitation has no key",
      "http-custom-header-server-validation": "not scored (pending): the fixture has no tool with x-mcp-header",
      "tasks-lifecycle": noTasks,
      "tasks-capability-negotiation": noTasks,
      "tasks-wire-fields": noTasks,
      "tasks-request-state-removal": noTasks,
      "tasks-mrtr-input": noTasks,
      "tasks-request-headers": noTasks,
      "tasks-dispatch-and-envelope": noTasks,
      "tasks-required-task-error": noTasks,
      "tasks-mrtr-composition": noTasks,
      "tasks-status-notifications": "not scored (extension): it has no check",
    },
  },
];
