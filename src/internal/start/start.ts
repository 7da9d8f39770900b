import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { CallError } from "../../LroError.ts"
import type { AnyMethod, Method } from "../../Method.ts"
import type { Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import type { CallOptions, Started, StartOptions } from "../../Requests.ts"
import { type Call, decode, makeRef, type Progress } from "../call/call.ts"
import { execute } from "../call/http.ts"
import type { Settings } from "../call/settings.ts"
import { locate, type Place } from "../call/target.ts"
import { parseOperation } from "../wire/reply.ts"
import { build } from "./request.ts"

/**
 * Cancels at a place.
 *
 * @internal
 */
export type Cancel = (place: Place, options?: CallOptions) => Effect.Effect<void, CallError>

/** A start reply: only an operation that is done may lack a name. */
const parseStarted = (json: unknown): Operation | string => {
  const operation = parseOperation(json)
  return typeof operation === "string" || operation.done || operation.name !== ""
    ? operation
    : "the operation runs and has no name"
}

/** A random UUID, version 4. It has to be unique in the whole fleet: not from `Random`, whose seed has 32 bits. */
const uuid = (): string => {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16))
  const hex = Array.from(
    bytes,
    (byte, i) =>
      (i === 6 ? (byte & 0x0f) | 0x40 : i === 8 ? (byte & 0x3f) | 0x80 : byte).toString(16)
        .padStart(2, "0")
  ).join("")
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)]
    .join("-")
}

/**
 * One cancel for an operation whose caller was interrupted, for at most 5 seconds and with the options of the caller's call; its
 * outcome goes to the log.
 *
 * @internal
 */
export const cancelOnInterrupt = (
  { cancel, settings }: Starting,
  place: Place,
  options: CallOptions
): Effect.Effect<void> => {
  const { name } = place
  if (cancel === undefined) {
    return Effect.logWarning(`${settings.binding.service} has no cancel: ${name} goes on`)
  }
  if (name === "") return Effect.void
  return cancel(place, { ...options, retry: "none" }).pipe(
    Effect.interruptible,
    Effect.timeout("5 seconds"),
    Effect.matchEffect({
      onSuccess: () => Effect.logInfo(`cancelled ${name} after an interruption`),
      onFailure: (error) =>
        Effect.logWarning(`could not cancel ${name} after an interruption: ${error.message}`)
    })
  )
}

/**
 * What starting needs of a client.
 *
 * @internal
 */
export interface Starting {
  readonly settings: Settings
  readonly cancel: Cancel | undefined
}

/**
 * How a client starts a method. It hangs on the method, so that a program that starts nothing does not carry it.
 *
 * @internal
 */
export interface Starter {
  readonly start: <Request, M>(
    client: Starting,
    method: Method<string, Request, M>,
    request: Request,
    options: StartOptions
  ) => Effect.Effect<Started<M>, CallError>
  readonly run: <Request, Options extends StartOptions, A, E, R>(
    client: Starting,
    method: Method<string, Request, unknown>,
    request: Request,
    options: Options,
    untilDone: (target: Started<unknown>, options: Options) => Effect.Effect<A, E, R>
  ) => Effect.Effect<A, E | CallError, R>
}

const send = <Request, M>(
  settings: Settings,
  method: Method<string, Request, M>,
  request: Request,
  options: StartOptions,
  progress: Progress
): Effect.Effect<Started<M>, CallError> =>
  Effect.gen(function*() {
    const description = method as AnyMethod
    const built = yield* build(description, request, uuid)
    const idempotent = built.requestId !== undefined || options.idempotent === true
    const call: Call = {
      method: method.rpc,
      verb: method.verb,
      path: built.path,
      query: built.query,
      body: built.body,
      name: "",
      location: built.location,
      repeat: idempotent ? "safe" : "unsent",
      progress,
      hint: built.requestId === undefined
        ? "the operation may exist: look for it with list, or for the resource, before starting it again"
        : `the operation may exist: starting it again with request id ${built.requestId} is safe`
    }
    const reply = yield* execute(settings, call, options)
    const operation = yield* decode(settings, call, reply, "NotAnOperation", parseStarted)
    const ref = yield* makeRef(settings, {
      name: operation.name,
      method: method.rpc,
      location: built.location,
      requestId: built.requestId
    })
    return { operation, ref, name: operation.name, method }
  })

