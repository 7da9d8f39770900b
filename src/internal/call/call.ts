/**
 * A call on its way: what `http.ts` takes and gives, what the call is about, and how it fails without an answer of the API.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import {
  type CallError,
  ForeignCause,
  InvalidRequest,
  MalformedResponse,
  TransportError
} from "../../LroError.ts"
import { OperationRef } from "../../OperationRef.ts"
import type { Endpoint } from "../wire/endpoint.ts"
import type { Broken } from "../wire/exchange.ts"
import * as TransportFailure from "../wire/transportFailure.ts"
import { operationRef } from "./reference.ts"
import type { Retry } from "./retry.ts"
import type { Settings } from "./settings.ts"

/**
 * One call, ready to send.
 *
 * @internal
 */
export interface Call {
  /** Full name of the rpc. */
  readonly method: string
  readonly verb: "GET" | "POST" | "DELETE" | "PATCH" | "PUT"
  /** Encoded path, from the slash on. */
  readonly path: string
  /** Encoded query without `?`, or empty. */
  readonly query: string
  readonly body: string | undefined
  /** The name the call is about, for errors. Empty when there is none. */
  readonly name: string
  /** The endpoint that a reference names; left out, it is the one of the client for the location. */
  readonly endpoint?: Endpoint | undefined
  readonly location?: string | undefined
  /** Which failures are tried again: see {@link Repeat}. */
  readonly repeat: Repeat
  /** Kept by a start call, for a caller that is interrupted. */
  readonly progress?: Progress | undefined
  /** What the error of a start says when an attempt may have been carried out. */
  readonly hint?: string | undefined
}

/**
 * Where a call stands.
 *
 * @internal
 */
export interface Progress {
  /** A request is on the wire, or was answered with success. */
  sending: boolean
  /** Set by the caller: no other request may follow. */
  stopped: boolean
  /** Why the last attempt failed. */
  failure: CallError | undefined
}

/**
 * - `safe`: get, list; an idempotent start.
 * - `cancel`, `delete`: as safe; and after an attempt that may have arrived, FAILED_PRECONDITION or NOT_FOUND is success.
 * - `unsent`: a start that is not idempotent: only what certainly was not sent.
 *
 * @internal
 */
export type Repeat = "safe" | "cancel" | "delete" | "unsent"

/**
 * The JSON of a reply, or `empty`, and where it comes from.
 *
 * @internal
 */
export interface Reply {
  readonly json: unknown
  readonly url: string
  readonly httpStatus: number
  /** How many attempts it took. */
  readonly attempts: number
  /** What its error says if it is none of the method's. */
  readonly hint?: string | undefined
}

/**
 * The options of a call, resolved over those of the layer.
 *
 * @internal
 */
export interface Resolved {
  readonly url: string
  readonly host: string
  readonly headers: { readonly [name: string]: string }
  readonly timeoutMillis: number
  readonly retry: Retry
  /** A 401 was answered with other credentials: once a call, whatever comes between. */
  renewed: boolean
  /** The hint of the call, once an attempt may have been carried out. */
  hint: string | undefined
}

/** @internal */
export const empty: unique symbol = Symbol.for("effect-lro/emptyBody")

/**
 * Fails with an error about the operation that a call names.
 *
 * @internal
 */
export const failAbout = <E>(
  settings: Settings,
  call: Call,
  make: (about: { readonly method: string; readonly operation: OperationRef | undefined }) => E
): Effect.Effect<never, E> =>
  Effect.flatMap(
    operationRef(settings, call),
    (operation) => Effect.fail(make({ method: call.method, operation }))
  )

/** @internal */
export const invalid = (settings: Settings, call: Call, argument: string, problem: string) =>
  failAbout(settings, call, (about) => new InvalidRequest({ ...about, argument, problem }))

/**
 * No whole reply came.
 *
 * @internal
 */
export const transportFailed = (
  settings: Settings,
  call: Call,
  resolved: Resolved,
  number: number,
  broken: Broken
): Effect.Effect<never, TransportError> =>
  failAbout(settings, call, (about) => {
    const timedOut = broken.reason === "Timeout"
    const [reason, sent] = timedOut
      ? ["Timeout", "maybe"] as const
      : TransportFailure.classify(broken.cause, broken.httpStatus !== undefined)
    const cause = timedOut
      ? new ForeignCause({
        name: "Timeout",
        message: `no whole reply within ${Duration.format(Duration.millis(resolved.timeoutMillis))}`
      })
      : TransportFailure.sanitise(broken.cause)
    if (sent === "maybe") resolved.hint = call.hint
    return new TransportError({
      ...about,
      reason,
      sent,
      host: resolved.host,
      attempts: number,
      hint: resolved.hint,
      cause
    })
  })

/**
 * A reply came that is none.
 *
 * @internal
 */
export const malformed = (
  settings: Settings,
  call: Call,
  resolved: { readonly url: string; readonly hint?: string | undefined },
  number: number,
  httpStatus: number,
  reason: MalformedResponse["reason"],
  description: string
): Effect.Effect<never, MalformedResponse> =>
  failAbout(settings, call, (about) =>
    new MalformedResponse({
      ...about,
      reason,
      httpStatus,
      url: resolved.url.split("?")[0] ?? "",
      description,
      attempts: number,
      hint: resolved.hint
    }))

/**
 * Reads a reply; `parse` says as text what keeps it from being what the method returns.
 *
 * @internal
 */
export const decode = <A extends object>(
  settings: Settings,
  call: Call,
  reply: Reply,
  reason: "NotAnOperation" | "NotAPage",
  parse: (json: unknown) => A | string
): Effect.Effect<A, MalformedResponse> => {
  const isEmpty = reply.json === empty
  const parsed = isEmpty ? "the reply has no body" : parse(reply.json)
  if (typeof parsed !== "string") return Effect.succeed(parsed)
  const { attempts, httpStatus } = reply
  return malformed(settings, call, reply, attempts, httpStatus, isEmpty ? "Empty" : reason, parsed)
}
