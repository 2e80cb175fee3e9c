import type { Engine } from "./engine.ts";
import type { Clock, Store } from "./ports/store.ts";
import { Records } from "./records.ts";
import { backups } from "./subjects/backups.ts";
import { browserSessions } from "./subjects/browser-sessions.ts";
import { clientAssertions } from "./subjects/client-assertions.ts";
import { clients } from "./subjects/clients.ts";
import { authorizationCodes } from "./subjects/codes.ts";
import { consents } from "./subjects/consents.ts";
import { deviceCodes } from "./subjects/device-codes.ts";
import { eraVerdicts } from "./subjects/era-verdicts.ts";
import { purgeExpired } from "./subjects/expired.ts";
import { grants } from "./subjects/grants.ts";
import { loginOwners } from "./subjects/login-owners.ts";
import { mcpSessions } from "./subjects/mcp-sessions.ts";
import { pendingAuthorizations } from "./subjects/pending-authorizations.ts";
import { replicas } from "./subjects/replicas.ts";
import { requestStateUses } from "./subjects/request-state-uses.ts";
import { sealedSigningKeys } from "./subjects/signing-keys.ts";

/** The store, whole, over whichever engine keeps it. */
export function storeOver(engine: Engine, clock: Clock): Store {
  const records = new Records(engine, clock);
  return {
    clients: clients(records),
    clientAssertions: clientAssertions(records),
    pendingAuthorizations: pendingAuthorizations(records),
    codes: authorizationCodes(records),
    deviceCodes: deviceCodes(records),
    browserSessions: browserSessions(records),
    consents: consents(records),
    loginOwners: loginOwners(records),
    grants: grants(records),
    mcpSessions: mcpSessions(records),
    replicas: replicas(records),
    requestStateUses: requestStateUses(records),
    eraVerdicts: eraVerdicts(records),
    signingKeys: sealedSigningKeys(records),
    backups: backups(records),
    purgeExpired: (options) => purgeExpired(records, options),
    feed: engine.feed,
    ping: () => engine.ping(),
    close: () => engine.close(),
  };
}
