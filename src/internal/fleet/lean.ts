import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberRef from "effect/FiberRef"
import * as LogLevel from "effect/LogLevel"
import type { WaitError } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { Target } from "../../Waits.ts"
import { logs } from "../base/fiber.ts"
import { canonical } from "../base/json.ts"
import * as Telemetry from "../base/telemetry.ts"
import { CurrentCallOptions } from "../call/options.ts"
import * as Sent from "../call/sent.ts"
import type { Settings } from "../call/settings.ts"
import { madeOf } from "../polling/problem.ts"
import { named } from "../wait/named.ts"
import * as Pace from "../wait/pace.ts"
import { resolve, type Subject } from "../wait/subject.ts"
import { type AnyOptions, result } from "../wait/untilDone.ts"
import type { Ended } from "./company.ts"
import { Kind } from "./kind.ts"
import type { Row } from "./row.ts"
import { Singles, waitingOf } from "./single.ts"
import type { FleetSource } from "./source.ts"

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
