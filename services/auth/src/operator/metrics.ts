import { answerMetrics } from "@gateway/telemetry";
import type { RequestHandler } from "express";
import { collectFamilies } from "../metrics.ts";
import type { Ports } from "../ports.ts";

/** `GET /metrics`: what was counted, in the Prometheus text format. */
export function metricsPage({ metrics }: Pick<Ports, "metrics">): RequestHandler {
  return (_req, res) => answerMetrics(res, collectFamilies(metrics));
}
