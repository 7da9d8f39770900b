import * as Headers from "@effect/platform/Headers"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as Stream from "effect/Stream"
import * as Tracer from "effect/Tracer"

/** The one that is there when no tracer is installed: nobody can read its spans. */
const none = Context.get(DefaultServices.liveServices, Tracer.Tracer)

/**
 * A span around an effect, if a tracer is installed: making one that nobody reads would be a sixth of the cost of a call, and a
 * quarter of the memory of a wait.
 *
 * @internal
 */
export const within = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  name: string,
  options: Tracer.SpanOptions
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) =>
    fiber.currentTracer === none
      ? effect
      : Effect.withSpan(effect, name, { ...options, captureStackTrace: false }) as Effect.Effect<
        A,
        E,
        R
      >
  )

/**
 * Whether somebody can read the spans of a fiber.
 *
 * @internal
 */
export const isTraced = (fiber: Fiber.RuntimeFiber<unknown, unknown>): boolean =>
  fiber.currentTracer !== none

/**
 * A span around a stream.
 *
 * @internal
 */
export const withStreamSpan = <A, E, R>(
  stream: Stream.Stream<A, E, R>,
  name: string,
  options: Tracer.SpanOptions
): Stream.Stream<A, E, R> =>
  Stream.withSpan(stream, name, { ...options, captureStackTrace: false }) as Stream.Stream<A, E, R>

/**
 * Counts one more.
 *
 * @internal
 */
export const add = (counter: Metric.Metric.Counter<number>): Effect.Effect<void> =>
  Metric.increment(counter)

/**
 * Moves a gauge.
 *
 * @internal
 */
export const shift = (gauge: Metric.Metric.Gauge<number>, by: number): Effect.Effect<void> =>
  Metric.incrementBy(gauge, by)

/**
 * Puts a value into a histogram.
 *
 * @internal
 */
export const record = (
  histogram: Metric.Metric.Histogram<number>,
  value: number
): Effect.Effect<void> => Metric.update(histogram, value)

/**
 * The span of a call; see {@link within}.
 *
 * @internal
 */
export const ofCall = <A, E, R>(
  call: Effect.Effect<A, E, R>,
  name: string,
  resource: string
): Effect.Effect<A, E, R> =>
  within(call, name, {
    kind: "client",
    attributes: { "gcp.resource.destination.id": resource }
  })

/**
 * The span that the caller is in, if a tracer is installed.
 *
 * @internal
 */
export const current: Effect.Effect<Tracer.Span | undefined> = Effect.withFiberRuntime((fiber) =>
  fiber.currentTracer === none
    ? Effect.succeed(undefined)
    : Effect.orElseSucceed(Effect.currentSpan, () => undefined)
)

/**
 * Sends headers with the W3C `traceparent` of the current span, unless there is none or they have one.
 *
 * @internal
 */
export const propagated = <A, E>(
  headers: Headers.Headers,
  send: (headers: Headers.Headers) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.withFiberRuntime((fiber) => {
    const span = fiber.currentSpan
    const isSent = span !== undefined && !Headers.has(headers, "traceparent") &&
      isId(span.traceId, 32) && isId(span.spanId, 16)
    if (!isSent) return send(headers)
    const flags = span.sampled ? "01" : "00"
    return send(
      Headers.set(headers, "traceparent", `00-${span.traceId}-${span.spanId}-${flags}`)
    )
  })

const isId = (text: string, length: number): boolean =>
  text.length === length && /^[0-9a-f]+$/.test(text) && !/^0+$/.test(text)

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

/** @internal */
export const rateQueueSeconds = /*#__PURE__*/ Metric.histogram(
  "effect_lro_rate_queue_seconds",
  /*#__PURE__*/ MetricBoundaries.exponential({ start: 0.001, factor: 4, count: 12 }),
  "How long requests waited for their turn in a rate"
)

const fleetRequested = /*#__PURE__*/ Metric.counter("effect_lro_fleet_requests", {
  description: "Requests of fleets, by kind",
  incremental: true
})

const fleetEndedOf = /*#__PURE__*/ Metric.counter("effect_lro_fleet_operations_ended", {
  description: "Rows of fleets that ended, by state",
  incremental: true
})

/** @internal */
export const fleetLive = /*#__PURE__*/ Metric.gauge("effect_lro_fleet_live_operations", {
  description: "Rows of fleets that go on"
})

/** @internal */
export const fleetLatenessSeconds = /*#__PURE__*/ Metric.histogram(
  "effect_lro_fleet_lateness_seconds",
  /*#__PURE__*/ MetricBoundaries.exponential({ start: 0.001, factor: 4, count: 12 }),
  "By how much the latest operation of a tick was asked for later than planned"
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

/** @internal */
export const fleetRequests = /*#__PURE__*/ byTag(fleetRequested, "kind")

/** @internal */
export const fleetEnded = /*#__PURE__*/ byTag(fleetEndedOf, "state")
