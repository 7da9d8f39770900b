import type { CallError, MalformedResponse } from "../../CallError.ts"
import type { parseJson } from "../base/json.ts"
import type { Endpoint } from "../wire/endpoint.ts"
import type { Received } from "../wire/exchange.ts"

/**
 * One call, ready to send, and how its reply is read.
 *
 * @internal
 */
export interface Call<A> {
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
  /** The parent whose page is asked for, and the page's number, for errors. */
  readonly parent?: string | undefined
  /** The arguments of a start, as they are sent. */
  readonly request?: { readonly [argument: string]: unknown } | undefined
  readonly page?: number | undefined
  /** The endpoint that a reference names; left out, it is the one of the client for the location. */
  readonly endpoint?: Endpoint | undefined
  readonly location?: string | undefined
  /** Which failures are tried again: see {@link Repeat}. */
  readonly repeat: Repeat
  /** Left out, the reply of a call that succeeded is not read. */
  readonly read?: Read<A> | undefined
  /** Takes the reply of a call that succeeded as it is, instead of {@link Call.read}. */
  readonly raw?: ((received: Received) => A) | undefined
  /** Kept by a start call, for a caller that is interrupted. */
  readonly progress?: Progress | undefined
  /** What the error of a start says when an attempt may have been carried out. */
  readonly hint?: string | undefined
}

/**
 * What a method returns.
 *
 * @internal
 */
export interface Read<A> {
  /** Left out, the JSON of a text is read as it is. */
  readonly json?: typeof parseJson | undefined
  /** Says as text what keeps JSON from being it. */
  readonly parse: (json: unknown, reply: Reply) => A | string
  /** What a reply is that is none. */
  readonly otherwise: MalformedResponse["reason"]
}

/**
 * Where a reply comes from.
 *
 * @internal
 */
export interface Reply {
  readonly url: string
  readonly httpStatus: number
  /** What it answers. */
  readonly call: Pick<Call<unknown>, "name" | "parent" | "request">
  /** How many attempts it took. */
  readonly attempts: number
  /** Takes the secrets of the call out of JSON. */
  readonly clean: (json: unknown) => unknown
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
