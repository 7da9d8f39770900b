/**
 * Methods that start long-running operations, as data: where each field of the request goes, and what the operation's metadata is.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type * as Schema from "effect/Schema"
import type * as Operation from "./Operation.ts"

/**
 * The place of a request field: in the path, in the query, in the body, or in the body with a part of it in the path. `mask` marks
 * a google.protobuf.FieldMask, which travels as a comma-separated string.
 *
 * @since 0.1.0
 * @category methods
 */
export interface RequestField {
  readonly in: "path" | "query" | "body" | "body+path"
  readonly required?: true
  readonly mask?: true
}

/**
 * The polling that Google publishes for a method (google.api.MethodSettings.LongRunning).
 *
 * @since 0.1.0
 * @category methods
 */
export interface PublishedPolling {
  readonly initial: Duration.DurationInput
  readonly multiplier: number
  readonly cap: Duration.DurationInput
  /** The published total time-out: exposed, never applied. A wait has no deadline unless the caller sets one. */
  readonly timeout?: Duration.DurationInput
}

/**
 * What describes a method, its metadata apart.
 *
 * @since 0.1.0
 * @category methods
 */
export interface MethodShape<Service extends string> {
  /** `networkconnectivity.googleapis.com/v1`. */
  readonly service: Service
  /** The full name of the rpc. */
  readonly rpc: string
  readonly verb: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** Path templates, version included. Of several that fit the arguments, the one that takes most of them is used. */
  readonly templates: readonly [string, ...ReadonlyArray<string>]
  /** `"*"`: all that is in neither path nor query; a name: that field is the body; left out: no body. */
  readonly body?: string
  /** Every field of the request message, by its camelCase name. */
  readonly request: { readonly [field: string]: RequestField }
  /** The `request_id` field: it makes repeating the call safe (AIP-155). `start` fills it with a random UUID. */
  readonly idempotencyField?: string
  /** The full name of the response message. */
  readonly response: string
  /** The polling that Google publishes for the method: initial delay, multiplier and cap. */
  readonly polling?: PublishedPolling
}

/**
 * A method that starts a long-running operation.
 *
 * @since 0.1.0
 * @category methods
 */
export interface Method<Service extends string, Request, M> extends MethodShape<Service> {
  /** The Schema of the operation's metadata. */
  readonly metadata: Schema.Schema.AnyNoContext
  readonly decodeMetadata: (raw: unknown) => Operation.Metadata<M>
  /**
   * How a client starts it. It is the method that carries this, so that a program without methods does not. Only `Operations.method`
   * makes one.
   */
  readonly "~start": object
  /** Type only. */
  readonly "~request"?: (request: Request) => void
}

/**
 * Any method.
 *
 * @since 0.1.0
 * @category methods
 */
export type AnyMethod<Service extends string = string> = Method<Service, never, unknown>
