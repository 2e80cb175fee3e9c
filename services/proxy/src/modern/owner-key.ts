import type { Identity } from "../identity/identify.ts";

/**
 * Who may share a child: one user. A token that is limited to some tools shares one only with its like, since log lines
 * and notifications would tell it of the others. Pure.
 */
export function ownerKey({ sub, tools }: Identity): string {
  return JSON.stringify([sub, tools ?? null]);
}
