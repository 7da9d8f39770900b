import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { CallError, PageTokenError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { CallOptions, Page } from "../../Requests.ts"
import * as Telemetry from "../base/telemetry.ts"
import { isThrottled, tolerance } from "../errors/verdict.ts"
import { type AnyListRequest, nextPage } from "../list/request.ts"
import { RecentTokens } from "../list/tokens.ts"
import { Lost, type Polled } from "../wait/source.ts"
import { Queueing } from "../wire/exchange.ts"
import type { Means, ReadPage } from "./means.ts"

/**
 * When a page was asked for and answered.
 *
 * @internal
 */
export interface Times {
  readonly asked: number
  readonly queued: number
  readonly answered: number
}

/**
 * How a listing ended.
 *
 * @internal
 */
export type Listing =
  /** `whole`: what it did not show is not there. Else nobody wanted more, or it was given up since no more pages were paid. */
  | { readonly _tag: "Ended"; readonly pages: number; readonly how: "whole" | "enough" | "dear" }
  | {
    readonly _tag: "Failed"
    readonly pages: number
    readonly error: CallError | Lost | PageTokenError["reason"]
  }

/**
 * Takes what a page shows: how many gets that saves, and whether anybody wants more.
 *
 * @internal
 */
export type Take = (
  operations: ReadonlyArray<Operation>,
  times: Times
) => { readonly saved: number; readonly isWanted: boolean }

/** What is asked for. */
interface Asked {
  readonly readPage: ReadPage
  readonly polled: Polled
  readonly request: AnyListRequest
  readonly timeout: number
  readonly most: number
  readonly take: Take
  /** A page came, that saved so many gets; says whether another one is paid. */
  readonly pay: (saved: number) => boolean
}

/** What a page may take at least, in milliseconds: one of a thousand operations takes its time. */
const leastTimeout = 10_000

/** How long after, in milliseconds. */
const pause = 500

/** What was lost on its way is asked for once more; what does not come in time is not. */
const isPassing = (error: CallError | Lost): boolean =>
  !(error instanceof Lost) && tolerance(error) === "transient" && !isThrottled(error) &&
  !(error._tag === "TransportError" && error.reason === "Timeout")

/**
 * Reads pages until nobody wants more. Each may take about a tick, since all wait for it. One that fails sooner is asked for once more, since
 * it costs all those before.
 *
 * @internal
 */
export const list = (
  { fleet, requests, timers }: Means,
  { most, pay, polled, readPage, request, take, timeout }: Asked
): Effect.Effect<Listing> =>
  Effect.gen(function*() {
    const tokens = new RecentTokens(undefined)
    const options: CallOptions = {
      ...polled.sent,
      timeout: Math.min(timeout, Math.max(fleet.tick, leastTimeout)),
      retry: "none"
    }
    let current = request
    for (let pages = 1;; pages++) {
      let ticket = { asked: timers.now(), queued: 0 }
      const once = Effect.suspend(() => {
        ticket = { asked: timers.now(), queued: 0 }
        requests.add()
        return Effect.zipRight(
          Telemetry.add(Telemetry.fleetRequests("list")),
          read(readPage(current, options), ticket)
        )
      })
      const page = yield* Effect.either(
        Effect.catchIf(once, isPassing, () => Effect.delay(once, pause))
      )
      if (Either.isLeft(page)) return { _tag: "Failed", pages: pages - 1, error: page.left }
      const { isWanted, saved } = take(page.right.operations, {
        ...ticket,
        answered: timers.now()
      })
      const isPaid = pay(saved)
      const next = nextPage(current, page.right)
      if (Option.isNone(next)) return { _tag: "Ended", pages, how: "whole" }
      if (!isWanted) return { _tag: "Ended", pages, how: "enough" }
      const problem = tokens.add(page.right.nextPageToken)
      if (problem !== undefined) return { _tag: "Failed", pages, error: problem }
      if (!isPaid || pages >= most) return { _tag: "Ended", pages, how: "dear" }
      current = next.value
    }
  })

/** A page that ends interrupted, or dies, is one that failed. */
const read = (
  page: Effect.Effect<Page, CallError>,
  ticket: { asked: number; queued: number }
): Effect.Effect<Page, CallError | Lost> =>
  Effect.catchAllCause(
    Effect.provideService(page, Queueing, ticket),
    (cause) =>
      Effect.fail(Option.getOrElse(
        Cause.failureOption(cause),
        () => new Lost("Interrupted", Cause.die(Cause.squash(cause)))
      ))
  )
