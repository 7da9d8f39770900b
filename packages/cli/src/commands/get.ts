/** `lro get OP`: one look at an operation. */
import * as Effect from "effect/Effect"
import { ExitCode } from "../exitCode.ts"
import { Io } from "../io.ts"
import * as Operands from "../names/operands.ts"
import * as Record from "../operations/record.ts"
import { type Format, one } from "../output/format.ts"
import * as Text from "../output/text.ts"
import * as Session from "../session.ts"
import { style } from "../terminal/style.ts"
import { usage } from "../usage.ts"

export interface Options {
  readonly format: Format
}

export const get = (given: string, options: Options) =>
  Effect.gen(function*() {
    const io = yield* Io
    const [address, another] = yield* Operands.expand([given], "operation")
    if (address === undefined || another !== undefined) {
      return yield* usage("get takes one operation; `lro wait` takes several")
    }
    const operand = yield* Session.operandOf(yield* Session.make, address)
    const poll = yield* Session.served(operand, "poll")
    const state = operand.method === undefined
      ? yield* poll(operand.ref)
      : yield* poll(operand.ref, { method: operand.method })
    const record = Record.ofState(address.module, operand.ref, state)
    const text = yield* one(
      options.format,
      record,
      () => Text.operation(record, style(io.stdout.colors))
    )
    io.stdout.write(text)
    return ExitCode.succeeded
  })
