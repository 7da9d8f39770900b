/**
 * What the methods of a client take: requests and options. Waits have theirs in `Waits`.
 *
 * @since 0.1.0
 */
import type * as HttpClient from "@effect/platform/HttpClient"
import type * as Config from "effect/Config"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Operation from "./Operation.ts"
import type { OperationRef } from "./OperationRef.ts"
import type * as Polling from "./Polling.ts"

/**
 * What get, cancel and delete take: a name, or what has one. A reference and a started operation are asked about where they were started,
 * and have to be of this service and version.
 *
 * @since 0.1.0
 * @category requests
 */
export interface NameRequest {
  /** The resource name of the operation, `projects/p/locations/l/operations/o`. */
  readonly name: string
}

/**
 * What wait takes.
 *
 * @since 0.1.0
 * @category requests
 */
export interface WaitRequest extends NameRequest {
  /**
   * How long the server may wait before it answers; it may answer earlier, also at once. The time-out of the attempt is added to it:
   * with 30 seconds each, an attempt takes at most a minute. It has to be finite.
   *
   * @default not sent: the server decides, and the time-out of the attempt counts alone
   */
  readonly timeout?: Duration.DurationInput | undefined
}

/**
 * What list takes (AIP-132, AIP-158).
 *
 * @since 0.1.0
 * @category requests
 */
export interface ListRequest {
  /** The parent, `projects/p/locations/l`; for some services the collection itself. */
  readonly name: string
  /** An AIP-160 filter, passed as it is. */
  readonly filter?: string | undefined
  /** The most operations a page may have; a server may send fewer, and take large values for its maximum. */
  readonly pageSize?: number | undefined
  /** Where to go on: `nextPageToken` of the page before. All other arguments have to stay the same. */
  readonly pageToken?: string | undefined
  /** Only for services that document it, with `locations/-`; others answer `UNIMPLEMENTED`. */
  readonly returnPartialSuccess?: boolean | undefined
}

/**
 * What list takes where the path has no name.
 *
 * @since 0.1.0
 * @category requests
 */
export interface ListAllRequest extends Omit<ListRequest, "name"> {
  /** Sent as a query parameter when given. */
  readonly name?: string | undefined
}

/**
 * What list takes where the service refuses a list without a filter.
 *
 * @since 0.1.0
 * @category requests
 */
export interface FilteredListRequest extends Omit<ListAllRequest, "filter"> {
  /** A filter in the service's own grammar; the service's module has a builder for it. */
  readonly filter: string | { readonly filter: string; readonly problem?: string | undefined }
}

/**
 * One page of operations.
 *
 * @since 0.1.0
 * @category models
 */
export interface Page {
  readonly operations: ReadonlyArray<Operation.Operation>
  /** Empty on the last page. */
  readonly nextPageToken: string
  /** Locations that could not be reached, with `returnPartialSuccess`. */
  readonly unreachable: ReadonlyArray<string>
}

/**
 * How one call is tried again. Only what is safe to repeat is: get, list, cancel and delete on `UNAVAILABLE`, on a
 * `TransportError` with another reason than `Tls`, `Closed` and `Busy`, and on HTTP 408, 502, 503 and 504 without a Google error body; start
 * when nothing was sent, it carries a request id, or it is said to be `idempotent` (AIP-194, AIP-155).
 *
 * @since 0.1.0
 * @category options
 */
export interface RetryOptions {
  /**
   * How many attempts in all, the first included.
   *
   * @default 3
   */
  readonly attempts?: number | undefined
  /**
   * The delay before the second attempt; half of each delay is jitter.
   *
   * @default "500 millis"
   */
  readonly initial?: Duration.DurationInput | undefined
  /** @default 2 */
  readonly multiplier?: number | undefined
  /** @default "10 seconds" */
  readonly cap?: Duration.DurationInput | undefined
  /**
   * A server that asks for a longer delay than this ends the retry; the error carries `retryAfter`.
   *
   * @default "60 seconds"
   */
  readonly maxHint?: Duration.DurationInput | undefined
}

/**
 * The options of every call; each overrides the layer's.
 *
 * @since 0.1.0
 * @category options
 */
export interface CallOptions {
  /** The project that is billed and whose quota is used: `x-goog-user-project`. */
  readonly quotaProject?: string | undefined
  /** The error format, sent as `$.xgafv`: `"2"` has details, `"1"` is the old one. Both are understood. */
  readonly errorFormat?: "1" | "2" | undefined
  /** More headers. Those that the SDK sets, that frame a message or belong to a connection are refused. */
  readonly headers?: { readonly [name: string]: string } | undefined
  /**
   * The longest time of one attempt, until its body is read.
   *
   * @default "30 seconds"
   */
  readonly timeout?: Duration.DurationInput | undefined
  /** How the call is tried again; `"none"` for a single attempt. */
  readonly retry?: RetryOptions | "none" | undefined
}

