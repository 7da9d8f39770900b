import type * as Headers from "@effect/platform/Headers"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { CallError } from "../../CallError.ts"
import { begun } from "../base/cutOff.ts"
import * as Telemetry from "../base/telemetry.ts"
import { after, maxTimer } from "../base/timers.ts"
import type { Attempt } from "../call/attempt.ts"
import { current } from "../call/authorise.ts"
import { interpretBroken } from "../call/interpret.ts"
import type { Rate as Over } from "../call/send.ts"
import { hintOf } from "../errors/hint.ts"
import { isThrottled } from "../errors/verdict.ts"
import { Broken, Queueing } from "../wire/exchange.ts"
import { Lane, type Turn } from "./lane.ts"

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

/** Who has queued no longer than this has the headers of now; in milliseconds. */
const fresh = 1000

class Rate {
  /** How many polls the server may hold at a time, and how many it does. */
  readonly #mostHeld: number
  #held = 0
  readonly #lanes: { readonly reads: Lane; readonly writes: Lane }
  readonly #maxHint: number

  constructor({ maxHint = "10 minutes", reads, writes }: RateInput) {
    const laneOf = (quota: QuotaInput | undefined) =>
      new Lane(quota && { limit: quota.limit, interval: Duration.toMillis(quota.interval) })
    this.#mostHeld = Math.floor((reads?.limit ?? Infinity) / 4)
    this.#lanes = { reads: laneOf(reads), writes: laneOf(writes) }
    this.#maxHint = Duration.toMillis(maxHint)
  }

  /**
   * What queues is no part of the attempt: its time begins with the dispatch. The hint of a refusal for too many requests holds up all that
   * share the rate.
   */
  through<A>(
    attempt: Attempt<A>,
    headers: Headers.Headers,
    send: (headers: Headers.Headers) => Effect.Effect<A, CallError>
  ): Effect.Effect<A, CallError> {
    const lane = isWrite(attempt) ? this.#lanes.writes : this.#lanes.reads
    return Effect.withFiberRuntime((fiber) => {
      const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
      const now = () => Number(clock.unsafeCurrentTimeNanos() / 1000n) / 1000
      const ticket = Context.get(fiber.currentContext, Queueing)
      const entered = now()
      let is: "queued" | "next" | "sent" = "queued"
      let stop = () => {}
      let wake = (_: "next" | "busy"): void => {}
      const turn: Turn = {
        isPoll: ticket !== undefined && ticket.isLimited !== true,
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
        if (is === "queued" && !turn.isPoll) {
          stop = after(fiber, attempt.timeoutMillis, () => {
            lane.leave(turn, now())
            wake("busy")
          })
        }
        return Effect.sync(() => stop())
      })
      // A poll that the server holds keeps its place in the rate until the reply: without one of a few for those it is made by get.
      const isHeld = turn.isPoll && attempt.call.verb !== "GET"
      if (isHeld && this.#held >= this.#mostHeld) {
        return interpretBroken(attempt, new Broken("Timeout", undefined, undefined, true))
      }
      if (isHeld) this.#held++
      const sentWith = (headers: Headers.Headers) =>
        Effect.suspend(() => {
          is = "sent"
          const went = now()
          const waited = went - entered
          lane.go(turn, went)
          if (ticket !== undefined) {
            ticket.queued += waited
            if (ticket.asked !== undefined) ticket.asked += waited
          }
          return Effect.zipRight(
            Telemetry.record(Telemetry.rateQueueSeconds, waited / 1000),
            turn.isPoll
              ? send(headers)
              : Effect.provideService(send(headers), Queueing, { queued: waited, isLimited: true })
          )
        })
      // Tokens expire while their request queues.
      const sent = Effect.suspend(() =>
        now() - entered < fresh
          ? sentWith(headers)
          : Effect.flatMap(current(attempt), sentWith)
      )
      const busy = Effect.suspend(() =>
        interpretBroken(attempt, new Broken("Busy", undefined, undefined, true))
      )
      return Effect.onExit(
        Effect.flatMap(queued, (how) => how === "next" ? sent : busy),
        (exit) =>
          Effect.sync(() => {
            if (isHeld) this.#held--
            if (is !== "sent") return lane.leave(turn, now())
            const hint = this.#hintIn(exit)
            if (hint > 0) lane.pause(now() + hint)
            lane.end(turn, now())
          })
      )
    })
  }

  /** For how many milliseconds the server wants to be left alone by all. */
  #hintIn<A>(exit: Exit.Exit<A, CallError>): number {
    const error = Exit.isFailure(exit) ? Cause.failureOption(exit.cause) : Option.none()
    return Option.isSome(error) && isThrottled(error.value)
      ? Math.min(hintOf(error.value), this.#maxHint)
      : 0
  }
}

/**
 * What sends when its turn has come.
 *
 * @internal
 */
export const makeRate = (options: RateInput): Over => {
  const rate = new Rate(options)
  return (send) => (attempt, headers) =>
    rate.through(attempt, headers, (headers) => send(attempt, headers))
}

/** start, cancel and delete, and what somebody sends himself and is no GET. */
const isWrite = <A>({ call: { progress, repeat } }: Attempt<A>): boolean =>
  progress !== undefined || repeat !== "safe"

/**
 * What is wrong with a rate, as a predicate.
 *
 * @internal
 */
export const problemOf = ({ reads, writes }: RateInput): string | undefined => {
  for (const [name, quota] of Object.entries({ reads, writes })) {
    if (quota === undefined) continue
    if (!Number.isInteger(quota?.limit) || quota.limit < 1) {
      return `has \`${name}.limit\` that is no whole number from 1`
    }
    const interval = Option.map(Duration.decodeUnknown(quota.interval), Duration.toMillis)
    if (!Option.exists(interval, (millis) => millis > 0 && millis < Infinity)) {
      return `has \`${name}.interval\` that is not longer than zero, or has no end`
    }
  }
  return undefined
}
