import type * as Headers from "@effect/platform/Headers"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { type CallError, CredentialsError } from "../../CallError.ts"
import { cutOff } from "../base/cutOff.ts"
import { inWords } from "../base/inWords.ts"
import { peek } from "../credentials/port.ts"
import * as ForeignCause from "../errors/foreignCause.ts"
import type { Attempt } from "./attempt.ts"
import { send, wasSent } from "./send.ts"

/**
 * One attempt with credentials, and after a 401 one more if they could be renewed.
 *
 * @internal
 */
export const authorised = <A>(attempt: Attempt<A>): Effect.Effect<A, CallError> => {
  const { settings } = attempt
  const { credentials } = settings
  const authorisedBy = (headers: Headers.Headers) =>
    Effect.catchAll(
      send(attempt, headers),
      (error) =>
        error._tag === "UNAUTHENTICATED" && error.httpStatus === 401 &&
          attempt.rejected === undefined &&
          attempt.call.progress?.stopped !== true
          ? renewed(attempt, error)
          : Effect.fail(error)
    )
  return Effect.withFiberRuntime<A, CallError>((fiber) => {
    const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
    const known = peek(credentials, settings.scopes, clock.unsafeCurrentTimeMillis())
    // Headers that a call has sent before are of the right universe.
    return known !== undefined && wasSent(settings, known)
      ? authorisedBy(known)
      : Effect.flatMap(obtained(attempt, ownHeaders(attempt)), authorisedBy)
  })
}

const request = <A>({ host, settings }: Attempt<A>) => ({ scopes: settings.scopes, host })

const ownHeaders = <A>(attempt: Attempt<A>): Effect.Effect<Headers.Headers, CredentialsError> => {
  const { credentials, universeDomain } = attempt.settings
  return Effect.flatMap(
    credentials.universeDomain,
    (own) =>
      Option.isNone(own) || own.value === universeDomain
        ? credentials.headers(request(attempt))
        // No token leaves for another universe than its own.
        : Effect.fail(
          new CredentialsError({
            reason: "UniverseMismatch",
            transient: false,
            description:
              `the credentials are of the universe ${own.value}, the client is of ${universeDomain}`
          })
        )
  )
}

const renewed = <A>(attempt: Attempt<A>, error: CallError): Effect.Effect<A, CallError> => {
  const { progress } = attempt.call
  // Those that were sent: who has queued may have other ones than it began with.
  const rejected = attempt.credentials as Headers.Headers
  if (progress !== undefined) progress.sending = false
  return Effect.flatMap(
    obtained(
      attempt,
      Effect.suspend(() => attempt.settings.credentials.refresh(request(attempt), rejected))
    ),
    Option.match({
      onNone: () => Effect.fail(error),
      onSome: (fresh) => {
        attempt.rejected = rejected
        return send(attempt, fresh)
      }
    })
  )
}

/**
 * Headers that may have changed since they were obtained, as who waits for his turn has them.
 *
 * @internal
 */
export const current = <A>(attempt: Attempt<A>): Effect.Effect<Headers.Headers, CredentialsError> =>
  obtained(attempt, attempt.settings.credentials.headers(request(attempt)))

/** A source that hangs holds up a call no longer than an attempt may take. */
const obtained = <A, B>(
  { timeoutMillis }: Attempt<A>,
  effect: Effect.Effect<B, CredentialsError>
): Effect.Effect<B, CredentialsError> =>
  cutOff(
    effect,
    timeoutMillis,
    (cause) =>
      cause === undefined
        ? new CredentialsError({
          reason: "Timeout",
          transient: true,
          description: `no credentials within ${inWords(timeoutMillis)}`
        })
        : new CredentialsError({
          reason: "Unavailable",
          transient: true,
          description: "the source died or was interrupted",
          cause: ForeignCause.ofTransport(Cause.squash(cause))
        })
  )
