import * as Effect from "effect/Effect"
import type * as Code from "../../Code.ts"
import type { CallError, WaitTimeout } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { WaitOptions } from "../../Requests.ts"
import type { Settings } from "../call/settings.ts"
import type { PollSource } from "./source.ts"
import type { Subject } from "./subject.ts"
import * as Waiter from "./waiter.ts"

const codeOf = (state: Operation.Final): Code.Code =>
  state._tag === "Failed" ? state.code : state._tag === "Cancelled" ? "CANCELLED" : "OK"

/**
 * Waits for the final state and tells each one on the way; leaving aborts a poll that nobody else waits for.
 *
 * @internal
 */
export const final = <M, R>(
  settings: Settings,
  source: PollSource,
  method: string,
  it: Subject<M>,
  options: WaitOptions<M, R>
): Effect.Effect<Operation.Final<M>, CallError | WaitTimeout, R> =>
  it.known?.done === true
    ? ended(it.known, it, (state) => tell(state, options))
    : Effect.acquireUseRelease(
      Waiter.begin<M, R>(settings, source, method, it, options, true),
      (waiter) => polled(waiter, it, options),
      (waiter, exit) => waiter.end(exit)
    )

// No generator, which each of ten thousand waits would keep.
const polled = <M, R>(
  waiter: Waiter.Waiter<R>,
  it: Subject<M>,
  options: WaitOptions<M, R>
): Effect.Effect<Operation.Final<M>, CallError | WaitTimeout, R> =>
  Effect.flatMap(waiter.next(), (operation) => {
    const told = (state: Operation.State<M>) => waiter.within(tell(state, options))
    // The result is there: who is told of it too slowly does not cost it.
    if (operation.done) return ended(operation, it, (state) => Effect.ignore(told(state)))
    if (options.onState === undefined) return polled(waiter, it, options)
    const state = Operation.stateWith(operation, it.decode)
    return Effect.zipRight(told(state), Effect.suspend(() => polled(waiter, it, options)))
  })

const tell = <M, R>(state: Operation.State<M>, { onState }: WaitOptions<M, R>) =>
  onState?.(state) ?? Effect.void

const ended = <M, R>(
  operation: Operation.Operation,
  { decode }: Subject<M>,
  told: (state: Operation.Final<M>) => Effect.Effect<unknown, never, R>
): Effect.Effect<Operation.Final<M>, never, R> =>
  Effect.suspend(() => {
    const state = Operation.stateWith(operation, decode) as Operation.Final<M>
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
