import { type Family, Histogram, oneSeries, processFamilies, seriesByLabel } from "@gateway/telemetry";
import { providerOf } from "./domain/sign-in-provider.ts";
import type { VerifyRefusal } from "./domain/verify-refusal.ts";
import type { OAuthErrorCode } from "./errors.ts";

/** How tokens are obtained, as it is counted. */
export type CountedGrant = "authorization_code" | "refresh_token" | "device_code" | "personal";

/** Why a grant ended before its time. */
export type RevocationReason = "client" | "user" | "client_deleted" | "operator" | "replay";

/** Seconds: from a token that is remembered to the longest that /verify may take. */
const verifyBounds = [0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1];

/** What auth counts. Labels come from closed lists: no user, client, server or token is among them. */
export class Metrics {
  readonly verified = new Map<VerifyRefusal | "allowed", number>();
  readonly verifyDuration = new Histogram(verifyBounds);
  readonly tokensIssued = new Map<CountedGrant, number>();
  readonly grantsRevoked = new Map<RevocationReason, number>();
  readonly signIns = { allowed: new Map<string, number>(), refused: new Map<string, number>() };
  readonly errors = new Map<OAuthErrorCode, number>();
  registrations = 0;
  /** Requests that failed for the store; those of /verify are its outcome `unavailable`. */
  storeErrors = 0;

  /** @param startedAt by `performance.now()` */
  verify(outcome: VerifyRefusal | "allowed", startedAt: number): void {
    add(this.verified, outcome);
    this.verifyDuration.observe((performance.now() - startedAt) / 1_000);
  }

  tokenIssued(grant: CountedGrant): void {
    add(this.tokensIssued, grant);
  }

  revoked(reason: RevocationReason, grants = 1): void {
    add(this.grantsRevoked, reason, grants);
  }

  /** @param sub of the user, which says how they signed in */
  signedIn(sub: string, outcome: "allowed" | "refused"): void {
    add(this.signIns[outcome], providerOf(sub) ?? "other");
  }

  error(code: OAuthErrorCode): void {
    add(this.errors, code);
  }
}

function add<Label>(counts: Map<Label, number>, label: Label, count = 1): void {
  counts.set(label, (counts.get(label) ?? 0) + count);
}

/** Every metric of auth as it stands. docs/operations.md names them. */
export function collectFamilies(metrics: Metrics): readonly Family[] {
  const { verified, verifyDuration, tokensIssued, grantsRevoked, errors, registrations, storeErrors } = metrics;
  const signIns = Object.entries(metrics.signIns).flatMap(([outcome, counts]) =>
    [...counts].map(([provider, value]) => ({ labels: { provider, outcome }, value })),
  );
  const took = "From a question to /verify to its answer.";
  return [
    seriesByLabel("auth_verify_total", "Questions to /verify, by how they were answered.", "outcome", verified),
    { name: "auth_verify_duration_seconds", type: "histogram", help: took, series: [{ value: verifyDuration }] },
    seriesByLabel(
      "auth_tokens_issued_total",
      "Access tokens given out, by how they were obtained.",
      "grant",
      tokensIssued,
    ),
    seriesByLabel("auth_grants_revoked_total", "Grants that were ended, by who ended them.", "reason", grantsRevoked),
    { name: "auth_sign_ins_total", type: "counter", help: "Sign-ins, by provider and outcome.", series: signIns },
    oneSeries("auth_clients_registered_total", "counter", "Clients that registered themselves.", registrations),
    seriesByLabel("auth_errors_total", "Errors that clients and people were answered, by code.", "error", errors),
    oneSeries("auth_store_errors_total", "counter", "Requests that failed for the store, /verify apart.", storeErrors),
    ...processFamilies("auth"),
  ];
}
