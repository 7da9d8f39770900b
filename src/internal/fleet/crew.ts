import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as FiberRefs from "effect/FiberRefs"
import * as Runtime from "effect/Runtime"
import type * as Schedule from "effect/Schedule"
import * as Intervals from "effect/ScheduleIntervals"
import type { CallError } from "../../LroError.ts"
import { type Operation, type State, state } from "../../Operation.ts"
import { StartedAt } from "../../Polling.ts"
import { inWords } from "../base/inWords.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Timer, Timers } from "../base/timers.ts"
import type { Sent } from "../call/sent.ts"
import type { Settings } from "../call/settings.ts"
import { reasonOf } from "../wait/lost.ts"
import type { Polled } from "../wait/source.ts"
import * as Step from "../wait/step.ts"
import type { Beginning, Company, Ended } from "./company.ts"
import type { Board, End } from "./progress.ts"
import { Row } from "./row.ts"
import type { Seat } from "./seat.ts"
import type { FleetSource } from "./source.ts"

const ends: { readonly [T in State["_tag"]]: End } = {
  Running: "unknown",
  Succeeded: "succeeded",
  Failed: "failed",
  Cancelled: "cancelled"
}

/** What a crew works with. */
interface Means {
  readonly settings: Settings
  readonly source: FleetSource
  /** That of the consumer: schedules may need something. */
  readonly runtime: Runtime.Runtime<unknown>
  readonly sent: Sent
  readonly timeout: number
  readonly logs: Seat["logs"]
  readonly board: Board | undefined
  readonly onEnd: (row: Row, how: Ended) => void
}

/**
 * The rows of one stream, and what they share.
 *
 * @internal
 */
export class Crew implements Company<Row> {
  readonly settings: Settings
  readonly sent: Sent
  readonly timeout: number
  readonly logs: Seat["logs"]
  readonly #means: Means
  readonly #clock: Clock.Clock
  /** In no order: the last one takes the place of one that leaves. */
  readonly #rows: Array<Row> = []
  #toldAt = -Infinity
  /** The steps of schedules that take time. */
  readonly #steps = new Map<Row, Fiber.RuntimeFiber<unknown, never>>()
  readonly #begun: number
  /** Those of all that share the loops. */
  #requests = 0
  readonly #deaf: () => void
  #alarm: Timer | undefined

  constructor(means: Means) {
    this.#means = means
    this.settings = means.settings
    this.sent = means.sent
    this.timeout = means.timeout
    this.logs = means.logs
    const services = FiberRefs.getOrDefault(
      means.runtime.fiberRefs,
      DefaultServices.currentServices
    )
    this.#clock = Context.get(services, Clock.Clock)
    this.#begun = this.timers.now()
    this.#deaf = means.source.requests.listen(() => void this.#requests++)
    this.#report(0)
  }

  get live(): number {
    return this.#rows.length
  }

  get timers(): Timers {
    return this.#means.source.timers
  }

  wall(): number {
    return this.#clock.unsafeCurrentTimeMillis()
  }

  urlOf(endpoint: Polled["endpoint"], location: string | undefined): string | undefined {
    const at = endpoint ?? this.settings.endpoints.at(location)
    return typeof at === "string" ? undefined : at.url
  }

  add(beginning: Beginning): void {
    const row = new Row(this, this.timers.now(), beginning)
    row.place = this.#rows.push(row) - 1
    this.#means.board?.enter()
    Telemetry.fleetLive.unsafeModify(1, [])
    const { known } = beginning
    if (known?.done === true) return this.ended(row, { operation: known })
    row.begin(this.#means.source.enter(row))
    if (this.#means.source.ended) row.end()
  }

  ended(row: Row, how: Ended): void {
    const last = this.#rows.pop()
    if (last !== undefined && last !== row) {
      this.#rows[row.place] = last
      last.place = row.place
    }
    Telemetry.fleetLive.unsafeModify(-1, [])
    this.#count("operation" in how ? state(how.operation)._tag : undefined)
    this.#means.onEnd(row, how)
  }

  /** What could not become a row. */
  refused(): void {
    this.#means.board?.refused()
    Telemetry.fleetEnded("unknown").unsafeUpdate(1, [])
  }

  #count(tag: State["_tag"] | undefined): void {
    const end = tag === undefined ? "unknown" : ends[tag]
    this.#means.board?.leave(end)
    Telemetry.fleetEnded(end).unsafeUpdate(1, [])
  }

  /** Its consumer is gone. */
  close(): void {
    this.#deaf()
    if (this.#alarm !== undefined) this.timers.remove(this.#alarm)
    for (const row of this.#rows) {
      row.leave()
      this.#means.board?.leave(undefined)
      Telemetry.fleetLive.unsafeModify(-1, [])
    }
    this.#rows.length = 0
  }

  /** What a row that left has stopped. */
  left(row: Row, stopped: Effect.Effect<unknown>): void {
    this.#steps.get(row)?.unsafeInterruptAsFork(FiberId.none)
    if (stopped !== Effect.void) this.#means.source.fork(stopped, this.logs)
  }

  /** One warning for all rows that one failure is told to. */
  tolerated({ name }: Row, error: CallError, answered: number): void {
    if (answered === this.#toldAt) return
    this.#toldAt = answered
    this.#means.source.fork(
      Effect.logWarning(`a poll of ${name} failed with ${reasonOf(error)}: its wait goes on`),
      this.logs
    )
  }

  /** Steps a schedule that is somebody's own; at once, unless that takes time. */
  step(
    row: Row,
    schedule: Schedule.Schedule<unknown, Operation, unknown>,
    scheduled: unknown,
    now: number,
    operation: Operation,
    startedAt: number,
    then: (delay: number | undefined, state: unknown) => void
  ): void {
    const stepped = Effect.provideService(
      schedule.step(now, operation, scheduled ?? schedule.initial),
      StartedAt,
      startedAt
    )
    const fiber = Runtime.runFork(this.#means.runtime)(stepped)
    this.#steps.set(row, fiber)
    fiber.addObserver((exit) => {
      this.#steps.delete(row)
      if (Exit.isFailure(exit)) return row.dies(exit.cause)
      const [next, , decision] = exit.value
      then(
        decision._tag === "Done"
          ? undefined
          : Math.max(0, Intervals.start(decision.intervals) - now),
        next
      )
    })
  }

  /** A live batch that takes its time says so, as each wait of a fiber does. */
  #report(said: number): void {
    const { logs, source } = this.#means
    const at = Step.reportOf({ terms: { begun: this.#begun }, reports: said })
    this.#alarm = this.timers.add(at, () => {
      this.#report(said + 1)
      let oldest: Row | undefined
      for (const row of this.#rows) {
        if (oldest === undefined || row.startedAt < oldest.startedAt) oldest = row
      }
      if (oldest === undefined) return
      source.fork(
        Effect.logInfo("still waiting").pipe(Effect.annotateLogs({
          operations: this.#rows.length,
          oldest: oldest.name,
          requests: this.#requests,
          elapsed: inWords(Math.round(this.timers.now() - this.#begun))
        })),
        logs
      )
    })
  }
}
