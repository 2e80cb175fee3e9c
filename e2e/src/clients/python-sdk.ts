import type { PlainBrowser } from "../person.ts";
import { pythonPrograms } from "../python-programs.ts";
import type { Connected } from "./connected.ts";
import { redirectUrl } from "./memory-provider.ts";

const start = pythonPrograms("python mcp", "python-client.py", "mcp", "mcp.client.auth", "mcp.client.streamable_http");

/** The Python SDK's client, given only the MCP URL; a process of its own. */
export async function connectPythonSdk(mcpUrl: string, browser: PlainBrowser): Promise<Connected> {
  const program = await start(mcpUrl, redirectUrl);
  const answers = program.lines[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await answers.next();
    if (done) throw new Error(`the Python client ended: ${program.complaints()}`);
    return JSON.parse(value);
  };
  const ask = (question: object) => {
    program.say(JSON.stringify(question));
    return answer();
  };
  const { authorize } = await answer();
  const { callback } = await browser.visit(authorize, redirectUrl);
  program.say(callback.href);
  await answer();
  return {
    listTools: () => ask({}),
    callTool: (tool, args) => ask({ tool, args }),
    [Symbol.asyncDispose]: () => program.end(),
  };
}
