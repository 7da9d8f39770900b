/**
 * A reference to an operation that outlives the process: everything that is needed to poll it from elsewhere.
 *
 * @since 0.1.0
 */
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Equal from "effect/Equal"
import * as Hash from "effect/Hash"
import * as Schema from "effect/Schema"
import { canonical } from "./internal/base/json.ts"
import { Instant } from "./internal/base/schema.ts"

/**
 * Where an operation lives. An operation's name is unique only within the service that returned it, so the reference
 * keeps the service, its version and, when it is not the service's own, the endpoint beside the name.
 *
 * Encodes to plain JSON: keep it in a database or a queue and give it to `untilDone`, `watch` or `cancelAndWait` of the
 * same service later, in any process.
 *
 * @example
 * import * as OperationRef from "effect-lro/OperationRef"
 * import { Effect, Schema } from "effect"
 *
 * const toJson = Schema.encode(Schema.parseJson(OperationRef.OperationRef))
 * const fromJson = Schema.decode(Schema.parseJson(OperationRef.OperationRef))
 *
 * const program = (ref: OperationRef.OperationRef) => Effect.flatMap(toJson(ref), fromJson)
 *
 * @since 0.1.0
 * @category models
 */
export class OperationRef extends Schema.Class<OperationRef>("effect-lro/OperationRef")({
  /** The service's host name, `networkconnectivity.googleapis.com`. */
  service: Schema.String,
  /** The API version, `v1`. */
  version: Schema.String,
  /** The endpoint that the operation was started at, when it is not `https://<service>`. */
  endpoint: Schema.optional(Schema.String),
  /** The location in the request that started it, where that is not the one in the name: an endpoint may depend on it. */
  location: Schema.optional(Schema.String),
  /** The resource name. Empty for an operation that was done in the start reply and got no name. */
  name: Schema.String,
  /** The full name of the method that started it, `google.cloud.networkconnectivity.v1.HubService.CreateHub`. */
  method: Schema.optional(Schema.String),
  /** When the start reply arrived; for a reference made of a name only, when it was made. */
  startedAt: Instant,
  /** The `request_id` that the start call carried (AIP-155). */
  requestId: Schema.optional(Schema.String)
}) {
  /**
   * References with equal JSON are equal.
   *
   * @since 0.1.0
   */
  [Equal.symbol](that: unknown): boolean {
    return that instanceof OperationRef && canonical(this) === canonical(that)
  }
  /**
   * @since 0.1.0
   */
  [Hash.symbol](): number {
    return Hash.hash(canonical(this))
  }
}

/**
 * A reference to an operation that something else started, Google's own client, say: of the method that started it and the operation's
 * name. What else is known of it goes into `options`: an `endpoint` that is not the service's own, the `location` in the request where it is
 * not the one in the name, the request's id, and when it was started; left out, that is now.
 *
 * @example
 * import * as OperationRef from "effect-lro/OperationRef"
 * import { createHub, NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
 * import { Effect } from "effect"
 *
 * export const wait = (operation: { readonly name: string }) =>
 *   Effect.gen(function*() {
 *     const operations = yield* NetworkConnectivity
 *     const ref = yield* OperationRef.fromName(createHub, operation.name)
 *     return yield* operations.untilDone(ref, { method: createHub })
 *   })
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromName = (
  method: { readonly service: string; readonly rpc: string },
  name: string,
  options: {
    readonly endpoint?: string | undefined
    readonly location?: string | undefined
    readonly requestId?: string | undefined
    readonly startedAt?: DateTime.DateTime | undefined
  } = {}
): Effect.Effect<OperationRef> =>
  Effect.map(DateTime.now, (now) => {
    const [service = "", version = ""] = method.service.split("/")
    const { startedAt, ...known } = options
    return new OperationRef({
      ...known,
      service,
      version,
      name,
      method: method.rpc,
      startedAt: startedAt === undefined ? now : DateTime.toUtc(startedAt)
    })
  })
