import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { WaitError } from "../../LroError.ts"
import type { CallOptions, StartOptions } from "../../Requests.ts"
import type { Started } from "../../Waits.ts"
import * as Telemetry from "../base/telemetry.ts"
import { ofTag, refuse } from "./options.ts"
import { type Intake, rows } from "./rows.ts"
import { type FleetInput, isCount } from "./settings.ts"

/** What of the options of a wait is for each call. */
const callOptions = (
  { errorFormat, headers, quotaProject, retry, timeout }: CallOptions
): CallOptions => ({ errorFormat, headers, quotaProject, retry, timeout })

/** Starts one operation: `start` of a client, whatever its types. */
type Start = (
  method: unknown,
  request: unknown,
  options: StartOptions
) => Effect.Effect<Started<unknown, unknown>, WaitError>

type Requests<E, R> = Iterable<unknown> | Stream.Stream<unknown, E, R>

/** The requests of a fleet that starts its operations. */
const feedRequests = <E, R>(
  start: Start,
  method: unknown,
  requests: Requests<E, R>,
  options: StartOptions,
  concurrency: number
) =>
(intake: Intake): Effect.Effect<void, E, R> =>
  (Stream.StreamTypeId in requests ? requests : Stream.fromIterable(requests)).pipe(
    Stream.zipWithIndex,
    Stream.mapEffect(([request, index]) =>
      Effect.suspend(() => {
        intake.requests.add()
        return Effect.zipRight(
          Telemetry.add(Telemetry.fleetRequests("start")),
          Effect.exit(start(method, request, options))
        )
      }).pipe(
        Effect.flatMap((exit) => {
          if (Exit.isSuccess(exit)) return intake.add(index, exit.value, request)
          const error = Cause.failureOption(exit.cause)
          if (Option.isNone(error)) return Effect.failCause(exit.cause as Cause.Cause<never>)
          return intake.fail(index, request, error.value.operation, error.value)
        })
      ), { concurrency, unordered: true }),
    Stream.runDrain
  )

/** What `Fleet.run` takes. */
interface Given extends CallOptions, FleetInput, StartOptions {
  readonly concurrency?: number | undefined
}

/**
 * The rows of requests.
 *
 * @internal
 */
export const run = <E, R>(
  tag: Effect.Effect<object, unknown, unknown>,
  method: unknown,
  requests: Requests<E, R>,
  options: Given = {}
): Stream.Stream<unknown, unknown, unknown> => {
  const { abortStart, concurrency = 16, idempotent, onStarted, ...others } = options
  const starting = { ...callOptions(others), abortStart, idempotent, onStarted }
  return ofTag(tag, others, "Fleet.run", (client, own) => {
    if (!isCount(concurrency)) {
      return refuse("Fleet.run", "concurrency", "is not a whole number from 1")
    }
    const { start } = client as { readonly start: Start }
    const feed = feedRequests(start, method, requests, starting, concurrency)
    return Stream.map(
      rows(client, "Fleet.run", own.options, own.fleet, feed),
      ({ exit, index, ref, request }) => ({ index, request, ref: Option.fromNullable(ref), exit })
    )
  })
}
