import * as Effect from "effect/Effect"
import type * as Code from "../../Code.ts"
import type { CallError, WaitTimeout } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { WaitOptions } from "../../Waits.ts"
import type { Settings } from "../call/settings.ts"
import type { PollSource } from "./source.ts"
import type { Subject } from "./subject.ts"
import * as Waiter from "./waiter.ts"

const codeOf = (state: Operation.Final): Code.Code =>
  state._tag === "Failed" ? state.code : state._tag === "Cancelled" ? "CANCELLED" : "OK"

type Options<R> = WaitOptions<unknown, unknown, R>

/**
 * Waits for the final state and tells each one on the way; leaving aborts a poll that nobody else waits for.
 *
 * @internal
 */
export const final = <R>(
  settings: Settings,
  source: PollSource,
  method: string,
  it: Subject,
  options: Options<R>
): Effect.Effect<Operation.Final, CallError | WaitTimeout, R> =>
  it.known?.done === true
    ? ended(it.known, it, (state) => tell(state, options))
    : Effect.acquireUseRelease(
      Waiter.begin<R>(settings, source, method, it, options, true),
      (waiter) => polled(waiter, it, options),
      (waiter, exit) => waiter.end(exit)
    )

// No generator, which each of ten thousand waits would keep.
const polled = <R>(
  waiter: Waiter.Waiter<R>,
  it: Subject,
  options: Options<R>
): Effect.Effect<Operation.Final, CallError | WaitTimeout, R> =>
  Effect.flatMap(waiter.next(), (operation) => {
    const told = (state: Operation.State) => waiter.within(tell(state, options))
    // The result is there: who is told of it too slowly does not cost it.
    if (operation.done) return ended(operation, it, (state) => Effect.ignore(told(state)))
    if (options.onState === undefined) return polled(waiter, it, options)
    const state = Operation.stateWith(operation, it.reader)
    return Effect.zipRight(told(state), Effect.suspend(() => polled(waiter, it, options)))
  })

const tell = <R>(state: Operation.State, { onState }: Options<R>) => onState?.(state) ?? Effect.void

const ended = <R>(
  operation: Operation.Operation,
  { reader }: Subject,
  told: (state: Operation.Final) => Effect.Effect<unknown, never, R>
): Effect.Effect<Operation.Final, never, R> =>
  Effect.suspend(() => {
    const state = Operation.stateWith(operation, reader) as Operation.Final
    return Effect.zipRight(
      told(state),
      Effect.as(
        Effect.annotateCurrentSpan({
          "gcp.longrunning.done": true,
          "gcp.longrunning.status_code": codeOf(state)
        }),
        state
      )
    )
  })
