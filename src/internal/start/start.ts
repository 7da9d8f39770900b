import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import {
  type CallError,
  type InvalidRequest,
  MalformedResponse,
  type WaitError
} from "../../LroError.ts"
import type { AnyMethod, StartMethod } from "../../Method.ts"
import type { Operation } from "../../Operation.ts"
import type { OperationRef } from "../../OperationRef.ts"
import type { StartOptions } from "../../Requests.ts"
import type { Started } from "../../Waits.ts"
import { watchInterrupt, whenInterrupted } from "../base/fiber.ts"
import * as Telemetry from "../base/telemetry.ts"
import type { Call, Progress, Reply } from "../call/call.ts"
import type { Starting } from "../call/cancel.ts"
import { makeRef } from "../call/reference.ts"
import { execute } from "../call/retry.ts"
import type { Settings } from "../call/settings.ts"
import { alternatives } from "../errors/message.ts"
import { parseOperation } from "../wire/envelope.ts"
import { abandoned, atMost5, cancelStarted, tell } from "./interruption.ts"
import { build } from "./request.ts"
import { uuid } from "./requestId.ts"

interface StartReply {
  readonly operation: Operation
  readonly reply: Reply
}

/** A start reply: only an operation that is done may lack a name. */
const parseStarted =
  ({ binding }: Settings) => (json: unknown, reply: Reply): StartReply | string => {
    const operation = (binding.operationFormat?.operation ?? parseOperation)(json, reply)
    if (typeof operation === "string") return operation
    return operation.done || operation.name !== ""
      ? { operation, reply }
      : "the operation runs and has no name"
  }

/**
 * How a client starts a method. It hangs on the method, so that a program that starts nothing does not carry it.
 *
 * @internal
 */
export interface Starter {
  readonly start: <Request, M, W>(
    client: Starting,
    method: StartMethod<string, Request, M, W>,
    request: Request,
    options: StartOptions
  ) => Effect.Effect<Started<M, W>, CallError>
  /** Starts, and waits in one of two ways. Nothing is started that could not be waited for. */
  readonly run: (
    client: Starting,
    waits: Waits,
    end: "untilDone" | "untilFinal",
    method: StartMethod<string, never, unknown, unknown>,
    request: unknown,
    options: StartOptions
  ) => Effect.Effect<never, never>
}

type AnyStart = StartMethod<string, unknown, unknown, unknown>

type WaitFor = (
  target: Started<unknown, unknown>,
  options: StartOptions
) => Effect.Effect<unknown, WaitError>

/** The waits for an end, typed by whoever starts. */
interface Waits {
  readonly check: (method: string, options: StartOptions) => Effect.Effect<void, CallError>
  readonly untilDone: WaitFor
  readonly untilFinal: WaitFor
}

/** An operation runs: nobody may be told that nothing was sent. */
const unusable = (
  { attempts, httpStatus, url }: Reply,
  ref: OperationRef,
  { expected, problem }: InvalidRequest
) =>
  new MalformedResponse({
    method: ref.method ?? "",
    operation: ref,
    reason: "UnusableName",
    httpStatus,
    url: url.split("?")[0] ?? "",
    description: `the operation runs, and its name cannot be polled: it ${problem}` +
      (expected === undefined ? "" : `; expected ${alternatives(expected)}`),
    attempts
  })

const send = <Request, M, W>(
  { checkName, settings }: Starting,
  method: StartMethod<string, Request, M, W>,
  request: Request,
  options: StartOptions,
  progress: Progress
): Effect.Effect<Started<M, W>, CallError> =>
  Effect.gen(function*() {
    const description = method as AnyMethod
    const { operationFormat } = settings.binding
    const built = yield* build(description, request, uuid, operationFormat?.refuse)
    const idempotent = built.requestId !== undefined || options.idempotent === true
    const call: Call<StartReply> = {
      method: method.rpc,
      verb: method.verb,
      path: built.path,
      query: built.query,
      body: built.body,
      name: "",
      location: built.location,
      request: built.request,
      repeat: idempotent ? "safe" : "unsent",
      progress,
      read: { parse: parseStarted(settings), otherwise: "NotAnOperation" },
      hint: built.requestId === undefined
        ? "the operation may exist: look for it with list, or for the resource, before starting it again"
        : `the operation may exist: starting it again with request id ${built.requestId} is safe`
    }
    const { operation, reply } = yield* execute(settings, call, options)
    const ref = yield* makeRef(settings, {
      name: operation.name,
      method: method.rpc,
      location: built.location,
      requestId: built.requestId
    })
    if (!operation.done && checkName !== undefined) {
      yield* Effect.mapError(checkName(ref.name), (wrong) => unusable(reply, ref, wrong))
    }
    return { operation, ref, name: operation.name, method }
  })

type Restore = <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>

// The call runs in a fiber of its own: an interruption of the caller does not reach a request on the wire, its time-out does.
const masked = <Request, M, W>(
  restore: Restore,
  isInterrupted: () => boolean,
  client: Starting,
  method: StartMethod<string, Request, M, W>,
  request: Request,
  options: StartOptions
): Effect.Effect<Started<M, W>, CallError> =>
  Effect.suspend(() => {
    const progress: Progress = { sending: false, stopped: false, failure: undefined }
    const failed = (cause: Cause.Cause<CallError>) =>
      Effect.logWarning(`${method.rpc} failed while its caller was interrupted`, cause)
    const interrupted = (fiber: Fiber.Fiber<Started<M, W>, CallError>) => {
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
            Effect.flatMap(
              tell(result.ref, options),
              (telling) => Effect.zipRight(atMost5(telling), abandoned(client, result, options))
            )
        })
      )
    }
    return Effect.forkDaemon(
      Effect.interruptible(send(client, method, request, options, progress))
    ).pipe(
      Effect.flatMap((fiber) =>
        whenInterrupted(isInterrupted, restore(Fiber.join(fiber)), () => interrupted(fiber))
      ),
      Effect.tap((result) =>
        Effect.flatMap(tell(result.ref, options), (telling) =>
          whenInterrupted(isInterrupted, restore(telling.told), () =>
            Effect.zipRight(atMost5(telling), abandoned(client, result, options))))
      )
    )
  })

/** @internal */
export const starter: Starter = {
  start: (client, method, request, options) =>
    watchInterrupt((isInterrupted) =>
      Effect.uninterruptibleMask((restore) =>
        Telemetry.within(
          masked(restore, isInterrupted, client, method, request, options),
          "Operations.start",
          { kind: "client", attributes: { "rpc.method": method.rpc } }
        )
      )
    ),
  // Between the reply of the start and the end of the wait an interruption finds `onInterrupt` in place.
  run: (client, waits, end, method, request, options) =>
    Effect.zipRight(
      waits.check(end === "untilDone" ? "Operations.run" : "Operations.runFinal", options),
      watchInterrupt((isInterrupted) =>
        Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(
            masked(restore, isInterrupted, client, method as AnyStart, request, options),
            (target) => {
              const wait = restore(waits[end](target, { ...options, onInterrupt: undefined }))
              return whenInterrupted(isInterrupted, wait, () =>
                options.onInterrupt === "cancel"
                  ? cancelStarted(client, target.ref, options)
                  : Effect.logInfo(`${target.name} goes on: its caller was interrupted`))
            }
          )
        )
      )
    ) as Effect.Effect<never, never>
}
