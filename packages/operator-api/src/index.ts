export type { ClientList, ClientView, DeletedClients } from "./clients.ts";
export type { RotatedKeys, RotationKind } from "./keys.ts";
export type { PurgeAnswer, RestoreAnswer } from "./maintenance.ts";
export type { Stats } from "./stats.ts";
export type { RevokedTokens, TokenList, TokenView } from "./tokens.ts";
export type { UserList, UserView } from "./users.ts";
