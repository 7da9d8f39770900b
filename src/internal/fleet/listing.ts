import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import type { CallError, PageTokenError } from "../../LroError.ts"
import type { Operation } from "../../Operation.ts"
import type { Page } from "../../Requests.ts"
import * as Telemetry from "../base/telemetry.ts"
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
  /** `whole`: what it did not show is not there. Else nobody wanted more, or it was given up after too many pages. */
  | { readonly _tag: "Ended"; readonly pages: number; readonly how: "whole" | "enough" | "dear" }
  | {
    readonly _tag: "Failed"
    readonly pages: number
    readonly error: CallError | Lost | PageTokenError["reason"]
  }

/** What is asked for. */
interface Asked {
  readonly readPage: ReadPage
  readonly polled: Polled
  readonly request: AnyListRequest
  readonly timeout: number
  readonly most: number
  /** Takes what a page shows, and says whether anybody wants more. */
  readonly take: (operations: ReadonlyArray<Operation>, times: Times) => boolean
}

/**
 * Reads pages until nobody wants more. Each is a call with its repetitions, since a page that is lost costs all those before.
 *
 * @internal
 */
export const list = (
  { requests, timers }: Means,
  { most, polled, readPage, request, take, timeout }: Asked
): Effect.Effect<Listing> =>
  Effect.gen(function*() {
    const tokens = new RecentTokens(undefined)
    let current = request
    for (let pages = 1;; pages++) {
      const ticket = { asked: timers.now(), queued: 0 }
      const page: Effect.Effect<Page, CallError> = readPage(current, { ...polled.sent, timeout })
      requests.add()
      yield* Telemetry.add(Telemetry.fleetRequests("list"))
      const exit = yield* Effect.exit(
        Effect.provideService(page, Queueing, ticket)
      )
      if (Exit.isFailure(exit)) {
        const error = Option.getOrElse(
          Cause.failureOption(exit.cause),
          () => new Lost("Interrupted", Cause.die(Cause.squash(exit.cause)))
        )
        return { _tag: "Failed", pages: pages - 1, error }
      }
      const isWanted = take(exit.value.operations, { ...ticket, answered: timers.now() })
      const next = nextPage(current, exit.value)
      if (Option.isNone(next)) return { _tag: "Ended", pages, how: "whole" }
      if (!isWanted) return { _tag: "Ended", pages, how: "enough" }
      const problem = tokens.add(exit.value.nextPageToken)
      if (problem !== undefined) return { _tag: "Failed", pages, error: problem }
      if (pages >= most) return { _tag: "Ended", pages, how: "dear" }
      current = next.value
    }
  })
