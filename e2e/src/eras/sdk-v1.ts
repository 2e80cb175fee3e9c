import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CreateMessageRequestSchema,
  ElicitRequestSchema,
  ListRootsRequestSchema,
} from "@modelcontextprotocol/sdk/types.js";
import { textOf } from "../clients/connected.ts";
import { answerForm, answerSampling, shownRoots } from "./answers.ts";
import { type ConnectEraClient, failed, headersOf } from "./era-client.ts";

/** The official SDK's first version, which speaks the older wire. */
export const connectSdkV1: ConnectEraClient = async (url, options) => {
  const capabilities = { elicitation: {}, sampling: {}, roots: {} };
  const client = new Client({ name: "eras-sdk-v1", version: "1.0.0" }, { capabilities });
  client.setRequestHandler(ElicitRequestSchema, async ({ params: { message } }) => {
    await options.onForm?.(message);
    return answerForm(message);
  });
  client.setRequestHandler(CreateMessageRequestSchema, ({ params }) => answerSampling(params));
  client.setRequestHandler(ListRootsRequestSchema, () => shownRoots);
  const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers: headersOf(options) } });
  await client.connect(transport as Transport);
  return {
    async call(name, args = {}, { onProgress, ...wanted } = {}) {
      try {
        const progress = onProgress && { onprogress: onProgress };
        const result = await client.callTool({ name, arguments: args }, undefined, { ...wanted, ...progress });
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
};
