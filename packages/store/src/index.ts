export { StoreDamaged } from "./embedded/file/check-file.ts";
export { StoreInUse } from "./embedded/folder-lock.ts";
export { type EmbeddedStoreOptions, openEmbeddedStore } from "./embedded/open.ts";
export type {
  AuthorizationCode,
  AuthorizationCodes,
  AuthorizationRequest,
  BrowserSession,
  BrowserSessions,
  Consents,
  ConsentTuple,
  Memberships,
  OpenIdUser,
  PendingAuthorization,
  PendingAuthorizations,
  UpstreamSignIn,
  User,
} from "./ports/authorization.ts";
export type { Backups, Restored, RestoreTally, Snapshot } from "./ports/backups.ts";
export type { ClientAssertions } from "./ports/client-assertions.ts";
export type { Client, Clients, JsonWebKeySet } from "./ports/clients.ts";
export type { DeviceApproval, DeviceAuthorization, DeviceCodes, DevicePoll } from "./ports/device.ts";
export type { Feed, FeedEvent } from "./ports/feed.ts";
export type { AccessTokenIds, Grant, Grants, RefreshToken, Rotation } from "./ports/grants.ts";
export type { LoginOwners } from "./ports/login-owners.ts";
export type {
  EraVerdictRecord,
  EraVerdicts,
  McpSession,
  McpSessionSetup,
  McpSessions,
  Replicas,
  RequestStateUses,
} from "./ports/proxies.ts";
export type { SealedSigningKeys } from "./ports/signing-keys.ts";
export { type Clock, type Store, StoreUnavailable } from "./ports/store.ts";
export { durabilityOf, type RedisDurability, readRedisDurability } from "./redis/durability.ts";
export { openRedisStore, type RedisStoreOptions } from "./redis/open.ts";
