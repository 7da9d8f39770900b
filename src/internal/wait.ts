import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import {
  type CallError,
  InvalidRequest,
  NotFound,
  type WaitError,
  WaitTimeout
} from "../LroError.ts"
import * as Operation from "../Operation.ts"
import { OperationRef } from "../OperationRef.ts"
import type {
  CallOptions,
  Methods,
  NameRequest,
  ResponseOptions,
  Started,
  Target,
  WaitOptions,
  WatchOptions
} from "../Operations.ts"
import { CurrentSettings } from "../Polling.ts"
import { isRpcError } from "../RpcError.ts"
import { canonical } from "./canonical.ts"
import { makeRef } from "./http.ts"
import { location } from "./nameTemplates.ts"
import * as Pacing from "./pacing.ts"
import type { Settings } from "./settings.ts"
import { type Cancel, cancelOnInterrupt } from "./start.ts"
import { tolerance } from "./tolerance.ts"

type Get = (
  request: NameRequest & { readonly endpoint?: string | undefined },
  options?: CallOptions
) => Effect.Effect<Operation.Operation, CallError>

interface Dependencies {
  readonly settings: Settings
  readonly get: Get
  readonly cancel: Cancel | undefined
  /** Refuses a name that does not fit get. */
  readonly checkName: (name: string) => Effect.Effect<unknown, InvalidRequest>
}

/** Cancel is not served here, or the operation is done already. */
const cannotBeCancelled = (error: CallError): boolean => {
  if (error._tag === "MalformedResponse") return error.reason === "WrongEndpoint"
  return isRpcError(error) &&
    (error._tag === "FAILED_PRECONDITION" || error._tag === "UNIMPLEMENTED" ||
      error.httpStatus === 405)
}

type Decode<M> = (raw: unknown) => Operation.Metadata<M>

/** A target, resolved: what is known of the operation before the first poll. */
interface Subject<M> {
  readonly ref: OperationRef
  readonly decode: Decode<M>
  readonly known: Operation.Operation | undefined
  /** A start reply is fresh: the first delay comes before the first poll. */
  readonly fresh: boolean
}

const isStarted = <M>(target: Target<M>): target is Started<M> =>
  typeof target === "object" && "ref" in target

const untilDoneMethod = "Operations.untilDone"

/**
 * `untilDone`, `watch` and `cancelAndWait` of a client.
 *
 * @internal
 */
