import * as Effect from "effect/Effect"
import type { CallError, WaitError, WaitTimeout } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { Target, WaitOptions } from "../../Waits.ts"
import { onOwnInterrupt } from "../base/fiber.ts"
import * as Telemetry from "../base/telemetry.ts"
import { cancelOnInterrupt } from "../call/cancel.ts"
import { messageOf } from "../operation/messageType.ts"
import type { Dependencies } from "./dependencies.ts"
import { final } from "./final.ts"
import { type Reading, resolve, spanOptions, type Subject } from "./subject.ts"

/**
 * What every wait takes, whatever its overloads say.
 *
 * @internal
 */
export interface AnyOptions<R = never> extends WaitOptions<unknown, unknown, R>, Reading {}

/**
 * The response: as a Schema of the caller's own says, else as the method says; the final state where neither does.
 *
 * @internal
 */
export const result = (
  state: Operation.Final,
  { method, ref }: Pick<Subject, "method" | "ref">,
  { response }: Reading
): Effect.Effect<unknown, WaitError> =>
  Effect.flatMap(
    Operation.outcome(state, ref),
    (succeeded): Effect.Effect<unknown, WaitError> => {
      if (response !== undefined) {
        const message = messageOf(method?.response)
        return Operation.response(succeeded.operation, ref, response, message)
      }
      return method?.["~result"]?.(succeeded, ref) ?? Effect.succeed(succeeded)
    }
  )

const makeWaitFor = <A, E>(
  { checkName, settings, source, starting }: Dependencies,
  method: string,
  end: (state: Operation.Final, it: Subject, options: Reading) => Effect.Effect<A, E>
) =>
<R>(
  target: Target,
  options: AnyOptions<R> = {}
): Effect.Effect<A, E | CallError | WaitTimeout, R> =>
  Telemetry.within(
    Effect.flatMap(resolve(settings, checkName, method, target, options), (it) => {
      const wait = final(settings, source, method, it, options)
      const ended = options.onInterrupt === "cancel"
        ? onOwnInterrupt(wait, () => cancelOnInterrupt(starting, it, options))
        : wait
      return Effect.flatMap(ended, (state) => end(state, it, options))
    }),
    method,
    spanOptions(target)
  )

/**
 * Waits for the end, and decodes the response where somebody knows what it is.
 *
 * @internal
 */
export const makeUntilDone = (dependencies: Dependencies) =>
  makeWaitFor(dependencies, "Operations.untilDone", result)

/**
 * Waits for the end, whatever it is.
 *
 * @internal
 */
export const makeUntilFinal = (dependencies: Dependencies) =>
  makeWaitFor(dependencies, "Operations.untilFinal", Effect.succeed)
