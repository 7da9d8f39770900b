/**
 * Methods that start long-running operations, as data: where each field of the request goes, and what the operation's metadata is.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
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

/** What a mistake is expected to be, so that the compiler says what is wrong. */
interface Problem<Text extends string> {
  readonly problem: Text
}

type KeysOf<Request> = Request extends unknown ? keyof Request & string : never

interface OptionalField {
  readonly in: RequestField["in"]
  readonly required?: Problem<"the request type has this field optional">
  readonly mask?: true
}

type FieldOf<Request, K extends string> = string extends K ? RequestField
  : K extends keyof Request ? {} extends Pick<Request, K> ? OptionalField : RequestField
  : OptionalField

/**
 * A place for each field of a request type.
 *
 * @since 0.1.0
 * @category methods
 */
export type RequestFields<Request> = {
  readonly [K in KeysOf<Request>]: FieldOf<Request, K>
}

type Camel<Field extends string> = Field extends `${infer Head}_${infer Rest}` ?
  `${Head}${Capitalize<Camel<Rest>>}`
  : Field

type RootOf<Variable extends string> = Variable extends `${infer Field}=${string}` ? RootOf<Field>
  : Variable extends `${infer Field}.${string}` ? Camel<Field>
  : Camel<Variable>

type VariablesOf<Template extends string> = Template extends
  `${string}{${infer Variable}}${infer Rest}` ? RootOf<Variable> | VariablesOf<Rest> : never

type FieldsIn<Fields, Place extends RequestField["in"]> = {
  [K in keyof Fields]: Fields[K] extends { readonly in: Place } ? K : never
}[keyof Fields]

type CheckedField<K, Request, Field, Templates extends ReadonlyArray<string>, Body> = K extends
  KeysOf<Request> ?
  Field extends { readonly in: "path" } ? string extends Templates[number] ? unknown
    : K extends VariablesOf<Templates[number]> ? unknown
    : Problem<"this field is in the path, and no template has it">
  : Field extends { readonly in: "body" | "body+path" } ? string extends Body ? unknown
    : [Body] extends ["*" | K] ? unknown
    : Problem<"this field is in the body: `body` has to be \"*\" or its name">
  : unknown
  : Problem<"the request type has no such field">

type CheckedTemplate<Template, Fields> = Template extends string ?
  [VariablesOf<Template>] extends [FieldsIn<Fields, "path" | "body+path">] ? unknown
  : Problem<"a variable of this template is no field in the path">
  : unknown

type CheckedBody<Body, Fields> = string extends Body ? unknown
  : Body extends "*" | undefined | FieldsIn<Fields, "body" | "body+path"> ? unknown
  : Problem<"`body` names no field in the body">

/**
 * What describes a method whose request is of a type: every field has its place, the variables of the templates are fields in the path,
 * and what is in the body is what `body` says.
 *
 * @since 0.1.0
 * @category methods
 */
export interface Description<
  Service extends string,
  Request,
  M,
  Fields,
  Templates extends MethodShape<string>["templates"],
  Body extends string | undefined
> {
  /** `networkconnectivity.googleapis.com/v1`. */
  readonly service: Service
  /** The full name of the rpc. */
  readonly rpc: string
  readonly verb: "GET" | "POST" | "PUT" | "PATCH" | "DELETE"
  /** Path templates, version included. */
  readonly templates:
    & Templates
    & { readonly [I in keyof Templates]: CheckedTemplate<Templates[I], Fields> }
  /** `"*"`: all that is in neither path nor query; a name: that field is the body; left out: no body. */
  readonly body?: Body & CheckedBody<Body, Fields>
  /** Every field of the request message, by its camelCase name. */
  readonly request:
    & Fields
    & {
      readonly [K in keyof Fields]: CheckedField<K, Request, Fields[K], Templates, Body>
    }
  /** The `request_id` field. */
  readonly idempotencyField?: KeysOf<Request>
  /** The full name of the response message. */
  readonly response: string
  /** The polling that Google publishes for the method: initial delay, multiplier and cap. */
  readonly polling?: PublishedPolling
  /** The Schema of the operation's metadata. */
  readonly metadata: Operation.MetadataSchema<M>
}

/**
 * A method that starts a long-running operation.
 *
 * @since 0.1.0
 * @category methods
 */
export interface Method<Service extends string, Request, M> extends MethodShape<Service> {
  /** The Schema of the operation's metadata. */
  readonly metadata: Operation.MetadataSchema<M>
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
