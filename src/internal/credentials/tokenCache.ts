/**
 * The cache between the callers that want credentials and the source that makes them, one entry per set of scopes.
 *
 * A value is *fresh* until 225 seconds before it expires. Then it is *stale*: it is still served, and refreshed once in the
 * background. Once expired it is *invalid*: callers wait for the refresh. All callers share one refresh, which runs in a
 * fiber of its own: interrupting a caller fails nobody else, and a source that hangs is given up after ten seconds.
 *
 * A finished refresh, good or bad, holds off the next background one for ten seconds (the metadata server hands out the same
 * token until the last minutes). Without a valid value a failure is answered with the same error for one second, so that a
 * fleet of callers asks a broken source once a second and not as often as it can.
 *
 * @internal
 */
import type * as Headers from "@effect/platform/Headers"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import type * as Scope from "effect/Scope"
import { CredentialsError } from "../../LroError.ts"
import type { Service } from "./port.ts"
import { withPeek } from "./port.ts"

const staleMillis = 225_000
const backgroundHoldMillis = 10_000
const failureHoldMillis = 1_000

/** @internal */
export interface Cached<A> {
  readonly value: A
  /** Milliseconds since the epoch; `undefined` is a value that is good until it is refused. */
  readonly expiresAt: number | undefined
}

/** @internal */
export interface TokenCache<A> {
  readonly get: (scopes: ReadonlyArray<string>) => Effect.Effect<A, CredentialsError>
  /** The value, where it is there and fresh at an instant of the wall clock. */
  readonly peek: (scopes: ReadonlyArray<string>, now: number) => A | undefined
  /** A value other than the rejected one, by a refresh only if no caller got one in the meantime. */
  readonly refresh: (
    scopes: ReadonlyArray<string>,
    isRejected: (value: A) => boolean
  ) => Effect.Effect<Option.Option<A>, CredentialsError>
}

/** What is known about one set of scopes. Changed only between two steps of a fiber, never across one. */
interface Entry<A> {
  readonly scopes: ReadonlyArray<string>
  cached: Cached<A> | undefined
  flight: Fiber.RuntimeFiber<Cached<A>, CredentialsError> | undefined
  /** When and how the last refresh ended. */
  last: { readonly at: number; readonly error: CredentialsError | undefined } | undefined
}

const remaining = <A>(cached: Cached<A>, now: number): number =>
  cached.expiresAt === undefined ? Number.POSITIVE_INFINITY : cached.expiresAt - now

/**
 * A value that has expired when it arrives comes from a clock that differs from ours: it is served until the next refresh may
 * be asked for.
 */
const holdExpired = <A>(cached: Cached<A>, now: number): Cached<A> =>
  remaining(cached, now) > 0 ? cached : { ...cached, expiresAt: now + backgroundHoldMillis }

/** False when the wall clock was set back: a hold must not last for hours. */
const isHeld = <A>({ last }: Entry<A>, now: number, millis: number): boolean =>
  last !== undefined && now >= last.at && now < last.at + millis

const timedOut = () =>
  new CredentialsError({
    reason: "Timeout",
    transient: true,
    description: "the source gave none within 10 seconds"
  })

