import type { ServerResponse } from "node:http";
import { requestIdHeader, requestIdOf } from "@gateway/telemetry";

/**
 * The id of the request that this answers, which from now on the answer bears too, if its headers are not out yet. Asked for only where
 * something fails, so that what succeeds does not pay for it (decision 204).
 */
export function bearRequestId(res: ServerResponse): string {
  const borne = res.getHeader(requestIdHeader);
  if (typeof borne === "string") return borne;
  const id = requestIdOf(res.req.rawHeaders);
  if (!res.headersSent) res.setHeader(requestIdHeader, id);
  return id;
}
