import type * as Clock from "effect/Clock"
import type * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as Runtime from "effect/Runtime"
import type { CallError } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { Logs } from "../base/fiber.ts"
import { grain } from "../base/grain.ts"
import { inWords } from "../base/inWords.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Timer, Timers } from "../base/timers.ts"
import type * as Sent from "../call/sent.ts"
import type { Settings } from "../call/settings.ts"
import { hostOf, reasonOf } from "../wait/lost.ts"
import { otherName } from "../wait/named.ts"
import type { Polled } from "../wait/source.ts"
import * as Step from "../wait/step.ts"
import type { Subject } from "../wait/subject.ts"
import type { Company, Ended } from "./company.ts"
import type { Kind } from "./kind.ts"
import { beginningOf, Row } from "./row.ts"
import type { FleetSource } from "./source.ts"

/**
 * The fiber that waits, and the way to wake it.
 *
 * @internal
 */
export class Waiting {
  readonly fiber: Fiber.RuntimeFiber<unknown, unknown>
  wake: ((ended: Effect.Effect<Ended>) => void) | undefined = undefined
  ended: Ended | undefined = undefined
  warned = false

  constructor(fiber: Waiting["fiber"]) {
    this.fiber = fiber
  }

  /** Runs something as the fiber would, which is asleep. */
  run(effect: Effect.Effect<unknown>): void {
    const { fiber } = this
    Runtime.runFork(Runtime.make({
      context: fiber.currentContext as Context.Context<never>,
      fiberRefs: fiber.getFiberRefs(),
      runtimeFlags: Runtime.defaultRuntimeFlags
    }))(effect)
  }
}

/** @internal */
export const waitingOf = ({ request }: Row): Waiting => request as Waiting

/**
 * Waits of fibers that are rows, for all that ask alike. A fiber sleeps in one place, and its row says and counts what the wait of a fiber says and
 * counts.
 *
 * @internal
 */
export class Singles implements Company<Row> {
  readonly settings: Settings
  readonly sent: Sent.Sent
  readonly timeout: number
  readonly logs: Logs
  readonly #source: FleetSource
  readonly #clock: Clock.Clock
  /** By how often they have said that they go on, each in the order of the beginnings. */
  readonly #rows: Array<Set<Row>> = []
  #alarm: Timer | undefined
  #stopped: Effect.Effect<void> | undefined

  constructor(
    settings: Settings,
    source: FleetSource,
    asked: Pick<Company<Row>, "sent" | "timeout" | "logs"> & { readonly clock: Clock.Clock }
  ) {
    this.settings = settings
    this.#source = source
    this.sent = asked.sent
    this.timeout = asked.timeout
    this.logs = asked.logs
    this.#clock = asked.clock
  }

  isFor({ logs, clock }: { readonly logs: Logs; readonly clock: Clock.Clock }): boolean {
    return logs.loggers === this.logs.loggers && logs.minimum === this.logs.minimum &&
      clock === this.#clock
  }

  get timers(): Timers {
    return this.#source.timers
  }

  get live(): number {
    return this.#rows.reduce((sum, { size }) => sum + size, 0)
  }

  wall(): number {
    return this.#clock.unsafeCurrentTimeMillis()
  }

  urlOf(endpoint: Polled["endpoint"], location: string | undefined): string | undefined {
    const at = endpoint ?? this.settings.endpoints.at(location)
    return typeof at === "string" ? undefined : at.url
  }

  /** A row of whoever runs this, in whose place he waits. */
  row(kind: Kind, it: Subject, isNamed: boolean): Effect.Effect<Row> {
    return Effect.withFiberRuntime((fiber) =>
      Effect.succeed(
        new Row(this, this.timers.now(), {
          number: 0,
          request: new Waiting(fiber),
          kind,
          ...beginningOf(it, isNamed)
        })
      )
    )
  }

