import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { textOf } from "../clients/connected.ts";
import { answerForm, answerSampling, shownRoots } from "./answers.ts";
import { type ClientOptions, type ConnectEraClient, type EraClient, failed, headersOf } from "./era-client.ts";

/** The official SDK's second version, in the older wire. */
export const connectSdkV2Legacy: ConnectEraClient = (url, options) => connect(url, options, "legacy");

/** The official SDK's second version, in the newer wire alone. */
export const connectSdkV2Modern: ConnectEraClient = (url, options) => connect(url, options, { pin: "2026-07-28" });

async function connect(url: string, options: ClientOptions, mode: "legacy" | { pin: string }): Promise<EraClient> {
  const capabilities = { elicitation: {}, sampling: {}, roots: {} };
  const client = new Client({ name: "eras-sdk-v2", version: "1.0.0" }, { capabilities, versionNegotiation: { mode } });
  client.setRequestHandler("elicitation/create", async ({ params: { message } }) => {
    await options.onForm?.(message);
    return answerForm(message);
  });
  client.setRequestHandler("sampling/createMessage", ({ params }) => answerSampling(params));
  client.setRequestHandler("roots/list", () => shownRoots);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: headersOf(options) } });
  await client.connect(transport);
  return {
    async call(name, args = {}, { onProgress, ...wanted } = {}) {
      try {
        const progress = onProgress && { onprogress: onProgress };
        const result = await client.callTool({ name, arguments: args }, { ...wanted, ...progress });
        return { text: textOf(result), isError: result.isError === true };
      } catch (error) {
        return failed(error);
      }
    },
    disconnect: () => client.close(),
    async [Symbol.asyncDispose]() {
      await transport.terminateSession();
      await client.close();
    },
  };
}
