/** What the proxy needs to know of a method of the modern wire (mcp-wire.md §2.2, §2.4, §2.5). */
export interface ModernMethod {
  /** The parameter that `Mcp-Name` repeats. */
  readonly nameParameter?: "name" | "uri" | "taskId";
  /** Its complete results say for how long, and for whom, they may be kept. */
  readonly cacheable?: boolean;
  /** Its result may ask the client for input first. */
  readonly mayAskForInput?: boolean;
  /** It exists for clients that declare this extension. */
  readonly extension?: string;
}

/** Calls that go on by themselves, and are asked after (mcp-wire.md §4.1). */
export const tasksExtension = "io.modelcontextprotocol/tasks";

/** Every request that a client may send. What is not here was removed, or is of an extension that is not served. */
const modernMethods: ReadonlyMap<string, ModernMethod> = new Map<string, ModernMethod>(
  Object.entries({
    "server/discover": { cacheable: true },
    "tools/list": { cacheable: true },
    "tools/call": { nameParameter: "name", mayAskForInput: true },
    "prompts/list": { cacheable: true },
    "prompts/get": { nameParameter: "name", mayAskForInput: true },
    "resources/list": { cacheable: true },
    "resources/templates/list": { cacheable: true },
    "resources/read": { nameParameter: "uri", cacheable: true, mayAskForInput: true },
    "completion/complete": {},
    "subscriptions/listen": {},
    "tasks/get": { nameParameter: "taskId", extension: tasksExtension },
    "tasks/update": { nameParameter: "taskId", extension: tasksExtension },
    "tasks/cancel": { nameParameter: "taskId", extension: tasksExtension },
  }),
);

/** What is known of a method; undefined: it does not exist there. */
export function modernMethod(method: string): ModernMethod | undefined {
  return modernMethods.get(method);
}

/** Parameters that only a retry of the modern wire has. */
export const retryParameters = ["inputResponses", "requestState"];
