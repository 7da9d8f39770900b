/** `lro cancel OP…` and `lro delete OP…`: asked for first on a terminal, then all at once. */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import { ExitCode, ofCall, worst } from "../exitCode.ts"
import { Io } from "../io.ts"
import * as Operands from "../names/operands.ts"
import * as Record from "../operations/record.ts"
import { type Format, items } from "../output/format.ts"
import * as Session from "../session.ts"
import { plain, style } from "../terminal/style.ts"
import { usage } from "../usage.ts"
import { needsWait, type Options as ShowOptions, show } from "../waiting/show.ts"
import { subjectOf } from "../waiting/waitAll.ts"

export interface Options {
  readonly yes?: boolean | undefined
}

/** Whether to go on. Only somebody who sits at a terminal is asked. */
const confirmed = (verb: string, names: ReadonlyArray<string>, { yes }: Options) =>
  Effect.gen(function*() {
    const io = yield* Io
    if (yes === true || !io.stdinIsTerminal || !io.stderr.isTerminal) return
    const what = names.length === 1
      ? names[0]
      : `these ${names.length} operations:\n  ${names.join("\n  ")}\n`
    const answer = yield* io.ask(`${verb} ${what} [y/N] `)
    if (!/^y(?:es)?$/i.test(answer.trim())) return yield* usage("nothing was sent")
  })

const operandsOf = (given: ReadonlyArray<string>) =>
  Effect.gen(function*() {
    const addresses = yield* Operands.expand(given, "operation")
    const open = yield* Session.make
    return yield* Effect.forEach(addresses, (each) => Session.operandOf(open, each))
  })

const label = ({ module, ref }: Session.Operand): string => `${module.module}:${plain(ref.name)}`

/** One call each; a line each. */
const callEach = (
  verb: "cancel" | "delete",
  done: string,
  given: ReadonlyArray<string>,
  options: Options & { readonly format?: Format }
) =>
  Effect.gen(function*() {
    const { stderr, stdout } = yield* Io
    const { format = "text" } = options
    const list = format === "text" ? undefined : items(format)
    let written = 0
    const operands = yield* operandsOf(given)
    const calls = yield* Effect.forEach(operands, (operand) =>
      Effect.map(Session.served(operand, verb), (call) => ({ operand, call })))
    yield* confirmed(verb === "cancel" ? "Cancel" : "Delete", operands.map(label), options)
    const codes = yield* Effect.forEach(
      calls,
      ({ call, operand }) =>
        Effect.gen(function*() {
          const result = yield* Effect.either(call(operand.ref))
          const error = Either.isLeft(result) ? result.left : undefined
          if (list !== undefined) {
            const { module: { module }, ref } = operand
            stdout.write(yield* list.item(Record.named(module, ref, error), written++))
          } else if (error === undefined) {
            stdout.write(`${done} ${label(operand)}\n`)
          }
          if (error === undefined) {
            return ExitCode.succeeded
          }
          stderr.write(`${style(stderr.colors).red("error:")} ${plain(error.message)}\n`)
          return ofCall(error)
        }),
      { concurrency: 16 }
    )
    stdout.write(list?.close(written) ?? "")
    return worst(codes)
  })

export const cancel = (
  given: ReadonlyArray<string>,
  options: Options & Pick<ShowOptions, "format" | "timeout"> & {
    readonly wait?: boolean | undefined
  }
) =>
  options.wait !== true && options.timeout !== undefined
    ? needsWait
    : options.wait === true
    ? Effect.gen(function*() {
      const operands = yield* operandsOf(given)
      const subjects = yield* Effect.forEach(operands, (each) => subjectOf(each, "cancelAndWait"))
      yield* confirmed("Cancel", operands.map(label), options)
      return yield* show(subjects, options)
    })
    : callEach("cancel", "asked to cancel", given, options)

export const forget = (given: ReadonlyArray<string>, options: Options) =>
  callEach("delete", "deleted", given, options)
