import * as Chunk from "effect/Chunk"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import type { Methods } from "../../Client.ts"
import type * as Code from "../../Code.ts"
import { type CallError, InvalidRequest, type WaitError, type WaitTimeout } from "../../LroError.ts"
import * as Operation from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import type {
  CallOptions,
  ResponseOptions,
  Started,
  Target,
  WaitOptions,
  WatchOptions
} from "../../Requests.ts"
import { canonical } from "../base/json.ts"
import * as Telemetry from "../base/telemetry.ts"
import { cancelOnInterrupt, type Starting } from "../call/cancel.ts"
import { makeRef } from "../call/reference.ts"
import type { Settings } from "../call/settings.ts"
import { locate, type Place } from "../call/target.ts"
import * as Verdict from "../errors/verdict.ts"
import * as Pace from "./pace.ts"
import type { PollSource } from "./source.ts"
import { isOperation, notOperation, type Subject } from "./subject.ts"
import * as Waiter from "./waiter.ts"

interface Dependencies {
  readonly settings: Settings
  readonly source: PollSource
  readonly starting: Starting
  /** Refuses a name that does not fit get. */
  readonly checkName: (name: string) => Effect.Effect<unknown, InvalidRequest>
}

const nameOf = (target: Target): string =>
  typeof target === "string" ? target : String((target as Partial<Started<unknown>> | null)?.name)

const spanOptions = (target: Target) => ({
  captureStackTrace: false,
  attributes: { "gcp.resource.destination.id": nameOf(target) }
})

/** Writes the end of a wait on its span. */
const ended = (state: Operation.Final): Effect.Effect<void> =>
  Effect.annotateCurrentSpan({
    "gcp.longrunning.done": true,
    "gcp.longrunning.status_code": codeOf(state)
  })

const codeOf = (state: Operation.Final): Code.Code =>
  state._tag === "Failed" ? state.code : state._tag === "Cancelled" ? "CANCELLED" : "OK"

/**
 * `untilDone`, `watch` and `cancelAndWait` of a client.
 *
 * @internal
 */
