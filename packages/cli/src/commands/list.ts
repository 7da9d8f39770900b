/** `lro list PARENT`: operations as a stream, page by page. */
import * as Operation from "effect-lro/Operation"
import * as Chunk from "effect/Chunk"
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { ExitCode } from "../exitCode.ts"
import { Io } from "../io.ts"
import type { Address } from "../names/address.ts"
import * as Operands from "../names/operands.ts"
import * as Record from "../operations/record.ts"
import { type Format, items } from "../output/format.ts"
import * as Table from "../output/table.ts"
import * as Session from "../session.ts"
import { style } from "../terminal/style.ts"
import { usage } from "../usage.ts"

export interface Options {
  readonly format: Format
  readonly filter?: string | undefined
  readonly limit?: number | undefined
  readonly failed?: boolean | undefined
  readonly running?: boolean | undefined
  /** Milliseconds. */
  readonly since?: number | undefined
  readonly pageSize?: number | undefined
}

/** Whether a record is asked for; `from` is the earliest start. One that does not say when it was started is kept. */
export const isWanted = (
  record: Record.Record,
  { failed, running }: Pick<Options, "failed" | "running">,
  from: number | undefined
): boolean => {
  const states = [
    ...(failed === true ? ["FAILED", "CANCELLED"] : []),
    ...(running === true ? ["RUNNING"] : [])
  ]
  return (states.length === 0 || states.includes(record.state)) &&
    (from === undefined || record.startedAt === undefined || Date.parse(record.startedAt) >= from)
}

/** The records of a parent, as they are listed. */
export const records = (address: Address, operand: Session.Opened, request: {
  readonly filter?: string | undefined
  readonly pageSize?: number | undefined
}) =>
  Stream.unwrap(Effect.gen(function*() {
    const list = yield* Session.served(operand, "list")
    const { filter, pageSize } = request
    const now = yield* DateTime.now
    return list({
      ...(address.name === "" ? {} : { name: address.name }),
      ...(filter === undefined ? {} : { filter }),
      ...(pageSize === undefined ? {} : { pageSize })
    } as never).pipe(
      // A page stays a chunk: the table is as wide as its first page.
      Stream.map((operation) =>
        Record.ofState(
          address.module,
          Session.newRef({ ...address, name: operation.name }, operand.module, now),
          Operation.state(operation)
        )
      )
    )
  }))

export const list = (given: string, options: Options) =>
  Effect.gen(function*() {
    const { stdout } = yield* Io
    const [address] = yield* Operands.expand([given], "parent")
    if (address === undefined) return yield* usage("list takes a parent")
    const operand = yield* Session.parentOf(yield* Session.make, address)
    const now = yield* Clock.currentTimeMillis
    const from = options.since === undefined ? undefined : now - options.since
    const found = records(address, operand, options).pipe(
      Stream.filter((record) => isWanted(record, options, from)),
      (found) => options.limit === undefined ? found : Stream.take(found, options.limit)
    )
    if (options.format === "text") {
      const paint = style(stdout.colors)
      let widths: ReadonlyArray<number> | undefined
      yield* Stream.runForEachChunk(found, (chunk) =>
        Effect.sync(() => {
          const records = Chunk.toReadonlyArray(chunk)
          if (records.length === 0) return
          if (widths === undefined) {
            widths = Table.widths(records)
            stdout.write(`${Table.header(widths, paint)}\n`)
          }
          const wide = widths
          stdout.write(`${records.map((record) => Table.row(record, wide, paint)).join("\n")}\n`)
        }))
      return ExitCode.succeeded
    }
    const { close, item } = items(options.format)
    let count = 0
    yield* Stream.runForEach(found, (record) =>
      Effect.map(item(record, count), (text) => {
        count++
        stdout.write(text)
      }))
    stdout.write(close(count))
    return ExitCode.succeeded
  })
