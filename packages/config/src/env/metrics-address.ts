import { metricsPort, text } from "./values.ts";

/** The variables of the port of metrics, of a service that also has a public port. */
export function metricsAddress() {
  return {
    METRICS_PORT: metricsPort()
      .optional()
      .describe(
        "Port for GET /metrics, in the Prometheus text format; none by default. Not to be routed to the public",
      ),
    METRICS_HOST: text().default("127.0.0.1").describe("Address of that port; the image sets 0.0.0.0"),
  };
}

/** What is wrong with that port beside the public one, PORT. */
export function metricsPortProblems(env: { readonly PORT: number; readonly METRICS_PORT?: number | undefined }) {
  const allowed = "another port than PORT, which is the public one";
  return env.METRICS_PORT === env.PORT ? [{ at: "METRICS_PORT", allowed }] : [];
}
