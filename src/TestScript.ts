/**
 * Scripts of operations and scripted faults, as data: what the operations server of `effect-lro/testing` is fed with.
 *
 * `effect-lro/testing` exports all of it, too.
 *
 * @since 0.1.0
 */
import type * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import type * as Option from "effect/Option"
import type * as Code from "./Code.ts"
import type * as ProtoJson from "./ProtoJson.ts"

/**
 * A JSON object.
 *
 * @since 0.1.0
 * @category models
 */
export type JsonObject = Readonly<Record<string, unknown>>

/**
 * A message packed into google.protobuf.Any: its fields beside an `@type`. {@link pack} makes one.
 *
 * @since 0.1.0
 * @category models
 */
export interface AnyMessage {
  readonly "@type": string
  readonly [field: string]: unknown
}

/**
 * A google.rpc.Status, the error that an operation ends with. A number outside google.rpc.Code is sent as it is.
 *
 * @since 0.1.0
 * @category models
 */
export interface Status {
  readonly code: Code.Code | number
  readonly message?: string | undefined
  readonly details?: ReadonlyArray<AnyMessage> | undefined
}

/**
 * A message in a script, as its method types it: any of its fields, to any depth, with the values that requests take. {@link pack} makes
 * one of another type.
 *
 * @since 0.1.0
 * @category models
 */
export type Message<A> = Fields<A> | { readonly "@type": string }

/**
 * Any fields of a message, to any depth.
 *
 * @since 0.1.0
 * @category models
 */
export type Fields<A> = A extends DateTime.DateTime ? ProtoJson.TimestampInput
  : A extends Duration.Duration ? ProtoJson.DurationInput
  : A extends ProtoJson.FieldMask ? ProtoJson.FieldMaskInput
  : A extends Uint8Array ? ProtoJson.BytesInput
  : A extends bigint ? ProtoJson.Int64Input
  : A extends Option.Option<infer Value> ? Fields<Value>
  : A extends ReadonlyArray<infer Item> ? ReadonlyArray<Fields<Item>>
  : A extends object ? {
      readonly [K in keyof A]?: K extends symbol ? A[K] : Fields<A[K]> | undefined
    }
  : A

/** What is inferred elsewhere: from the method that a script is for. */
type Fixed<A> = [A][A extends unknown ? 0 : never]

/**
 * How far an operation is; what a {@link Metadata} function gets.
 *
 * @since 0.1.0
 * @category models
 */
export interface Progress {
  /** Time since the start; stands still once the operation is done. */
  readonly elapsed: Duration.Duration
  /** From 0 to 1. Stays 0 for an operation that never ends. */
  readonly fraction: number
  readonly done: boolean
  /** Whether a cancellation was asked for, in effect or not. */
  readonly cancelRequested: boolean
  readonly startedAt: DateTime.Utc
  readonly endedAt: Option.Option<DateTime.Utc>
}

/**
 * The metadata of an operation: always the same message, a list of messages with the time since the start from which
 * each one shows, or a function of the progress.
 *
 * @since 0.1.0
 * @category models
 */
export type Metadata<M = AnyMessage> =
  | M
  | ReadonlyArray<{ readonly at: Duration.DurationInput; readonly metadata: M }>
  | ((progress: Progress) => M)

/**
 * What a cancel request does: ends the operation with code 1 (`CANCELLED`), is accepted without effect, or is answered
 * with `UNIMPLEMENTED`.
 *
 * @since 0.1.0
 * @category models
 */
export type Cancellation = "supported" | "ignored" | "unsupported"

/**
 * What all scripts have in common.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScriptOptions<M = AnyMessage> {
  /**
   * By default an operation started through a method shows that method's metadata message, filled as far as the server
   * can; one that was `put` has none. `"none"` leaves it out everywhere.
   */
  readonly metadata?: Metadata<M> | "none" | undefined
  /** @default "supported" */
  readonly cancellation?: Cancellation | undefined
  /** How long a supported cancellation takes; an operation that is done earlier is not cancelled. @default 0 */
  readonly cancelAfter?: Duration.DurationInput | undefined
}

/**
 * What an operation ends with: the `result` of google.longrunning.Operation. A response that is left out is the default
 * of {@link succeedAfter}.
 *
 * @since 0.1.0
 * @category models
 */
export type Result<R = AnyMessage> =
  | { readonly _tag: "Response"; readonly response?: R | undefined }
  | { readonly _tag: "Error"; readonly status: Status }
  | { readonly _tag: "None" }

/**
 * The life of an operation, as data. Given with a method, its response and metadata are those of the method.
 *
 * @since 0.1.0
 * @category models
 */
export interface Script<R = AnyMessage, M = AnyMessage> extends ScriptOptions<M> {
  /** From the start until it is done; `Duration.infinity` for one that never is. */
  readonly after: Duration.Duration
  readonly result: Result<R>
  /** Fields that replace those of the reply, from a time since the start on; see {@link timeline}. */
  readonly states?: ReadonlyArray<TimedState> | undefined
}

/**
 * A reply that an operation gives from a time since its start on. `operation` is merged over `{ name }` as it is, so that
 * it may break every rule.
 *
 * @since 0.1.0
 * @category models
 */
export interface TimedState {
  readonly at: Duration.DurationInput
  readonly operation: JsonObject
}

/**
 * A scripted fault, the answer to a request instead of the honest one.
 *
 * @since 0.1.0
 * @category models
 */