export const makeWait = ({ cancel, checkName, get, settings }: Dependencies) => {
  const subject = <M, R>(
    target: Target<M>,
    options: WaitOptions<M, R>
  ): Effect.Effect<Subject<M>, InvalidRequest> =>
    Effect.gen(function*() {
      if (isStarted(target)) {
        return {
          ref: target.ref,
          decode: Operation.decoderOf(options.method ?? target.method),
          known: target.operation,
          fresh: true
        }
      }
      const decode = Operation.decoderOf(options.method)
      if (target instanceof OperationRef) {
        const refuse = (argument: string, problem: string) =>
          new InvalidRequest({ method: untilDoneMethod, operation: target, argument, problem })
        if (
          target.service !== settings.binding.service || target.version !== settings.binding.version
        ) {
          return yield* refuse(
            "target",
            `is an operation of ${target.service}/${target.version}, not of ${settings.id}`
          )
        }
        if (
          options.method !== undefined && target.method !== undefined &&
          target.method !== options.method.rpc
        ) {
          return yield* refuse(
            "method",
            `is not the method that started the operation: ${target.method}`
          )
        }
        const problem = target.endpoint === undefined
          ? undefined
          : settings.checkForeign(target.endpoint)
        if (problem !== undefined) return yield* refuse("target.endpoint", problem)
        yield* checkName(target.name)
        return { ref: target, decode, known: undefined, fresh: false }
      }
      const known = typeof target === "string" ? undefined : target
      const name = typeof target === "string" ? target : target.name
      if (known?.done !== true) yield* checkName(name)
      const ref = yield* makeRef(settings, {
        name,
        location: location(name),
        method: options.method?.rpc
      })
      return { ref, decode, known, fresh: false }
    })

  /** The polls of one member: each run of the effect gives the next state that a poll answered. */
  const polls = <M, R>(
    { fresh, known, ref }: Subject<M>,
    options: WaitOptions<M, R>
  ): Effect.Effect<
    Effect.Effect<Operation.Operation, CallError | WaitTimeout, R>,
    InvalidRequest
  > =>
    Effect.gen(function*() {
      const pace = yield* Pacing.resolve(settings, yield* CurrentSettings, options, ref)
      const begun = yield* Pacing.now
      const limit = pace.deadline === undefined ? undefined : Pacing.limit(begun, pace.deadline)
      const delays = Pacing.delays(pace)
      const tolerate = tolerance(pace.maxOutage)
      let last = known
      let lastGood = known === undefined ? undefined : begun
      let lastError: CallError | undefined
      let count = 0
      let hint = 0
      let ended = false
      let warned = false

      const timedOut = (reason: WaitTimeout["reason"]) =>
        Effect.flatMap(Pacing.now, (now) =>
          Effect.fail(
            new WaitTimeout({
              operation: ref,
              reason,
              last,
              polls: count,
              elapsed: Duration.millis(now - begun),
              lastError
            })
          ))

      /** One poll: the state that it answered, or nothing after a failure that the wait tolerates. */
      const poll: Effect.Effect<Operation.Operation | undefined, CallError | WaitTimeout> = Effect
        .gen(function*() {
          const now = yield* Pacing.now
          const attempt = get(
            { name: ref.name, endpoint: ref.endpoint },
            lastGood === undefined ? options : { ...options, retry: "none" }
          )
          const result = yield* Effect.either(
            limit === undefined ? attempt : Effect.raceFirst(
              attempt,
              Effect.zipRight(Pacing.sleep(limit.deadline - now), timedOut("deadline"))
            )
          )
          count++
          const at = yield* Pacing.now
          if (result._tag === "Right") {
            tolerate.reset()
            hint = 0
            lastGood = at
            last = yield* named(result.right)
            yield* Effect.logDebug(`${ref.name} ${last.done ? "is done" : "runs"} (poll ${count})`)
            return last
          }
          const error = result.left
          if (error._tag === "WaitTimeout") return yield* error
          if (lastGood === undefined) return yield* error
          if (!tolerate.admits({ error, begun: now, ended: at, lastGood })) {
            return yield* error._tag === "NOT_FOUND"
              ? new NotFound({ ...error, seenBefore: true })
              : error
          }
          lastError = error
          hint = Pacing.hintOf(error, pace)
          yield* Effect.logWarning(
            `poll ${count} of ${ref.name} failed with ${error._tag}: the wait goes on`
          )
          return undefined
        })

      const named = (operation: Operation.Operation) => {
        if (operation.name === ref.name) return Effect.succeed(operation)
        const kept = { ...operation, name: ref.name }
        if (operation.name === "" || warned) return Effect.succeed(kept)
        warned = true
        return Effect.as(
          Effect.logWarning(`the server answered ${operation.name} when asked for ${ref.name}`),
          kept
        )
      }

      /** The delay before the next poll. */
      const pause: Effect.Effect<void, WaitTimeout, R> = Effect.gen(function*() {
        if (ended) return yield* timedOut("deadline")
        const now = yield* Pacing.now
        const atOnce = count === 0 && !fresh
        const scheduled = atOnce ? 0 : yield* delays(last ?? { name: ref.name, done: false })
        if (scheduled === undefined) return yield* timedOut("schedule")
        let delay = Math.max(scheduled, hint)
        if (limit !== undefined && now + delay >= limit.lastPoll) {
          ended = true
          if (now >= (count > 0 ? limit.lastPoll : limit.deadline)) {
            return yield* timedOut("deadline")
          }
          delay = Math.max(0, limit.lastPoll - now)
        }
        if (delay > 0) yield* Pacing.sleep(delay)
      })

      return Effect.gen(function*() {
        let operation: Operation.Operation | undefined
        do {
          yield* pause
          operation = yield* poll
        } while (operation === undefined)
        return operation
      })
    })

  const final = <M, R>(
    it: Subject<M>,
    options: WaitOptions<M, R>
  ): Effect.Effect<Exclude<Operation.State<M>, Operation.Running<M>>, CallError | WaitTimeout, R> =>
    Effect.gen(function*() {
      let operation = it.known
      if (operation?.done !== true) {
        const next = yield* polls(it, options)
        do {
          operation = yield* next
        } while (!operation.done)
      }
      const state = Operation.stateWith(operation, it.decode)
      return state._tag === "Running"
        ? yield* Effect.dieMessage("a done operation cannot run")
        : state
    })

  const interruptible = <A, E, R>(
    wait: Effect.Effect<A, E, R>,
    ref: OperationRef,
    options: CallOptions & { readonly onInterrupt?: "leave" | "cancel" | undefined }
  ): Effect.Effect<A, E, R> =>
    options.onInterrupt === "cancel"
      ? Effect.onInterrupt(wait, () => cancelOnInterrupt(cancel, ref, options))
      : wait

  const span = <M>(name: string, target: Target<M>) =>
    Effect.withSpan(name, {
      captureStackTrace: false,
      attributes: {
        "gcp.resource.destination.id": typeof target === "string" ? target : target.name
      }
    })

  const untilDone = <M, R, A, R2>(
    target: Target<M>,
    options: WaitOptions<M, R> & Pick<Partial<ResponseOptions<A, R2>>, "response"> = {}
  ): Effect.Effect<A | Operation.Succeeded<M>, WaitError, R | R2> =>
    Effect.gen(function*() {
      const it = yield* subject<M, R>(target, options)
      const state = yield* interruptible(final<M, R>(it, options), it.ref, options)
      const succeeded = yield* Operation.outcome(state, it.ref)
      return options.response === undefined
        ? succeeded
        : yield* Operation.response<A, R2>(succeeded, it.ref, options.response)
    }).pipe(span("Operations.untilDone", target))

  const watch = <M, R>(
    target: Target<M>,
    options: WatchOptions<M, R> = {}
  ): Stream.Stream<Operation.State<M>, CallError | WaitTimeout, R> =>
    Stream.unwrap(Effect.gen(function*() {
      const it = yield* subject<M, R>(target, options)
      const { known } = it
      const next = yield* polls(it, options)
      const first = known === undefined ? Stream.fromEffect(next) : Stream.succeed(known)
      const select = options.changes ?? ((metadata) => metadata)
      let ended = false
      const states = Stream.flatMap(first, (operation) =>
        Stream.concat(
          Stream.succeed(operation),
          operation.done
            ? Stream.empty
            : Stream.takeUntil(Stream.repeatEffect(next), (operation) => operation.done)
        )).pipe(
          Stream.changesWith((a, b) =>
            a.done === b.done && canonical(select(a.metadata)) === canonical(select(b.metadata))
          ),
          Stream.map((operation) => {
            ended = operation.done
            return Operation.stateWith(operation, it.decode)
          })
        )
      return options.onInterrupt !== "cancel" ? states : Stream.ensuringWith(
        states,
        (exit) =>
          Exit.isInterrupted(exit) && !ended
            ? cancelOnInterrupt(cancel, it.ref, options)
            : Effect.void
      )
    }))

  const cancelAndWait = <M, R>(target: Target<M>, options: WaitOptions<M, R> = {}) =>
    Effect.gen(function*() {
      const it = yield* subject<M, R>(target, options)
      if (it.known?.done !== true && cancel !== undefined) {
        yield* cancel({ name: it.ref.name, endpoint: it.ref.endpoint }, options).pipe(
          Effect.catchIf(
            cannotBeCancelled,
            (error) => Effect.logWarning(`${it.ref.name} cannot be cancelled: ${error.message}`)
          )
        )
      }
      return yield* final({ ...it, fresh: false }, options)
    }).pipe(span("Operations.cancelAndWait", target))

  return {
    untilDone: untilDone as Methods<string, never>["untilDone"],
    watch,
    cancelAndWait: cancelAndWait as Methods<string, never>["cancelAndWait"]
  }
}
