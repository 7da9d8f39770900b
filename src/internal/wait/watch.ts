import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { CallError, WaitTimeout } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { Target, WatchOptions } from "../../Waits.ts"
import { canonical } from "../base/json.ts"
import * as Telemetry from "../base/telemetry.ts"
import { refuse } from "../call/refuse.ts"
import type { Dependencies } from "./dependencies.ts"
import { type Reading, resolve, spanOptions } from "./subject.ts"
import * as Waiter from "./waiter.ts"

/**
 * The states of an operation, each when something changed.
 *
 * @internal
 */
export const makeWatch = ({ checkName, settings, source }: Dependencies) =>
<R>(
  target: Target,
  options: WatchOptions<R> & Reading = {}
): Stream.Stream<Operation.State, CallError | WaitTimeout, R> =>
  Telemetry.withStreamSpan(
    Stream.unwrapScoped(Effect.gen(function*() {
      const method = "Operations.watch"
      const { onInterrupt, ...polling } = options
      if (onInterrupt as unknown === "cancel") {
        const problem =
          "cannot be told of a watch: cancel in `Effect.onInterrupt` around its consumer"
        return yield* refuse(method, "onInterrupt", problem)
      }
      const it = yield* resolve(settings, checkName, method, target, polling)
      const { known } = it
      if (known?.done === true) return Stream.succeed(Operation.stateWith(known, it.reader))
      const waiter = yield* Effect.acquireRelease(
        Waiter.begin<R>(settings, source, method, it, polling, false),
        (waiter, exit) => waiter.end(exit)
      )
      const select = options.changes ?? ((metadata) => metadata)
      const polled = Stream.takeUntil(
        Stream.repeatEffect(waiter.next()),
        (operation) => operation.done
      )
      return (known === undefined ? polled : Stream.prepend(polled, Chunk.of(known))).pipe(
        Stream.changesWith((a, b) =>
          a.done === b.done && canonical(select(a.metadata)) === canonical(select(b.metadata))
        ),
        Stream.map((operation) => Operation.stateWith(operation, it.reader))
      )
    })),
    "Operations.watch",
    spanOptions(target)
  )
