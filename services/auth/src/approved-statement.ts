import { endpointPaths } from "./domain/authorization-server-metadata.ts";
import type { Result } from "./domain/result.ts";
import { checkSoftwareStatement, type SoftwareStatement, type StatementRefusal } from "./domain/software-statement.ts";
import type { Ports } from "./ports.ts";

/**
 * What a software statement says (RFC 7591 2.3), if the operator approves its issuer.
 * @param now seconds since the epoch; undefined: whatever times it names
 */
export function checkApprovedStatement(
  { config, resourceServers }: Pick<Ports, "config" | "resourceServers">,
  statement: string,
  now: number | undefined,
): Result<SoftwareStatement, StatementRefusal> {
  const { softwareStatements: issuers = [] } = resourceServers.registration || {};
  const audiences = [config.issuer, `${config.issuer}${endpointPaths.registration_endpoint}`];
  return checkSoftwareStatement(statement, { issuers, audiences, now });
}
