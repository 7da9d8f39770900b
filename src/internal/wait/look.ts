import * as Effect from "effect/Effect"
import type { CallError } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { CallOptions, Target } from "../../Requests.ts"
import * as Telemetry from "../base/telemetry.ts"
import { nameOf } from "../call/target.ts"
import { about } from "../errors/about.ts"
import type { Dependencies } from "./dependencies.ts"
import { named, otherName } from "./named.ts"
import type { Get } from "./poll.ts"
import { type Reading, resolve } from "./subject.ts"

const method = "Operations.poll"

/**
 * One look at an operation. What is known to be done is not asked about.
 *
 * @internal
 */
export const makeLook = ({ checkName, settings }: Dependencies, get: Get) =>
(
  target: Target,
  options: CallOptions & Reading = {}
): Effect.Effect<Operation.State, CallError> =>
  Telemetry.ofCall(
    Effect.flatMap(resolve(settings, checkName, method, target, options), (it) => {
      const { known, reader, ref } = it
      if (known?.done === true) return Effect.succeed(Operation.stateWith(known, reader))
      return get(it, options).pipe(
        Effect.mapError((error) =>
          error._tag === "NOT_FOUND" && known !== undefined
            ? about(error, { seenBefore: true })
            : error
        ),
        Effect.flatMap((operation) => {
          const state = Operation.stateWith(named(operation, ref.name), reader)
          const warning = otherName(operation, ref.name)
          return warning === undefined
            ? Effect.succeed(state)
            : Effect.as(Effect.logWarning(warning), state)
        })
      )
    }),
    method,
    nameOf(target)
  )
