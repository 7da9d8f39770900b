import * as Effect from "effect/Effect"
import type { Target } from "../../Waits.ts"
import * as Telemetry from "../base/telemetry.ts"
import { cannotBeCancelled } from "../errors/verdict.ts"
import type { Dependencies } from "./dependencies.ts"
import { final } from "./final.ts"
import * as Pace from "./pace.ts"
import { resolve, spanOptions } from "./subject.ts"
import type { AnyOptions } from "./untilDone.ts"

/**
 * Cancels, and waits for what really became of the operation.
 *
 * @internal
 */
export const makeCancelAndWait =
  ({ checkName, settings, source, starting }: Dependencies) =>
  <R>(target: Target, options: AnyOptions<R> = {}) =>
    Telemetry.within(
      Effect.gen(function*() {
        const method = "Operations.cancelAndWait"
        const it = yield* resolve(settings, checkName, method, target, options)
        yield* Pace.resolve(settings, options, { method, operation: it.ref }, it.published)
        if (it.known?.done !== true && starting.cancel !== undefined) {
          yield* starting.cancel(it, options).pipe(
            Effect.catchIf(
              cannotBeCancelled,
              (error) => Effect.logWarning(`${it.ref.name} cannot be cancelled: ${error.message}`)
            )
          )
        }
        return yield* final(settings, source, method, { ...it, fresh: false }, options)
      }),
      "Operations.cancelAndWait",
      spanOptions(target)
    )
