import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as LogLevel from "effect/LogLevel"
import * as Runtime from "effect/Runtime"
import type { CallError, WaitError } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { Target } from "../../Waits.ts"
import { type Logs, logs } from "../base/fiber.ts"
import { grain } from "../base/grain.ts"
import { inWords } from "../base/inWords.ts"
import { canonical } from "../base/json.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Timer, Timers } from "../base/timers.ts"
import { CurrentCallOptions } from "../call/options.ts"
import * as Sent from "../call/sent.ts"
import type { Settings } from "../call/settings.ts"
import { madeOf } from "../polling/problem.ts"
import { hostOf, reasonOf } from "../wait/lost.ts"
import { named, otherName } from "../wait/named.ts"
import * as Pace from "../wait/pace.ts"
import type { Polled } from "../wait/source.ts"
import * as Step from "../wait/step.ts"
import { resolve, type Subject } from "../wait/subject.ts"
import { type AnyOptions, result } from "../wait/untilDone.ts"
import type { Company, Ended } from "./company.ts"
import { Kind } from "./kind.ts"
import { Row } from "./row.ts"
import type { FleetSource } from "./source.ts"

/** The fiber that waits, and the way to wake it. */
class Waiting {
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

const waitingOf = ({ request }: Row): Waiting => request as Waiting

/**
 * Waits of fibers that are rows, for all that ask alike. A fiber sleeps in one place, and its row says and counts what the wait of a fiber says and
 * counts.
 */
class Singles implements Company {
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
    asked: Pick<Company, "sent" | "timeout" | "logs"> & { readonly clock: Clock.Clock }
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
          name: it.name,
          endpoint: it.endpoint,
          location: it.location,
          ref: isNamed ? it.ref : undefined,
          startedAt: it.ref.startedAt.epochMillis,
          known: it.known,
          fresh: it.fresh
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
    for (const rows of [...this.#rows]) {
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

/**
 * Sleeps until a row has ended, without a gap in which an interruption would leave it behind. Whatever is in reach of these closures is kept
 * for each that waits: nothing but the row.
 */
const ended = (singles: Singles, row: Row): Effect.Effect<Ended> =>
  Effect.uninterruptibleMask((restore) => {
    singles.begin(row)
    const waiting = waitingOf(row)
    const slept = Effect.async<Ended>((resume) => {
      if (waiting.ended === undefined) waiting.wake = resume
      else resume(Effect.succeed(waiting.ended))
    })
    return Effect.catchAllCause(
      restore(slept),
      (cause) =>
        waiting.ended === undefined
          ? Effect.zipRight(singles.giveUp(row), Effect.failCause(cause))
          : Effect.failCause(cause)
    )
  })

type Wait = (target: Target, options?: AnyOptions) => Effect.Effect<unknown, WaitError>

/** What a wait needs to be a row. */
interface Prepared {
  readonly singles: Singles
  readonly kind: Kind
  readonly it: Subject
}

/** How many kinds of waits are remembered. */
const mostKinds = 16

const isAlike = (kind: Kind, method: Kind["method"], pace: Pace.Pace<unknown>): boolean => {
  const { pace: own } = kind
  return kind.method === method && own.schedule === pace.schedule &&
    own.deadline === pace.deadline && own.maxHint === pace.maxHint &&
    own.maxOutage === pace.maxOutage && own.notFoundGrace === pace.notFoundGrace &&
    own.spread === pace.spread
}

/**
 * Waits of fibers as rows, where a wait needs no more than to be told the end: no tracer, no log of each poll, no `onState`, no cancelling,
 * and a schedule of the package. Else they are those of any client.
 *
 * @internal
 */
export class Lean {
  readonly #settings: Settings
  readonly #source: FleetSource
  readonly #checkName: Parameters<typeof resolve>[1]
  #kinds: ReadonlyArray<Kind> = []
  readonly #singles = new Map<string | symbol, Array<Singles>>()

  constructor(
    settings: Settings,
    source: FleetSource,
    checkName: Parameters<typeof resolve>[1]
  ) {
    this.#settings = settings
    this.#source = source
    this.#checkName = checkName
  }

  untilDone(own: Wait): Wait {
    return this.#wait(own, "Operations.untilDone", (how, options) => {
      const { ref, kind: { method } } = how.row
      return Effect.flatMap(stateOf(how), (state) => result(state, { ref, method }, options))
    })
  }

  untilFinal(own: Wait): Wait {
    return this.#wait(own, "Operations.untilFinal", stateOf)
  }

  #wait(
    own: Wait,
    caller: string,
    end: End
  ): Wait {
    return (target, options = {}) =>
      options.onState !== undefined || options.onInterrupt === "cancel"
        ? own(target, options)
        : Effect.withFiberRuntime((fiber) =>
          Telemetry.isTraced(fiber) ||
            fiber.getFiberRef(FiberRef.currentMinimumLogLevel).ordinal <= LogLevel.Debug.ordinal
            ? own(target, options)
            : Effect.flatMap(this.#prepare(caller, target, options), (prepared) => {
              if (prepared === undefined) return own(target, options)
              const { it, kind, singles } = prepared
              const isNamed = typeof target === "object" && ("service" in target || "ref" in target)
              return Effect.flatMap(
                singles.row(kind, it, isNamed),
                (row) => ending(singles, row, options, end)
              )
            })
        )
  }

