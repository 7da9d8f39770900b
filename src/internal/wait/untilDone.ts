import * as Effect from "effect/Effect"
import type { WaitError } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { ResponseOptions, Target, WaitOptions } from "../../Requests.ts"
import { onOwnInterrupt } from "../base/fiber.ts"
import * as Telemetry from "../base/telemetry.ts"
import { cancelOnInterrupt } from "../call/cancel.ts"
import type { Dependencies } from "./dependencies.ts"
import { final } from "./final.ts"
import { resolve, spanOptions } from "./subject.ts"

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
      Effect.gen(function*() {
        const method = "Operations.untilDone"
        const it = yield* resolve<M, R>(settings, checkName, method, target, options)
        const wait = final<M, R>(settings, source, method, it, options)
        const state = yield* options.onInterrupt === "cancel"
          ? onOwnInterrupt(wait, () => cancelOnInterrupt(starting, it, options))
          : wait
        const succeeded = yield* Operation.outcome(state, it.ref)
        return options.response === undefined
          ? succeeded
          : yield* Operation.response<A, R2>(succeeded, it.ref, options.response, it.response)
      }),
      "Operations.untilDone",
      spanOptions(target)
    )
