/**
 * A call on its way: what `http.ts` takes and gives. Types only.
 */
import type { CallError } from "../LroError.ts"

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
  /** The endpoint kept in a reference, already checked. */
  readonly endpoint?: string | undefined
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