  #prepare(
    caller: string,
    target: Target,
    options: AnyOptions
  ): Effect.Effect<Prepared | undefined, WaitError> {
    const settings = this.#settings
    return Effect.gen(this, function*() {
      const it = yield* resolve(settings, this.#checkName, caller, target, options)
      if (it.known?.done === true || !this.#source.lists(it.name)) return undefined
      const about = { method: caller, operation: it.ref }
      const { schedule } = yield* Pace.resolve(settings, options, about, it.published)
      if (madeOf(schedule)?.delays === undefined) return undefined
      // Of all of its kind.
      const pace = yield* Pace.resolve(settings, options, { method: caller }, it.published)
      const timeout = options.timeout ?? (yield* CurrentCallOptions).timeout ?? settings.timeout
      const asked = {
        sent: Sent.over(settings.sent, options),
        timeout: Duration.toMillis(timeout),
        logs: yield* logs,
        clock: yield* Effect.clock
      }
      return {
        it,
        kind: this.#kindOf(it.method, { ...pace, schedule }),
        singles: this.#singlesOf(asked)
      }
    })
  }

  #kindOf(method: Kind["method"], pace: Pace.Pace<unknown>): Kind {
    const known = this.#kinds.find((kind) => isAlike(kind, method, pace))
    if (known !== undefined) return known
    const kind = new Kind(method, pace)
    this.#kinds = [kind, ...this.#kinds].slice(0, mostKinds)
    return kind
  }

  #singlesOf(asked: ConstructorParameters<typeof Singles>[2]): Singles {
    const key = canonical([asked.sent, asked.timeout])
    const alike = (this.#singles.get(key) ?? []).filter((singles) =>
      singles.live > 0 || singles.isFor(asked)
    )
    const known = alike.find((singles) => singles.isFor(asked))
    if (known !== undefined) return known
    const singles = new Singles(this.#settings, this.#source, asked)
    this.#singles.set(key, [...alike, singles])
    return singles
  }
}

type Ending = Ended & { readonly row: Row }

type End = (how: Ending, options: AnyOptions) => Effect.Effect<unknown, WaitError>

const ending = (singles: Singles, row: Row, options: AnyOptions, end: End) =>
  Effect.flatMap(ended(singles, row), (how) => end({ ...how, row }, options))

/** What a wait that did not fail ended with. */
const stateOf = (how: Ending): Effect.Effect<Operation.Final, WaitError> => {
  if ("cause" in how) return Effect.failCause(how.cause)
  if ("error" in how) return Effect.fail(how.error)
  const { kind, name } = how.row
  return Effect.succeed(
    Operation.stateWith(named(how.operation, name), kind.reader) as Operation.Final
  )
}
