/** `lro wait OP…`: waits for all, and ends with what is worst. */
import * as Effect from "effect/Effect"
import * as Operands from "../names/operands.ts"
import * as Session from "../session.ts"
import { type Options, show } from "../waiting/show.ts"
import { subjectOf } from "../waiting/waitAll.ts"

export const wait = (given: ReadonlyArray<string>, options: Options) =>
  Effect.gen(function*() {
    const addresses = yield* Operands.expand(given, "operation")
    const open = yield* Session.make
    const operands = yield* Effect.forEach(addresses, (each) => Session.operandOf(open, each))
    const subjects = yield* Effect.forEach(operands, (each) => subjectOf(each, "untilFinal"))
    return yield* show(subjects, options)
  })
