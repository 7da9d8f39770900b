import * as Effect from "effect/Effect"
import type { WaitError } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { ResponseOptions, Target, WaitOptions } from "../../Requests.ts"
import { onOwnInterrupt } from "../base/fiber.ts"
import * as Telemetry from "../base/telemetry.ts"
import { cancelOnInterrupt } from "../call/cancel.ts"
import type { Dependencies } from "./dependencies.ts"
import { final } from "./final.ts"
import { resolve, spanOptions, type Subject } from "./subject.ts"

const method = "Operations.untilDone"

/**
 * What a wait gives for a final state.
 *
 * @internal
 */
export const result = <M, A, R>(
  state: Operation.Final<M>,
  { ref, response }: Pick<Subject<M>, "ref" | "response">,
  schema: Operation.ResponseSchema<A, R> | undefined
): Effect.Effect<A | Operation.Succeeded<M>, WaitError, R> =>
  Effect.flatMap(
    Operation.outcome(state, ref),
    (succeeded): Effect.Effect<A | Operation.Succeeded<M>, WaitError, R> =>
      schema === undefined
        ? Effect.succeed(succeeded)
        : Operation.response<A, R>(succeeded, ref, schema, response)
  )

/**
 * Waits for the end, and decodes the response where a Schema is given.
 *
 * @internal
 */
export const makeUntilDone =
  ({ checkName, settings, source, starting }: Dependencies) =>
  <M, R, A, R2>(
    target: Target<M>,
    options: WaitOptions<M, R> & Pick<Partial<ResponseOptions<A, R2>>, "response"> = {}
  ): Effect.Effect<A | Operation.Succeeded<M>, WaitError, R | R2> =>
    Telemetry.within(
      Effect.flatMap(resolve<M, R>(settings, checkName, method, target, options), (it) => {
        const wait = final<M, R>(settings, source, method, it, options)
        const ended = options.onInterrupt === "cancel"
          ? onOwnInterrupt(wait, () => cancelOnInterrupt(starting, it, options))
          : wait
        return Effect.flatMap(ended, (state) => result<M, A, R2>(state, it, options.response))
      }),
      method,
      spanOptions(target)
    )
