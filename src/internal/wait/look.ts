import * as Effect from "effect/Effect"
import type { CallError } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { CallOptions } from "../../Requests.ts"
import type { Target } from "../../Waits.ts"
import * as Telemetry from "../base/telemetry.ts"
import { nameOf } from "../call/target.ts"
import type { Dependencies } from "./dependencies.ts"
import { named, otherName, sought, told } from "./named.ts"
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
      const { known, reader, ref: { name } } = it
      const look = known?.done === true ? Effect.succeed(known) : get(it, options)
      return look.pipe(
        Effect.mapError((error) => known === undefined ? error : sought(error)),
        Effect.flatMap((operation) =>
          Effect.as(
            told(otherName(operation, name)),
            Operation.stateWith(named(operation, name), reader)
          )
        )
      )
    }),
    method,
    nameOf(target)
  )
