/** `lro wait OP…`: waits for all, and ends with what is worst. */
import * as Effect from "effect/Effect"
import * as Operands from "../names/operands.ts"
import * as Session from "../session.ts"
import { type Options as ShowOptions, show } from "../waiting/show.ts"

export type Options = Omit<ShowOptions, "cancel">

export const wait = (given: ReadonlyArray<string>, options: Options) =>
  Effect.gen(function*() {
    const addresses = yield* Operands.expand(given, "operation")
    const open = yield* Session.make
    const operands = yield* Effect.forEach(addresses, (each) => Session.operandOf(open, each))
    return yield* show(operands, options)
  })
