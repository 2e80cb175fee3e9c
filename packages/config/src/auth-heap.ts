/**
 * How V8 is told to keep the heap of auth small; for whoever starts auth with node (decision 40). By itself it lets 32 MiB
 * of short-lived objects pile up, and the heap grow to a multiple of what lives, before it tidies up; and it tidies up
 * with helper threads, for which the event loop waits where the machine has no CPU for them.
 */
export const authHeapFlags = ["--max-semi-space-size=2", "--max-old-space-size=512", "--no-parallel-scavenge"] as const;
