import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { begun } from "../base/cutOff.ts"
import * as Telemetry from "../base/telemetry.ts"
import { after, maxTimer } from "../base/timers.ts"
import { Lane, type Turn } from "./lane.ts"
import { CurrentTicket } from "./ticket.ts"

/** @internal */
export interface QuotaInput {
  readonly limit: number
  readonly interval: Duration.DurationInput
}

/** @internal */
export interface RateInput {
  readonly reads?: QuotaInput | undefined
  readonly writes?: QuotaInput | undefined
  readonly maxHint?: Duration.DurationInput | undefined
}

/**
 * A request that goes through a rate.
 *
 * @internal
 */
export interface Passage<A, E> {
  readonly isWrite: boolean
  /** How long a call outside a wait queues. */
  readonly patience: number
  /** Sends it, and is told how many milliseconds it has queued. */
  readonly send: (queued: number) => Effect.Effect<A, E>
  /** It has queued too long. */
  readonly busy: () => Effect.Effect<A, E>
  /** For how many milliseconds the server wants to be left alone by all, after a failure. */
  readonly hintOf: (error: E) => number
}

/** @internal */
export class Rate {
  readonly #lanes: { readonly reads: Lane; readonly writes: Lane }
  readonly #maxHint: number
  /** What is wrong with it: the setting and a predicate. A layer that is given it fails with that. */
  readonly problem: readonly [setting: string, problem: string] | undefined

  constructor(input: RateInput) {
    const { maxHint = "10 minutes", reads, writes } = input
    this.problem = problemOf({ reads, writes })
    const laneOf = (quota: QuotaInput | undefined) =>
      new Lane(
        quota === undefined || this.problem !== undefined
          ? undefined
          : { limit: quota.limit, interval: Duration.toMillis(quota.interval) }
      )
    this.#lanes = { reads: laneOf(reads), writes: laneOf(writes) }
    this.#maxHint = Duration.toMillis(maxHint)
  }

  /**
   * Sends a request when its turn has come. What queues is no part of the attempt: its time begins with the dispatch. The hint of a refusal
   * for too many requests holds up all that share the rate.
   */
  through<A, E>({ busy, hintOf, isWrite, patience, send }: Passage<A, E>): Effect.Effect<A, E> {
    const lane = isWrite ? this.#lanes.writes : this.#lanes.reads
    const maxHint = this.#maxHint
    return Effect.withFiberRuntime((fiber) => {
      const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
      const now = () => Number(clock.unsafeCurrentTimeNanos() / 1000n) / 1000
      const ticket = Context.get(fiber.currentContext, CurrentTicket)
      const entered = now()
      let is: "queued" | "next" | "sent" = "queued"
      let stop = () => {}
      let wake = (_: "next" | "busy"): void => {}
      const turn: Turn = {
        planned: ticket?.planned ?? -Infinity,
        later: (millis, run) => after(fiber, Math.min(millis, maxTimer), () => run(now())),
        come: () => {
          is = "next"
          stop()
          wake("next")
        },
        dispatch: undefined
      }
      const queued = begun<"next" | "busy", never>((resume) => {
        wake = (how) => resume(Effect.succeed(how))
        lane.enter(turn, entered)
        if (is === "queued" && ticket === undefined) {
          stop = after(fiber, patience, () => {
            lane.leave(turn, now())
            wake("busy")
          })
        }
        return Effect.sync(() => stop())
      })
      const sent = Effect.suspend(() => {
        is = "sent"
        const went = now()
        lane.go(turn, went)
        if (ticket !== undefined) ticket.queued += went - entered
        const seconds = (went - entered) / 1000
        return Effect.zipRight(
          Telemetry.record(Telemetry.rateQueueSeconds, seconds),
          send(went - entered)
        )
      })
      return Effect.onExit(
        Effect.flatMap(queued, (how) => how === "next" ? sent : busy()),
        (exit) =>
          Effect.sync(() => {
            if (is !== "sent") return lane.leave(turn, now())
            const error = Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none()
            const hint = Option.isSome(error) ? hintOf(error.value) : 0
            if (hint > 0) lane.pause(now() + Math.min(hint, maxHint))
            lane.end(turn, now())
          })
      )
    })
  }
}

const problemOf = ({ reads, writes }: RateInput): Rate["problem"] => {
  for (const [name, quota] of Object.entries({ reads, writes })) {
    if (quota === undefined) continue
    if (!Number.isInteger(quota.limit) || quota.limit < 1) {
      return [`${name}.limit`, "is not a whole number from 1"]
    }
    const millis = Duration.toMillis(quota.interval)
    if (!(millis > 0 && millis < Infinity)) {
      return [`${name}.interval`, "is not longer than zero, or has no end"]
    }
  }
  return undefined
}
