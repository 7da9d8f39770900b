/** `lro watch PARENT`: what runs, listed again and again; what ends leaves a line. */
import * as Clock from "effect/Clock"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { ExitCode } from "../exitCode.ts"
import { Globals, words } from "../globals.ts"
import { Io } from "../io.ts"
import * as Operands from "../names/operands.ts"
import { facts } from "../operations/facts.ts"
import type { Record } from "../operations/record.ts"
import * as Session from "../session.ts"
import * as Bars from "../terminal/bars.ts"
import { style } from "../terminal/style.ts"
import { usage } from "../usage.ts"
import * as Outcome from "../waiting/outcome.ts"
import type { Row } from "../waiting/row.ts"
import { records } from "./list.ts"

export interface Options {
  /** Milliseconds. */
  readonly every: number
  readonly filter?: string | undefined
  readonly untilIdle?: boolean | undefined
}

interface Seen {
  readonly record: Record
  readonly since: number
}

export const watch = (given: string, options: Options) =>
  Effect.gen(function*() {
    const globals = yield* Globals
    const { draw, stderr, stdout } = yield* Io
    const [address] = yield* Operands.expand([given], "parent")
    if (address === undefined) return yield* usage("watch takes a parent")
    const operand = yield* Session.parentOf(yield* Session.make, address)
    const isDrawn = stderr.isTerminal && globals.quiet !== true
    const [bars, results] = [style(stderr.colors), style(stdout.colors)]
    let running: ReadonlyMap<string, Seen> = new Map()

    const rows = (): ReadonlyArray<Row> =>
      [...running.values()].map(({ record, since }) => ({
        module: record.service,
        name: record.name,
        since,
        facts: facts(record.metadata),
        ran: true,
        ended: false
      }))
    const drawing = Effect.forever(Effect.zipRight(
      Effect.map(Clock.currentTimeMillis, (now) => {
        const lines = Bars.frame(rows(), now, stderr.size(), bars, (_, total) => `${total} run`)
        draw(lines.length === 0 ? [bars.dim("nothing runs")] : lines)
      }),
      Effect.sleep(Bars.interval)
    ))
    const look = Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const next = new Map<string, Seen>()
      const ended: Array<Seen> = []
      yield* Stream.runForEach(records(address, operand, options), (record) =>
        Effect.sync(() => {
          const known = running.get(record.name)
          if (record.state === "RUNNING") {
            next.set(record.name, { record, since: known?.since ?? now })
            if (known === undefined && !isDrawn && globals.quiet !== true) {
              stderr.write(`RUNNING ${record.service}:${record.name}\n`)
            }
          } else if (known !== undefined) ended.push({ record, since: known.since })
        }))
      const listed = new Set([...next.keys(), ...ended.map(({ record }) => record.name)])
      for (const [name, seen] of running) {
        // No longer listed: a service may forget what has ended, or list what runs alone.
        if (!listed.has(name)) ended.push({ ...seen, record: { ...seen.record, state: "UNKNOWN" } })
      }
      running = next
      for (const { record, since } of ended) {
        stdout.write(`${Outcome.line(record, { now, since }, results)}\n`)
      }
      return next.size
    })
    const drawer = yield* Effect.fork(isDrawn ? drawing : Effect.never)
    const stop = Effect.zipRight(Fiber.interrupt(drawer), Effect.sync(() => draw([])))
    const loop = Effect.gen(function*() {
      for (;;) {
        const count = yield* look
        if (count === 0 && options.untilIdle === true) return ExitCode.succeeded
        yield* Effect.sleep(options.every)
      }
    })
    const sayWhatRuns = Effect.gen(function*() {
      const now = yield* DateTime.now
      const { module } = operand
      const subjects = [...running.keys()].map((name) => ({
        module,
        ref: Session.newRef({ ...address, name }, module, now)
      }))
      if (subjects.length === 0) return
      stderr.write(Outcome.resume(subjects, globals.endpoint, words(globals)))
    })
    return yield* loop.pipe(
      Effect.onInterrupt(() => Effect.zipRight(stop, sayWhatRuns)),
      Effect.ensuring(stop)
    )
  })
