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
): Effect.Effect<Operation.Final<M>, CallError | WaitTimeout, R> => {
  const { known } = it
  const told = (state: Operation.State<M>) => options.onState?.(state) ?? Effect.void
  const ended = (operation: Operation.Operation, waiter?: Waiter.Waiter<R>) =>
    Effect.gen(function*() {
      const state = Operation.stateWith(operation, it.decode) as Operation.Final<M>
      // The result is there: who is told of it too slowly does not cost it.
      yield* waiter === undefined ? told(state) : Effect.ignore(waiter.within(told(state)))
      yield* Effect.annotateCurrentSpan({
        "gcp.longrunning.done": true,
        "gcp.longrunning.status_code": codeOf(state)
      })
      return state
    })
  if (known?.done === true) return ended(known)
  // No generator, which each of ten thousand waits would keep.
  const polled = (
    waiter: Waiter.Waiter<R>
  ): Effect.Effect<Operation.Final<M>, CallError | WaitTimeout, R> =>
    Effect.flatMap(waiter.next(), (operation) => {
      if (operation.done) return ended(operation, waiter)
      if (options.onState === undefined) return polled(waiter)
      const state = Operation.stateWith(operation, it.decode)
      return Effect.zipRight(waiter.within(told(state)), Effect.suspend(() => polled(waiter)))
    })
  return Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(
      Waiter.begin<M, R>(settings, source, method, it, options, true),
      (waiter) => Effect.onExit(restore(polled(waiter)), (exit) => waiter.end(exit))
    )
  )
}