/**
 * The options of a list.
 *
 * @since 0.1.0
 * @category options
 */
export interface ListOptions extends CallOptions {
  /**
   * Fails with `PageTokenError` `"pageCap"` rather than read more pages. What is no whole number from 1 is an `InvalidRequest`.
   *
   * @default no cap
   */
  readonly maxPages?: number | undefined
  /**
   * How many pages are read ahead while the consumer is busy with one. A consumer that stops early has then paid for them, and the page
   * on its way is aborted. What is no whole number from 0 is an `InvalidRequest`.
   *
   * @default 0
   */
  readonly prefetch?: number | undefined
}

/**
 * The options of a start.
 *
 * @since 0.1.0
 * @category options
 */
export interface StartOptions extends CallOptions {
  /** Says that the caller knows the call to be safe to repeat, also without a request id. */
  readonly idempotent?: boolean | undefined
  /**
   * Runs once the operation has a name, also when the caller was interrupted in the meantime; it has five seconds then, and the reference
   * goes to the log if that is too short. Its failure is logged.
   */
  readonly onStarted?: ((ref: OperationRef) => Effect.Effect<void, unknown>) | undefined
  /**
   * What an interruption does to an operation that was started: leave it running, or send one cancel, for at most 5 seconds.
   *
   * @default "leave"
   */
  readonly onInterrupt?: "leave" | "cancel" | undefined
  /**
   * Aborts a start call on the wire when the caller is interrupted. The price: an operation may run whose name nobody knows.
   *
   * @default false
   */
  readonly abortStart?: boolean | undefined
}

/**
 * A rate; `RateLimit.make` makes one. Layers that are given the same value share it.
 *
 * @since 0.1.0
 * @category models
 */
export interface RateLimit {
  /** What a client sends through, or what is wrong with it. It is the rate that carries this, so that a program without one does not. */
  readonly "~rate": object | string
}

/**
 * The options of a client.
 *
 * @since 0.1.0
 * @category options
 */
export interface LayerOptions extends CallOptions {
  /**
   * The base URL, or a function of the location in the name (`us-central1` of `projects/p/locations/us-central1/operations/o`).
   * https, or http on loopback; http elsewhere only without credentials. Regional hosts are never guessed.
   *
   * @default "https://<service>"
   */
  readonly endpoint?: string | ((location: string | undefined) => string) | undefined
  /** OAuth scopes. By default cloud-platform where the service takes it, else the first that it publishes. */
  readonly scopes?: ReadonlyArray<string> | undefined
  /** @default GOOGLE_CLOUD_UNIVERSE_DOMAIN, else "googleapis.com" */
  readonly universeDomain?: string | undefined
  /**
   * Allows any endpoint where it comes from configuration, or from a reference in whatever form. Left out, such an endpoint has to be one
   * of this layer's own or a host of the service: its own, a regional one, with mutual TLS, or by Private Service Connect.
   *
   * @default false
   */
  readonly allowForeignEndpoint?: boolean | undefined
  /**
   * The longest body that is read, in bytes.
   *
   * @default 67108864
   */
  readonly maxResponseBytes?: number | undefined
  /** Polling for every wait of this client. */
  readonly polling?: Polling.Settings | undefined
  /** How many requests are sent in an interval. Layers that are given the same value share the rate. */
  readonly rateLimit?: RateLimit | undefined
  /**
   * Sends the W3C header `traceparent` of the current span with every request: of the call's own where a tracer is installed.
   *
   * @default false
   */
  readonly traceparent?: boolean | undefined
  /** Changes the HttpClient; applied last. A client that follows redirects gives credentials away. */
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}

/**
 * The options of `layerConfig`: each may come from configuration. An endpoint from there has to be a host of the service
 * unless `allowForeignEndpoint` says otherwise.
 *
 * @since 0.1.0
 * @category options
 */
export interface LayerConfigOptions {
  readonly endpoint?: Config.Config<string> | undefined
  readonly quotaProject?: Config.Config<string> | undefined
  readonly errorFormat?: Config.Config<"1" | "2"> | undefined
  readonly headers?: Config.Config<{ readonly [name: string]: string }> | undefined
  readonly scopes?: Config.Config<ReadonlyArray<string>> | undefined
  readonly universeDomain?: Config.Config<string> | undefined
  readonly allowForeignEndpoint?: Config.Config<boolean> | undefined
  readonly timeout?: Config.Config<Duration.Duration> | undefined
  readonly maxResponseBytes?: Config.Config<number> | undefined
  readonly traceparent?: Config.Config<boolean> | undefined
  readonly retry?: RetryOptions | "none" | undefined
  readonly polling?: Polling.Settings | undefined
  readonly rateLimit?: RateLimit | undefined
  readonly transformClient?: ((client: HttpClient.HttpClient) => HttpClient.HttpClient) | undefined
}
