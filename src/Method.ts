/**
 * Methods that start long-running operations, as data: where each field of the request goes, and what the operation's metadata is.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type * as Schema from "effect/Schema"
import type { ResultError } from "./LroError.ts"
import type * as Operation from "./Operation.ts"
import type { OperationRef } from "./OperationRef.ts"

/**
 * The place of a request field: in the path, in the query, in the body, or in the body with a part of it in the path. `mask` marks
 * a google.protobuf.FieldMask, which travels as a comma-separated string. Of the fields with one `oneOf` a request may have one.
 *
 * @since 0.1.0
 * @category methods
 */
export interface RequestField {
  readonly in: "path" | "query" | "body" | "body+path"
  readonly required?: true
  readonly mask?: true
  readonly oneOf?: string
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
  readonly oneOf?: string
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
 * The Schema of a response, or a function that gives it, for one that is defined further down. It has to decode at once.
 *
 * @since 0.1.0
 * @category methods
 */
export type DeclaredResponse =
  | Operation.ResponseSchema<unknown, never>
  | (() => Operation.ResponseSchema<unknown, never>)

/**
 * The method that a description with a response, or without one, is of.
 *
 * @since 0.1.0
 * @category methods
 */
export type MethodOf<Service extends string, Request, M, R> = R extends { readonly Type: infer A }
  ? Method<Service, Request, M, A>
  : R extends () => { readonly Type: infer A } ? Method<Service, Request, M, A>
  : BareMethod<Service, Request, M>

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
  Body extends string | undefined,
  R extends DeclaredResponse | undefined
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
  /** The Schema of the response, or a function that gives it. Left out, who waits gets the final state. */
  readonly response?: R
  /** The polling that Google publishes for the method: initial delay, multiplier and cap. */
  readonly polling?: PublishedPolling
  /** The Schema of the operation's metadata. */
  readonly metadata: Operation.MetadataSchema<M>
}

/**
 * A method that starts a long-running operation, whatever it knows of its end. `W` is what a wait gives: the response, or the final state
 * where the method was declared without one.
 *
 * @since 0.1.0
 * @category methods
 */
export interface StartMethod<Service extends string, Request, M, W> extends MethodShape<Service> {
  /** The Schema of the operation's metadata. */
  readonly metadata: Operation.MetadataSchema<M>
  /** The Schema of the response, where the method was declared with one. */
  readonly response?: Operation.ResponseSchema<unknown, never> | undefined
  readonly decodeMetadata: (raw: unknown) => Operation.Payload<M>
  /** Where the method was declared with a response. */
  readonly decodeResponse?: ((raw: unknown) => Operation.Payload<W>) | undefined
  /**
   * How a client starts it. It is the method that carries this, so that a program without methods does not. Only `Operations.method`
   * makes one.
   */
  readonly "~start": object
  /** Type only. */
  readonly "~request"?: (request: Request) => void
  /**
   * What a wait gives. It is the method that carries this, so that a program without methods does not. Only `Operations.method` makes
   * one.
   */
  readonly "~result"?: (
    succeeded: Operation.Succeeded,
    ref: OperationRef
  ) => Effect.Effect<W, ResultError>
}

/**
 * A method that was declared without a response: a wait gives the final state.
 *
 * @since 0.1.0
 * @category methods
 */
export interface BareMethod<Service extends string, Request, M>
  extends StartMethod<Service, Request, M, Operation.Succeeded<M>>
{
  readonly response?: undefined
  readonly decodeResponse?: undefined
}

/**
 * The Schema of a response that a method knows, whatever its JSON is.
 *
 * @since 0.1.0
 * @category methods
 */
export type KnownResponse<A> = Schema.Schema<A, Schema.Schema.Encoded<Schema.Schema.Any>>

/**
 * A method that starts a long-running operation and knows its response.
 *
 * @since 0.1.0
 * @category methods
 */
export interface Method<Service extends string, Request, M, A>
  extends StartMethod<Service, Request, M, A>
{
  /** The Schema of the response. */
  readonly response: KnownResponse<A>
  readonly decodeResponse: (raw: unknown) => Operation.Payload<A>
}

/**
 * Any method.
 *
 * @since 0.1.0
 * @category methods
 */
export type AnyMethod<Service extends string = string> = StartMethod<
  Service,
  never,
  unknown,
  unknown
>

/**
 * The arguments of a method: `Operations.Request<typeof createHub>`.
 *
 * @since 0.1.0
 * @category methods
 */
export type Request<M extends AnyMethod> = M extends
  { readonly "~request"?: (request: infer R) => void } ? R : never

/**
 * The decoded response of a method; of one that was declared without, `unknown`.
 *
 * @since 0.1.0
 * @category methods
 */
export type Response<M extends AnyMethod> = M extends
  { readonly response: { readonly Type: infer A } } ? A : unknown

/**
 * The decoded metadata of a method.
 *
 * @since 0.1.0
 * @category methods
 */
export type Metadata<M extends AnyMethod> = M["metadata"]["Type"]