export const makeWait = ({ checkName, settings, source, starting }: Dependencies) => {
  const { cancel } = starting
  const subject = <M, R>(
    method: string,
    target: Target<M>,
    options: WaitOptions<M, R>
  ): Effect.Effect<Subject<M>, InvalidRequest> =>
    Effect.gen(function*() {
      const refuse = (argument: string, problem: string, operation?: OperationRef) =>
        new InvalidRequest({ method, operation, argument, problem })
      const place = yield* locate(
        settings,
        method,
        "target",
        typeof target === "string" ? { name: target } : target
      )
      const started = place.ref !== undefined && typeof target === "object" && "operation" in target
        ? target
        : undefined
      const known = started?.operation ??
        (typeof target === "string" || place.ref !== undefined ? undefined : target)
      if (known !== undefined && !isOperation(known)) {
        return yield* refuse("target", notOperation(known), place.ref)
      }
      const by = options.method ?? started?.method
      const rpc = place.ref?.method
      if (rpc !== undefined && by !== undefined && rpc !== by.rpc) {
        const problem = `is not the method that started the operation: ${rpc}`
        return yield* refuse("method", problem, place.ref)
      }
      if (known?.done !== true) yield* checkName(place.name)
      return {
        ...place,
        ref: place.ref ?? (yield* makeRef(settings, { ...place, method: by?.rpc })),
        decode: Operation.decoderOf(by),
        known,
        fresh: started !== undefined,
        published: by?.polling
      }
    })

  /** Waits for the final state; leaving aborts a poll that nobody else waits for. */
  const final = <M, R>(
    method: string,
    it: Subject<M>,
    options: WaitOptions<M, R>
  ): Effect.Effect<Operation.Final<M>, CallError | WaitTimeout, R> => {
    const seen = (
      operation: Operation.Operation
    ): Effect.Effect<Operation.Final<M> | undefined, never, R> => {
      if (!operation.done && options.onState === undefined) return Effect.succeed(undefined)
      const state = Operation.stateWith(operation, it.decode)
      const told = options.onState?.(state) ?? Effect.void
      return state._tag === "Running"
        ? Effect.as(told, undefined)
        : Effect.as(Effect.zipRight(told, ended(state)), state)
    }
    const polled = Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        Waiter.begin(settings, source, method, it, options, true),
        (waiter) => Effect.onExit(restore(waiter.until(seen)), (exit) => waiter.end(exit))
      )
    )
    const { known } = it
    return known?.done === true
      ? Effect.flatMap(seen(known), (state) => state === undefined ? polled : Effect.succeed(state))
      : polled
  }

  const interruptible = <A, E, R>(
    wait: Effect.Effect<A, E, R>,
    place: Place,
    options: CallOptions & { readonly onInterrupt?: "leave" | "cancel" | undefined }
  ): Effect.Effect<A, E, R> =>
    options.onInterrupt === "cancel"
      ? Effect.onInterrupt(wait, () => cancelOnInterrupt(starting, place, options))
      : wait

  const result = <M, A, R>(
    state: Operation.Final<M>,
    ref: OperationRef,
    schema: Operation.ResponseSchema<A, R> | undefined
  ): Effect.Effect<A | Operation.Succeeded<M>, WaitError, R> =>
    Effect.flatMap(
      Operation.outcome(state, ref),
      (succeeded): Effect.Effect<A | Operation.Succeeded<M>, WaitError, R> =>
        schema === undefined
          ? Effect.succeed(succeeded)
          : Operation.response<A, R>(succeeded, ref, schema)
    )

  const untilDone = <M, R, A, R2>(
    target: Target<M>,
    options: WaitOptions<M, R> & Pick<Partial<ResponseOptions<A, R2>>, "response"> = {}
  ): Effect.Effect<A | Operation.Succeeded<M>, WaitError, R | R2> =>
    Telemetry.within(
      Effect.flatMap(
        subject<M, R>("Operations.untilDone", target, options),
        (it) =>
          Effect.flatMap(
            interruptible(final<M, R>("Operations.untilDone", it, options), it, options),
            (state) => result<M, A, R2>(state, it.ref, options.response)
          )
      ),
      "Operations.untilDone",
      spanOptions(target)
    )

  const watch = <M, R>(
    target: Target<M>,
    options: WatchOptions<M, R> = {}
  ): Stream.Stream<Operation.State<M>, CallError | WaitTimeout, R> =>
    Stream.unwrapScoped(Effect.gen(function*() {
      const it = yield* subject<M, R>("Operations.watch", target, options)
      const { known } = it
      if (known?.done === true) return Stream.succeed(Operation.stateWith(known, it.decode))
      let ended = false
      const waiter = yield* Effect.acquireRelease(
        Waiter.begin(settings, source, "Operations.watch", it, options, false),
        (waiter, exit) =>
          options.onInterrupt === "cancel" && Exit.isInterrupted(exit) && !ended
            ? Effect.zipRight(waiter.end(exit), cancelOnInterrupt(starting, it, options))
            : waiter.end(exit)
      )
      const select = options.changes ?? ((metadata) => metadata)
      const polled = Stream.takeUntil(
        Stream.repeatEffect(waiter.until(Effect.succeed)),
        (operation) => operation.done
      )
      const states = (known === undefined ? polled : Stream.prepend(polled, Chunk.of(known))).pipe(
        Stream.changesWith((a, b) =>
          a.done === b.done && canonical(select(a.metadata)) === canonical(select(b.metadata))
        ),
        Stream.map((operation) => {
          ended = operation.done
          return Operation.stateWith(operation, it.decode)
        })
      )
      return states
    })).pipe(Stream.withSpan("Operations.watch", spanOptions(target)))

  const cancelAndWait = <M, R>(target: Target<M>, options: WaitOptions<M, R> = {}) =>
    Telemetry.within(
      Effect.gen(function*() {
        const method = "Operations.cancelAndWait"
        const it = yield* subject<M, R>(method, target, options)
        yield* Pace.resolve(settings, options, { method, operation: it.ref }, it.published)
        if (it.known?.done !== true && cancel !== undefined) {
          yield* cancel(it, options).pipe(
            Effect.catchIf(
              Verdict.cannotBeCancelled,
              (error) => Effect.logWarning(`${it.ref.name} cannot be cancelled: ${error.message}`)
            )
          )
        }
        return yield* final(method, { ...it, fresh: false }, options)
      }),
      "Operations.cancelAndWait",
      spanOptions(target)
    )

  return {
    /** Refuses options that no wait could begin with. */
    check: <M, R>(method: string, options: WaitOptions<M, R>) =>
      Effect.asVoid(Pace.resolve(settings, options, { method }, undefined)),
    untilDone: untilDone as Methods<string, never>["untilDone"],
    watch,
    cancelAndWait: cancelAndWait as Methods<string, never>["cancelAndWait"]
  }
}
