/** What the service measures of itself. */
import type { EndSession } from "endsession";
import type { StoreCounters } from "./counted-store.ts";
import { type Counter, type Histogram, Metrics } from "./metrics.ts";

/** The metrics by name. */
export interface Measures {
  readonly metrics: Metrics;
  readonly store: StoreCounters;
  /** Answers of `/verify`, by `answer`. */
  readonly verifications: Counter;
  /** Requests without the service credential, or with a wrong one. */
  readonly refusals: Counter;
  /** How long requests took, in seconds; event streams are left out. */
  readonly seconds: Histogram;
}

/** Most checks take less than a millisecond, and a strict end at most B. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Makes the metrics of one process. */
export function createMeasures(): Measures {
  const metrics = new Metrics();
  const answers = ["live", "refused", "unavailable"].map((answer) => ({ answer }));
  return {
    metrics,
    store: {
      ends: metrics.counter("endsession_ends_total", "Committed ends of sessions.", []),
      lookups: metrics.counter(
        "endsession_session_lookups_total",
        "Sessions looked up in the store, since memory could not answer.",
      ),
      failures: metrics.counter(
        "endsession_store_failures_total",
        "Calls of the session store that failed.",
      ),
    },
    verifications: metrics.counter(
      "endsession_verify_answers_total",
      "Answers of GET /verify.",
      answers,
    ),
    refusals: metrics.counter(
      "endsession_service_credential_refusals_total",
      "Requests without the service credential, or with a wrong one.",
    ),
    seconds: metrics.histogram(
      "endsession_request_seconds",
      "Seconds until requests were answered, without event streams.",
      bounds,
    ),
  };
}

/** Adds what is known only when somebody looks. */
export function watchHealth(
  { metrics }: Measures,
  { sessions }: EndSession,
  streams: () => number,
): void {
  metrics.gauge("endsession_store_up", "Whether the session store answers.", async () =>
    Number((await sessions.health()).store),
  );
  metrics.gauge(
    "endsession_lease_held",
    "Whether this instance may answer from memory.",
    async () => Number((await sessions.health()).lease === "held"),
  );
  metrics.gauge("endsession_event_streams", "Event streams that are open.", streams);
}