  begin(row: Row): void {
    Telemetry.waitsStarted.unsafeUpdate(1, [])
    Telemetry.liveWaits.unsafeModify(1, [])
    this.#put(row)
    row.begin(this.#source.enter(row))
    if (this.#source.ended) row.end()
  }

  /** Its fiber was interrupted; ends when what nobody else waits for is aborted. */
  giveUp(row: Row): Effect.Effect<void> {
    return Effect.suspend(() => {
      this.#stopped = Effect.void
      row.leave()
      const stopped = this.#stopped
      this.#stopped = undefined
      this.#over(row, "interrupted")
      return stopped
    })
  }

  ended(row: Row, how: Ended): void {
    this.#over(
      row,
      "operation" in how
        ? Operation.state(how.operation)._tag
        : "error" in how
        ? how.error._tag
        : "defect"
    )
    const waiting = waitingOf(row)
    waiting.ended = how
    waiting.wake?.(Effect.succeed(how))
  }

  #over(row: Row, outcome: string): void {
    this.#rows[row.reports]?.delete(row)
    if (this.live === 0) this.#arm(Infinity)
    Telemetry.liveWaits.unsafeModify(-1, [])
    Telemetry.waitsEnded(outcome).unsafeUpdate(1, [])
    Telemetry.waitSeconds.unsafeUpdate((this.timers.now() - row.elapsed.begun) / 1000, [])
  }

  /** What a row that left has stopped. */
  left(_: Row, stopped: Effect.Effect<unknown>): void {
    // Whoever is interrupted waits for it.
    if (this.#stopped !== undefined) this.#stopped = Effect.asVoid(stopped)
    else if (stopped !== Effect.void) this.#source.fork(stopped, this.logs)
  }

  tolerated(row: Row, error: CallError): void {
    waitingOf(row).run(Effect.logWarning(
      `poll ${row.elapsed.polls} of ${row.name} at ${
        hostOf(this.settings, row.polled)
      } failed with ${reasonOf(error)}: the wait goes on`
    ))
  }

  renamed(row: Row, operation: Operation.Operation): void {
    const waiting = waitingOf(row)
    const warning = waiting.warned ? undefined : otherName(operation, row.name)
    if (warning === undefined) return
    waiting.warned = true
    waiting.run(Effect.logWarning(warning))
  }

  /** Never: a schedule of somebody's own is stepped by his fiber. */
  step(row: Row): void {
    row.end()
  }

  #put(row: Row): void {
    const rows = this.#rows[row.reports] ??= new Set()
    rows.add(row)
    const at = this.#reportOf(row)
    if (this.#alarm === undefined || at < this.#alarm.at) this.#arm(at)
  }

  #reportOf({ elapsed, reports }: Row): number {
    return Step.reportOf({ terms: elapsed, reports })
  }

  #arm(at: number): void {
    if (this.#alarm !== undefined) this.timers.remove(this.#alarm)
    this.#alarm = at === Infinity ? undefined : this.timers.add(at, () => {
      this.#alarm = undefined
      this.#report()
    })
  }

  /** Who has waited long says so; the first one of each set is the next. */
  #report(): void {
    const now = this.timers.now()
    let next = Infinity
    for (const rows of this.#rows) {
      for (const row of rows) {
        const at = this.#reportOf(row)
        if (at > now + grain) {
          next = Math.min(next, at)
          break
        }
        this.#say(row, now)
        rows.delete(row)
        row.reports++
        this.#put(row)
      }
    }
    if (this.#alarm === undefined || next < this.#alarm.at) this.#arm(next)
  }

  #say(row: Row, now: number): void {
    const { begun, polls } = row.elapsed
    waitingOf(row).run(
      Effect.logInfo("still waiting").pipe(Effect.annotateLogs({
        name: row.name,
        polls,
        lastCode: row.lastCode,
        nextPollSeconds: Math.max(0, Math.round(row.due - now)) / 1000,
        elapsed: inWords(Math.round(now - begun))
      }))
    )
  }
}
