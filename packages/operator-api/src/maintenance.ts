import type { Restored, Store } from "@gateway/store";

/** `POST /purge`: what has expired and was dropped, or would be. */
export type PurgeAnswer = Awaited<ReturnType<Store["purgeExpired"]>> & { readonly dry_run: boolean };

/** `POST /restore`: what became of a backup's records, or would. */
export interface RestoreAnswer extends Restored {
  /** Where the backup was made. */
  readonly issuer: string;
  /** When: a date of ISO 8601. */
  readonly created_at: string;
  readonly dry_run: boolean;
}