export type Fault =
  | {
    readonly _tag: "Error"
    readonly code: Code.ErrorCode
    readonly message: string
    readonly details: ReadonlyArray<JsonObject>
    readonly headers: Readonly<Record<string, string>>
  }
  | {
    readonly _tag: "Reply"
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string | Uint8Array | JsonObject | undefined
  }
  | { readonly _tag: "Html"; readonly status: number }
  | { readonly _tag: "ConnectionLost"; readonly when: "before" | "after" }
  | {
    readonly _tag: "Delay"
    readonly duration: Duration.Duration
    readonly fault: Fault | undefined
  }

/**
 * Packs a message into google.protobuf.Any: `pack("google.protobuf.Empty")`. The type is a full message name.
 *
 * @since 0.1.0
 * @category constructors
 */
export const pack = (type: string, fields?: JsonObject): AnyMessage => ({
  "@type": `type.googleapis.com/${type}`,
  ...fields
})

/**
 * Ends after a duration with a response; `0` is done at once. Where the script is given with a method, as in `server.script`, its response
 * and metadata are fields of the method's own messages, else they are made by {@link pack}.
 *
 * The default response of an operation started through a method has the type that the method declares; that of one that
 * was `put` is google.protobuf.Empty.
 *
 * @since 0.1.0
 * @category scripts
 */
export const succeedAfter = <R = AnyMessage, M = AnyMessage>(
  after: Duration.DurationInput,
  options?: ScriptOptions<Fixed<M>> & { readonly response?: Fixed<R> | undefined }
): Script<R, M> => ({
  ...scriptOptions(options),
  after: Duration.decode(after),
  result: { _tag: "Response", response: options?.response }
})

/**
 * Ends after a duration with an error.
 *
 * @since 0.1.0
 * @category scripts
 */
export const failAfter = <M = AnyMessage>(
  after: Duration.DurationInput,
  status: Status,
  options?: ScriptOptions<Fixed<M>>
): Script<never, M> => ({
  ...scriptOptions(options),
  after: Duration.decode(after),
  result: { _tag: "Error", status }
})

/**
 * Ends after a duration with neither a response nor an error, which google.longrunning allows.
 *
 * @since 0.1.0
 * @category scripts
 */
export const endAfter = <M = AnyMessage>(
  after: Duration.DurationInput,
  options?: ScriptOptions<Fixed<M>>
): Script<never, M> => ({
  ...scriptOptions(options),
  after: Duration.decode(after),
  result: { _tag: "None" }
})

/**
 * Never ends, unless it is cancelled.
 *
 * @since 0.1.0
 * @category scripts
 */
export const neverDone = <M = AnyMessage>(
  options?: ScriptOptions<Fixed<M>>
): Script<never, M> => ({
  ...scriptOptions(options),
  after: Duration.infinity,
  result: { _tag: "None" }
})

/**
 * Replies with exactly these operations, each from its time since the start on: for what a service should not send, such
 * as another name, both a response and an error, or an error before it is done. It ends with the first that has `done`.
 *
 * @since 0.1.0
 * @category scripts
 */
export const timeline = (
  states: ReadonlyArray<TimedState>,
  options?: Omit<ScriptOptions<never>, "metadata">
): Script<never, never> => ({
  ...scriptOptions<never>({ ...options, metadata: "none" }),
  after: Duration.decode(
    states.find((state) => state.operation["done"] === true)?.at ?? Duration.infinity
  ),
  result: { _tag: "None" },
  states
})

const scriptOptions = <M>(options: ScriptOptions<M> | undefined): ScriptOptions<M> => ({
  metadata: options?.metadata,
  cancellation: options?.cancellation,
  cancelAfter: options?.cancelAfter
})

/**
 * Answers with an error in Google's format, version 1 or 2 as the request asks by `$.xgafv`.
 *
 * `retryDelay` adds a google.rpc.RetryInfo to the details.
 *
 * @since 0.1.0
 * @category faults
 */
export const replyError = (
  code: Code.ErrorCode,
  options?: {
    readonly message?: string | undefined
    readonly details?: ReadonlyArray<JsonObject> | undefined
    readonly retryDelay?: Duration.DurationInput | undefined
    readonly headers?: Readonly<Record<string, string>> | undefined
  }
): Fault => ({
  _tag: "Error",
  code,
  message: options?.message ?? `scripted ${code}`,
  details: [
    ...(options?.details ?? []),
    ...(options?.retryDelay === undefined
      ? []
      : [
        pack("google.rpc.RetryInfo", { retryDelay: `${Duration.toSeconds(options.retryDelay)}s` })
      ])
  ],
  headers: options?.headers ?? {}
})

/**
 * Answers with exactly this. An object is sent as JSON; text and bytes are sent as they are, without a content type of
 * their own.
 *
 * @since 0.1.0
 * @category faults
 */
export const replyWith = (reply: {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: string | Uint8Array | JsonObject | undefined
}): Fault => ({
  _tag: "Reply",
  status: reply.status,
  headers: reply.headers ?? {},
  body: reply.body
})

/**
 * Answers with an HTML page, as a front end or a proxy does: 404 for a wrong path, 502 for a backend that is away.
 *
 * @since 0.1.0
 * @category faults
 */
export const replyHtml = (status: number): Fault => ({ _tag: "Html", status })

/**
 * Drops the connection instead of answering: before the request did anything, or after it did it.
 *
 * @since 0.1.0
 * @category faults
 */
export const loseConnection = (when: "before" | "after"): Fault => ({
  _tag: "ConnectionLost",
  when
})

/**
 * Holds the answer back for a duration, or for ever (`Duration.infinity`); it is the honest one, made at arrival, unless a fault is given.
 *
 * @since 0.1.0
 * @category faults
 */
export const delayReply = (duration: Duration.DurationInput, fault?: Fault): Fault => ({
  _tag: "Delay",
  duration: Duration.decode(duration),
  fault
})
