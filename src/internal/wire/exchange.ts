/**
 * One request and its whole reply, within a time and a size. A transport of this package does it in one step; any other HttpClient
 * runs in a fiber that is cut off.
 *
 * @internal
 */
import type * as Headers from "@effect/platform/Headers"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"

/** @internal */
export interface Sent {
  readonly verb: "GET" | "POST" | "DELETE" | "PATCH" | "PUT"
  readonly url: string
  /** Lowercase names. */
  readonly headers: Headers.Headers
  /** JSON. */
  readonly body: string | undefined
}

/**
 * A body as text, without a byte order mark. What is not UTF-8 in it is replaced.
 *
 * @internal
 */
export interface Text {
  readonly text: string
  readonly isUtf8: boolean
}

/** @internal */
export interface Received extends Text {
  readonly status: number
  readonly headers: { readonly [name: string]: string | ReadonlyArray<string> | undefined }
}

/** @internal */
export interface Limits {
  /** From the dispatch on, where a transport can tell it from the time in its queue. */
  readonly millis: number
  readonly bytes: number
}

/**
 * Why there is no whole reply. `httpStatus` is there when the reply had begun.
 *
 * @internal
 */
export class Broken {
  readonly _tag = "Broken"
  /** `Busy`: no connection became free. `Interrupted`: the transport died, or was interrupted and not by its caller. */
  readonly reason: "Timeout" | "TooLarge" | "Transport" | "Busy" | "Interrupted"
  readonly httpStatus: number | undefined
  readonly cause: unknown
  /** Certainly nothing of the request was written. */
  readonly unsent: boolean
  constructor(
    reason: Broken["reason"],
    httpStatus: number | undefined,
    cause?: unknown,
    unsent = false
  ) {
    this.reason = reason
    this.httpStatus = httpStatus
    this.cause = cause
    this.unsent = unsent
  }
}

/** @internal */
export interface Exchange {
  (sent: Sent, limits: Limits): Effect.Effect<Received, Broken>
  /** How many calls to one origin are on their way at a time, where that is known. */
  readonly connections?: number | undefined
}

/** How a request queues. */
interface Ticket {
  /** When it was sent, where somebody wants to know. */
  asked?: number
  /** For how many milliseconds it has queued, its way through the transport apart. */
  queued: number
  /** It queues no longer than its time-out. A poll of a wait does as long as it takes, since its wait has an end of its own. */
  readonly isLimited?: true
}

/**
 * How calls queue for a connection, where a transport can tell, or for their turn. Without a ticket it is limited, and has not queued.
 *
 * @internal
 */
export class Queueing extends Context.Reference<Queueing>()("effect-lro/Queueing", {
  defaultValue: (): Ticket | undefined => undefined
}) {}

/**
 * Where a transport of this package keeps its own exchange.
 *
 * @internal
 */
export const ExchangeId: unique symbol = Symbol.for("effect-lro/Exchange")

/**
 * Gives an HttpClient its own exchange. A client that is made from it, by `mapRequest` and the like, has none.
 *
 * @internal
 */
export const attach = (client: HttpClient.HttpClient, exchange: Exchange): HttpClient.HttpClient =>
  // Not enumerable: a copy with another `execute` is another client.
  Object.defineProperty(client, ExchangeId, { value: exchange })
