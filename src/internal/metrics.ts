import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"

/** Half a second to about nine hours, each bound twice the one before. */
const seconds = MetricBoundaries.exponential({ start: 0.5, factor: 2, count: 18 })

/** @internal */
export const waitsStarted = Metric.counter("effect_lro_waits_started", {
  description: "Waits that began",
  incremental: true
})

const ended = Metric.counter("effect_lro_waits_ended", {
  description: "Waits that ended, by outcome",
  incremental: true
})

/** @internal */
export const liveWaits = Metric.gauge("effect_lro_live_waits", {
  description: "Waits that go on"
})

const polled = Metric.counter("effect_lro_polls", {
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

/** A metric for each value of a tag, made once: tagging costs more than counting. */
const byTag = (metric: Metric.Metric.Counter<number>, tag: string) => {
  const known = new Map<string, Metric.Metric.Counter<number>>()
  return (value: string): Metric.Metric.Counter<number> => {
    const tagged = known.get(value) ?? Metric.tagged(metric, tag, value)
    known.set(value, tagged)
    return tagged
  }
}

/** @internal */
export const waitsEnded = /*#__PURE__*/ byTag(ended, "outcome")

/** @internal */
export const polls = /*#__PURE__*/ byTag(polled, "code")