/** @internal */
export const make = <A, R>(
  source: (scopes: ReadonlyArray<string>) => Effect.Effect<Cached<A>, CredentialsError, R>
): Effect.Effect<TokenCache<A>, never, R | Scope.Scope> =>
  Effect.gen(function*() {
    const runFork = Runtime.runFork(yield* Effect.runtime<R>())
    const entries = new Map<string, Entry<A>>()
    yield* Effect.addFinalizer(() =>
      Effect.forEach(entries.values(), ({ flight }) =>
        flight === undefined ? Effect.void : Fiber.interrupt(flight))
    )

    /** A client asks with the same array each time. */
    const byArray = new WeakMap<ReadonlyArray<string>, Entry<A>>()

    const entryOf = (requested: ReadonlyArray<string>): Entry<A> => {
      const known = byArray.get(requested) ?? entryOfSet(requested)
      byArray.set(requested, known)
      return known
    }

    const entryOfSet = (requested: ReadonlyArray<string>): Entry<A> => {
      const scopes = [...new Set(requested)].sort()
      const key = scopes.join(" ")
      const known = entries.get(key)
      if (known !== undefined) {
        return known
      }
      const entry: Entry<A> = { scopes, cached: undefined, flight: undefined, last: undefined }
      entries.set(key, entry)
      return entry
    }

    const settle = (entry: Entry<A>, exit: Exit.Exit<Cached<A>, CredentialsError>) =>
      Effect.flatMap(Clock.currentTimeMillis, (at) => {
        entry.flight = undefined
        if (Exit.isSuccess(exit)) {
          entry.cached = holdExpired(exit.value, at)
          entry.last = { at, error: undefined }
          return Effect.void
        }
        const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
        if (error === undefined) {
          return Effect.void
        }
        entry.last = { at, error }
        return entry.cached !== undefined && remaining(entry.cached, at) > 0
          ? Effect.logWarning(
            "credentials were not refreshed, the old ones are still valid",
            error.message
          )
          : Effect.void
      })

    /** The refresh under way, else a new one. It begins with a yield: `settle` must not come before the flight is kept. */
    const refresh = (entry: Entry<A>): Fiber.RuntimeFiber<Cached<A>, CredentialsError> =>
      entry.flight ??= runFork(
        Effect.yieldNow().pipe(
          Effect.flatMap(() =>
            source(entry.scopes)
          ),
          Effect.disconnect,
          Effect.timeoutFail({ duration: "10 seconds", onTimeout: timedOut }),
          Effect.onExit((exit) => settle(entry, exit))
        )
      )

    const awaitRefresh = (
      entry: Entry<A>,
      now: number
    ): Effect.Effect<Cached<A>, CredentialsError> =>
      entry.flight === undefined && entry.last?.error !== undefined &&
        isHeld(entry, now, failureHoldMillis)
        ? Effect.fail(entry.last.error)
        : Effect.flatten(Fiber.await(refresh(entry)))

    return {
      peek: (scopes, now) => {
        const { cached } = entryOf(scopes)
        return cached !== undefined && remaining(cached, now) > staleMillis
          ? cached.value
          : undefined
      },
      get: (scopes) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const entry = entryOf(scopes)
          const { cached } = entry
          const left = cached === undefined ? 0 : remaining(cached, now)
          if (cached === undefined || left <= 0) {
            return Effect.map(awaitRefresh(entry, now), ({ value }) => value)
          }
          if (left <= staleMillis && !isHeld(entry, now, backgroundHoldMillis)) refresh(entry)
          return Effect.succeed(cached.value)
        }),
      refresh: (scopes, isRejected) =>
        Effect.flatMap(Clock.currentTimeMillis, (now) => {
          const entry = entryOf(scopes)
          const { cached } = entry
          if (cached !== undefined && remaining(cached, now) > 0 && !isRejected(cached.value)) {
            return Effect.succeed(Option.some(cached.value))
          }
          return Effect.map(
            awaitRefresh(entry, now),
            ({ value }) => isRejected(value) ? Option.none() : Option.some(value)
          )
        })
    }
  })

/**
 * The two methods of a credentials service over a cache of headers. Only `authorization` tells whether a token is another one:
 * a call may replace the quota project.
 *
 * @internal
 */
export const service = (
  cache: TokenCache<Redacted.Redacted<Headers.Headers>>
): Pick<Service, "headers" | "refresh"> => ({
  headers: withPeek(
    ({ scopes }) => Effect.map(cache.get(scopes), Redacted.value),
    (scopes, now) => {
      const headers = cache.peek(scopes, now)
      return headers === undefined ? undefined : Redacted.value(headers)
    }
  ),
  refresh: ({ scopes }, rejected) =>
    Effect.map(
      cache.refresh(scopes, (headers) =>
        Redacted.value(headers)["authorization"] === rejected["authorization"]),
      Option.map(Redacted.value)
    )
})
