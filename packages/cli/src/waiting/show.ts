/** Waits for operations and shows how far they are, on a terminal or in a log. */
import type { State } from "effect-lro/OperationState"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { format } from "../duration.ts"
import { worst } from "../exitCode.ts"
import { Globals, words } from "../globals.ts"
import { Io } from "../io.ts"
import { type Format, items } from "../output/format.ts"
import * as Bars from "../terminal/bars.ts"
import { style } from "../terminal/style.ts"
import { usage } from "../usage.ts"
import * as Outcome from "./outcome.ts"
import * as Row from "./row.ts"
import { type Options as WaitOptions, type Subject, waitAll } from "./waitAll.ts"

export interface Options {
  readonly format: Format
  /** Milliseconds. */
  readonly timeout?: number | undefined
  readonly cancelOnInterrupt?: boolean | undefined
}

/** Where a deadline is given, and nothing waits. */
export const needsWait = usage("--timeout needs --wait: nothing else has a deadline")

/**
 * One cancel each, for at most five seconds, and how many were taken. The waits would cancel by themselves; they could not say how that
 * went.
 */
const cancelAll = (subjects: ReadonlyArray<Subject>): Effect.Effect<number> =>
  Effect.map(
    Effect.forEach(
      subjects,
      ({ client, module, ref }) =>
        client.cancel === undefined
          ? Effect.as(Effect.logWarning(`${module.module} has no cancel: ${ref.name} goes on`), 0)
          : client.cancel(ref, { retry: "none" }).pipe(
            Effect.interruptible,
            Effect.timeout("5 seconds"),
            Effect.as(1),
            Effect.catchAll((error) =>
              Effect.as(Effect.logWarning(`could not cancel ${ref.name}: ${error.message}`), 0)
            )
          ),
      { concurrency: "unbounded" }
    ),
    (asked) => asked.reduce((sum, each) => sum + each, 0)
  )

/** Waits for all, writes a result for each as it ends, and gives the exit code. */
export const show = (subjects: ReadonlyArray<Subject>, options: Options) =>
  Effect.gen(function*() {
    const globals = yield* Globals
    const { draw, stderr, stdout } = yield* Io
    const began = yield* Clock.currentTimeMillis
    const rows = subjects.map(({ module, ref }) => Row.make(module.module, ref.name, began))
    const told = new Map<number, string>()
    const paint = style(stderr.colors)
    const isQuiet = globals.quiet === true
    const isDrawn = stderr.isTerminal && !isQuiet
    const results = style(stdout.colors)
    const list = options.format === "text" ? undefined : items(options.format)
    let written = 0

    const onState = (index: number, state: State) =>
      Effect.sync(() => {
        const row = rows[index]
        if (row === undefined) return
        rows[index] = Row.seen(row, state)
        const line = Row.told(rows[index], state)
        if (isDrawn || isQuiet || told.get(index) === line || state._tag !== "Running") return
        told.set(index, line)
        stderr.write(`${line}\n`)
      })

    const onEnd: WaitOptions["onEnd"] = (index, outcome) =>
      Effect.gen(function*() {
        const row = rows[index]
        if (row !== undefined) rows[index] = { ...row, ended: true }
        const record = Outcome.recordOf(outcome)
        const now = yield* Clock.currentTimeMillis
        stdout.write(
          list === undefined
            ? `${
              Outcome.line(record, { now, since: row?.ran === true ? began : undefined }, results)
            }\n`
            : yield* list.item(record, written)
        )
        written++
      })

    const drawing = Effect.forever(Effect.zipRight(
      Effect.map(
        Clock.currentTimeMillis,
        (now) => draw(Bars.frame(rows, now, stderr.size(), paint))
      ),
      Effect.sleep(Bars.interval)
    ))
    const beating = Effect.forever(Effect.zipRight(
      Effect.sleep("30 seconds"),
      Effect.map(Clock.currentTimeMillis, (now) => {
        const left = rows.filter(({ ended }) => !ended).length
        stderr.write(`waiting for ${left} of ${rows.length}, ${format(now - began)}\n`)
      })
    ))
    const progress = yield* Effect.fork(isDrawn ? drawing : isQuiet ? Effect.never : beating)
    const stop = Effect.zipRight(Fiber.interrupt(progress), Effect.sync(() => draw([])))
    const sayWhatRuns = (running: ReadonlyArray<Subject>) =>
      Effect.sync(() => {
        if (running.length === 0) return
        stderr.write(Outcome.resume(running, globals.endpoint, words(globals)))
      })

    const outcomes = yield* waitAll(subjects, {
      deadline: options.timeout,
      onState,
      onEnd
    }).pipe(
      Effect.onInterrupt(() =>
        Effect.gen(function*() {
          yield* stop
          stdout.write(list?.close(written) ?? "")
          const running = subjects.filter((_, index) => rows[index]?.ended === false)
          if (options.cancelOnInterrupt === true && running.length > 0) {
            const asked = yield* cancelAll(running)
            stderr.write(`asked to cancel ${asked} of ${running.length}\n`)
          }
          yield* sayWhatRuns(running)
        })
      ),
      Effect.ensuring(stop)
    )
    stdout.write(list?.close(written) ?? "")
    const codes = outcomes.map(Outcome.codeOf)
    yield* sayWhatRuns(outcomes.filter(Outcome.mayRun).map(({ subject }) => subject))
    return worst(codes)
  })
