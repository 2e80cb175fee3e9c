import type { RestoreAnswer } from "@gateway/operator-api";
import { counted } from "./render-columns.ts";

/** A backup as auth makes it; what verbs look at. */
export interface BackupContent {
  readonly format: string;
  readonly createdAt: string;
  readonly issuer: string;
  readonly clients: readonly unknown[];
  readonly grants: readonly unknown[];
  readonly refreshTokens: readonly unknown[];
  readonly loginOwners: readonly unknown[];
  readonly endedGrants: readonly unknown[];
  readonly revokedAccessTokens: readonly unknown[];
  readonly usedAssertions: readonly unknown[];
}

/** Whether a file's content is a backup, not encrypted. */
export function isBackup(content: unknown): content is BackupContent {
  const lists = [
    "clients",
    "grants",
    "refreshTokens",
    "loginOwners",
    "endedGrants",
    "revokedAccessTokens",
    "usedAssertions",
  ];
  return lists.every((name) => Array.isArray(Object(content)[name]));
}

/** How much of what is in a backup. */
export function countsOf(backup: BackupContent) {
  return {
    clients: backup.clients.length,
    tokens: backup.grants.length,
    refresh_tokens: backup.refreshTokens.length,
    marks: backup.endedGrants.length + backup.revokedAccessTokens.length + backup.usedAssertions.length,
  };
}

/** The same in words. */
export function renderCounts({ clients, tokens, refresh_tokens, marks }: ReturnType<typeof countsOf>): string {
  const things = [counted(clients, "client"), counted(tokens, "token"), counted(refresh_tokens, "refresh token")];
  return `${things.join(", ")}, ${counted(marks, "mark")} of what ended or was used`;
}

/** What a restore came to, or would. */
export function renderRestore(
  answer: RestoreAnswer,
  options: { readonly clear: boolean; readonly issuer: string },
): string[] {
  const line = (what: string, { restored, kept, expired }: RestoreAnswer["marks"]) =>
    `  ${what.padEnd(15)} ${restored} restored, ${kept} left as the gateway has it, ${expired} expired`;
  return [
    `${answer.dry_run ? "A restore would do this with" : "Restored"} the backup of ${answer.created_at}:`,
    line("Clients", answer.clients),
    line("Tokens", answer.grants),
    line("Refresh tokens", answer.refreshTokens),
    line("Marks", answer.marks),
    ...(options.clear
      ? [
          `  Ended first     ${counted(answer.removedClients, "client")} and ${counted(answer.revokedGrants, "token")} that are not in it`,
        ]
      : []),
    ...(answer.issuer === options.issuer
      ? []
      : [`It was made at ${answer.issuer}: clients of it that come to ${options.issuer} have to sign in again.`]),
  ];
}