const started = (ref: OperationRef, options: StartOptions) =>
  options.onStarted === undefined || ref.name === "" ? Effect.void : Effect.catchAllCause(
    options.onStarted(ref),
    (cause) => Effect.logWarning(`onStarted of ${ref.name} failed`, cause)
  )

/** The reference is this client's own: where it was started, it is cancelled. */
const cancelStarted = (client: Starting, ref: OperationRef, options: CallOptions) =>
  Effect.matchEffect(locate(client.settings, "Operations.start", "ref", ref), {
    onFailure: (error) =>
      Effect.logWarning(`could not cancel ${ref.name} after an interruption: ${error.message}`),
    onSuccess: (place) => cancelOnInterrupt(client, place, options)
  })

/** The caller was interrupted and gets no result: the name goes to the log. */
const abandoned = <M>(
  client: Starting,
  { method, operation, ref }: Started<M>,
  options: StartOptions
) =>
  Effect.zipRight(
    Effect.logWarning(`${method.rpc} started ${ref.name} while its caller was interrupted`),
    options.onInterrupt === "cancel" && !operation.done
      ? cancelStarted(client, ref, options)
      : Effect.void
  )

// The call runs in a fiber of its own: an interruption of the caller does not reach a request on the wire, its time-out does.
const masked = <Request, M>(
  restore: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>,
  client: Starting,
  method: Method<string, Request, M>,
  request: Request,
  options: StartOptions
): Effect.Effect<Started<M>, CallError> =>
  Effect.suspend(() => {
    const progress: Progress = { sending: false, stopped: false, failure: undefined }
    const failed = (cause: Cause.Cause<CallError>) =>
      Effect.logWarning(`${method.rpc} failed while its caller was interrupted`, cause)
    const interrupted = (fiber: Fiber.Fiber<Started<M>, CallError>) => {
      progress.stopped = true
      if (options.abortStart === true || !progress.sending) {
        return Effect.zipRight(
          Fiber.interrupt(fiber),
          progress.failure === undefined ? Effect.void : failed(Cause.fail(progress.failure))
        )
      }
      return Effect.flatMap(
        Fiber.await(fiber),
        Exit.match({
          onFailure: failed,
          onSuccess: (result) =>
            Effect.zipRight(started(result.ref, options), abandoned(client, result, options))
        })
      )
    }
    return Effect.forkDaemon(
      Effect.interruptible(send(client.settings, method, request, options, progress))
    ).pipe(
      Effect.flatMap((fiber) =>
        Effect.onInterrupt(restore(Fiber.join(fiber)), () => interrupted(fiber))
      ),
      Effect.tap((result) =>
        Effect.zipRight(
          started(result.ref, options),
          Effect.onInterrupt(restore(Effect.void), () => abandoned(client, result, options))
        )
      )
    )
  }).pipe(
    Effect.withSpan("Operations.start", {
      kind: "client",
      captureStackTrace: false,
      attributes: { "rpc.method": method.rpc }
    })
  )

/** @internal */
export const starter: Starter = {
  start: (client, method, request, options) =>
    Effect.uninterruptibleMask((restore) => masked(restore, client, method, request, options)),
  // Between the reply of the start and the end of the wait an interruption finds `onInterrupt` in place.
  run: (client, method, request, options, untilDone) =>
    Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(masked(restore, client, method, request, options), (target) => {
        const wait = restore(untilDone(target, { ...options, onInterrupt: undefined }))
        return Effect.onInterrupt(wait, () =>
          options.onInterrupt === "cancel"
            ? cancelStarted(client, target.ref, options)
            : Effect.logInfo(`${target.name} goes on: its caller was interrupted`))
      })
    )
}
