import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"

/** Half a second to about nine hours, each bound twice the one before. */
const seconds = MetricBoundaries.exponential({ start: 0.5, factor: 2, count: 18 })

/** @internal */
export const waitsStarted = Metric.counter("effect_lro_waits_started", {
  description: "Waits that began",
  incremental: true
})

/** @internal */
export const waitsEnded = Metric.counter("effect_lro_waits_ended", {
  description: "Waits that ended, by outcome",
  incremental: true
})

/** @internal */
export const liveWaits = Metric.gauge("effect_lro_live_waits", {
  description: "Waits that go on"
})

/** @internal */
export const polls = Metric.counter("effect_lro_polls", {
  description: "Polls, by the code that they ended with",
  incremental: true
})

/** @internal */
export const waitSeconds = Metric.histogram(
  "effect_lro_wait_duration_seconds",
  seconds,
  "How long waits took"
)

/** @internal */
export const pollLatenessSeconds = Metric.histogram(
  "effect_lro_poll_lateness_seconds",
  MetricBoundaries.exponential({ start: 0.001, factor: 4, count: 12 }),
  "How much later than wanted polls began"
)
