/**
 * A call from its first attempt to its end: the one place where its failures are judged and told whom they are about.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import type { CallError } from "../../CallError.ts"
import type { CallOptions } from "../../Requests.ts"
import { about } from "../errors/about.ts"
import { hintOf } from "../errors/hint.ts"
import * as Verdict from "../errors/verdict.ts"
import { type Attempt, first } from "./attempt.ts"
import { authorised } from "./authorise.ts"
import type { Call } from "./call.ts"
import { CurrentCallOptions, overAmbient } from "./options.ts"
import { operationRef } from "./reference.ts"
import type { Retry } from "./retryOptions.ts"
import type { Settings } from "./settings.ts"

/**
 * Sends a call.
 *
 * @internal
 */
export const execute = <A>(
  settings: Settings,
  call: Call<A>,
  options: CallOptions
): Effect.Effect<A, CallError> =>
  Effect.withFiberRuntime((fiber) => {
    const ambient = Context.get(fiber.currentContext, CurrentCallOptions)
    const attempt = first(settings, call, overAmbient(ambient, options))
    return "_tag" in attempt
      ? Effect.flatMap(whole(settings, call, attempt), Effect.fail)
      : attempted(attempt)
  })

/** An error with all that the call knows of what it is about. */
const whole = <A>(
  settings: Settings,
  call: Call<A>,
  error: CallError,
  hint?: string
): Effect.Effect<CallError> =>
  Effect.map(
    operationRef(settings, call),
    (operation) =>
      about(error, {
        method: call.method,
        operation,
        parent: call.parent,
        page: call.page,
        hint
      })
  )

const attempted = <A>(attempt: Attempt<A>): Effect.Effect<A, CallError> =>
  Effect.catchAll(authorised(attempt), (error) => failed(attempt, error))

const failed = <A>(attempt: Attempt<A>, bare: CallError): Effect.Effect<A, CallError> => {
  const { call, retry, settings } = attempt
  const { progress } = call
  attempt.undecided ||= Verdict.mayBeCarriedOut(bare)
  const hint = attempt.undecided ? call.hint : undefined
  return Effect.flatMap(whole(settings, call, bare, hint), (error) => {
    if (progress !== undefined) Object.assign(progress, { sending: false, failure: error })
    if (
      attempt.arrived && (call.repeat === "cancel" || call.repeat === "delete") &&
      Verdict.isDoneAlready(error, call.repeat)
    ) {
      return Effect.succeed(undefined as A)
    }
    const mayRepeat = call.repeat === "unsent" ? Verdict.mayRepeatUnsent : Verdict.mayRepeat
    if (attempt.number >= retry.attempts || !mayRepeat(error) || progress?.stopped === true) {
      return Effect.fail(error)
    }
    const wish = hintOf(error)
    if (wish > retry.maxHint) return Effect.fail(error)
    attempt.arrived ||= Verdict.mayHaveArrived(error)
    return backoff(retry, attempt.number, wish).pipe(
      Effect.tap((delay) =>
        Effect.logWarning(
          `tried again at ${attempt.host}${call.path} in ${Math.ceil(delay)} ms: ${bare.message}`
        )
      ),
      Effect.flatMap((delay) => Effect.sleep(delay)),
      Effect.flatMap(() => {
        attempt.number++
        return attempted(attempt)
      })
    )
  })
}

/** Exponential, jittered between half and whole, at least the server's hint, in milliseconds. */
const backoff = (retry: Retry, failures: number, hint: number): Effect.Effect<number> =>
  Effect.map(Random.next, (random) => {
    const delay = Math.min(retry.cap, retry.initial * retry.multiplier ** (failures - 1))
    return Math.max(hint, delay * (0.5 + random / 2))
  })
