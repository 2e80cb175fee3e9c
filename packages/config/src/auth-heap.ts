/**
 * How V8 is told to keep the heap of auth small; for whoever starts auth with node. By itself it lets 32 MiB of short-lived
 * objects pile up, and the heap grow to a multiple of what lives, before it tidies up. The upper bound is far above
 * what auth needs: it makes the growth careful.
 */
export const authHeapFlags = ["--max-semi-space-size=2", "--max-old-space-size=512"] as const;
