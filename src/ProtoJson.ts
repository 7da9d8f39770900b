/**
 * The proto3 JSON mapping: messages of Google's as Schemas, and the types of their fields.
 *
 * {@link message} makes the Schema of a message. Scalars (`string`, `int64`, …), enums, lists and maps are left out of proto3 JSON when
 * they have their default, so an absent one and `null` decode to it. Messages, `Timestamp`, `Duration` and every other Schema,
 * {@link optional} fields and members of a {@link oneOf} are absent as `undefined`. What a newer server sends besides is kept under
 * {@link unknownFields}.
 *
 * @since 0.1.0
 */
import type * as Schema from "effect/Schema"
import * as fields from "./internal/proto/field.ts"
import * as messages from "./internal/proto/message.ts"
import type { unknownFields } from "./internal/proto/unknownFields.ts"
import type { JsonObject, OpenEnum } from "./ProtoValue.ts"

export {
  /**
   * The key of the fields of a decoded message that its Schema does not have, as the JSON that was sent.
   *
   * It is enumerable: a spread carries them, and encoding writes them back, so a resource that is read, changed and sent loses nothing
   * that a newer service added. In a request it is the way to send a field that the Schema does not have yet; what a known field has the
   * name of is not sent.
   *
   * @since 0.1.0
   * @category symbols
   */
  unknownFields
} from "./internal/proto/unknownFields.ts"

/**
 * Values and what requests take for them.
 *
 * @since 0.1.0
 */
export * from "./ProtoValue.ts"

/**
 * What every message may hold besides its fields, decoded or in a request: those that its Schema does not have.
 *
 * @since 0.1.0
 * @category models
 */
export interface Unknown {
  /**
   * The JSON of these fields by their names.
   *
   * @since 0.1.0
   */
  readonly [unknownFields]?: JsonObject
}

/**
 * The fields of a oneof in the type of a decoded message: one of them, or none. Which it is, `!== undefined` tells the compiler.
 *
 * @example
 * import * as ProtoJson from "effect-lro/ProtoJson"
 *
 * export type Topping = ProtoJson.Unknown & ProtoJson.OneOf<{
 *   readonly cream: string
 *   readonly glazeTime: ProtoJson.Duration
 * }>
 *
 * export const Topping: ProtoJson.Message<Topping> = ProtoJson.message("example.bakery.v1.Topping", () => ({
 *   cream: ProtoJson.oneOf("topping", ProtoJson.string),
 *   glazeTime: ProtoJson.oneOf("topping", ProtoJson.Duration)
 * }))
 *
 * @since 0.1.0
 * @category models
 */
export type OneOf<Members> =
  | {
    [K in keyof Members]:
      & { readonly [P in K]: Members[P] }
      & { readonly [P in Exclude<keyof Members, K>]?: undefined }
  }[keyof Members]
  | { readonly [K in keyof Members]?: undefined }

/**
 * The fields of a oneof in the type of a request: at most one of them.
 *
 * @since 0.1.0
 * @category inputs
 */
export type OneOfInput<Members> = {
  [K in keyof Members]:
    & { readonly [P in K]?: Members[P] | undefined }
    & { readonly [P in Exclude<keyof Members, K>]?: undefined }
}[keyof Members]

/**
 * The Schema of a message. Nothing of it is made before it is used, so messages may contain each other in any order.
 *
 * @since 0.1.0
 * @category models
 */
export interface Message<A> extends Schema.Schema<A, JsonObject> {
  /**
   * The full name, `google.cloud.networkconnectivity.v1.Hub`.
   *
   * @since 0.1.0
   */
  readonly fullName: string
}

/**
 * What a list, a map, an {@link optional} or a member of a {@link oneOf} is made of: a scalar, an enum, a message or any other Schema
 * that needs no context.
 *
 * @since 0.1.0
 * @category fields
 */
export interface Item<out A> {
  /** Type only. */
  readonly Type: A
  /** Lists and maps stand in messages alone. */
  readonly "~item"?: true
}

/**
 * A scalar or an enum. As a field it has its default when it is absent.
 *
 * @since 0.1.0
 * @category fields
 */
export interface Scalar<out A> extends Item<A> {
  readonly "~absent": "default"
}

/**
 * A list or a map, empty when it is absent.
 *
 * @since 0.1.0
 * @category fields
 */
export interface Collection<out A> {
  /** Type only. */
  readonly Type: A
  readonly "~absent": "default"
  readonly "~item": false
}

/**
 * A field with presence: `?: A`.
 *
 * @since 0.1.0
 * @category fields
 */
export interface Optional<out A> {
  /** Type only. */
  readonly Type: A
  readonly "~absent": "undefined"
  readonly "~item": false
}

/** Also of a Schema, which has presence by itself. */
interface Present<out A> {
  readonly Type: A
  readonly "~absent"?: "undefined"
}

interface Defaulted<out A> {
  readonly Type: A
  readonly "~absent": "default"
}

/**
 * The fields of a message, by their JSON names: those with `?` in its type have presence, all others a default.
 *
 * @since 0.1.0
 * @category fields
 */
export type Fields<A> = {
  readonly [K in keyof A & string]: undefined extends A[K] ? Present<Exclude<A[K], undefined>>
    : Defaulted<A[K]>
}

/**
 * Makes the Schema of a message of its full name and its fields.
 *
 * Decodes a JSON object to a plain object; takes the proto's names of fields besides the JSON names; refuses two members of a oneof and more
 * than a hundred levels. Encodes every field that is not absent, and what is under {@link unknownFields}.
 *
 * @example
 * import * as ProtoJson from "effect-lro/ProtoJson"
 *
 * export interface Layer extends ProtoJson.Unknown {
 *   readonly flavour: string
 *   readonly filling?: Cake
 * }
 *
 * export const Layer: ProtoJson.Message<Layer> = ProtoJson.message("example.bakery.v1.Layer", () => ({
 *   flavour: ProtoJson.string,
 *   filling: Cake
 * }))
 *
 * export interface Cake extends ProtoJson.Unknown {
 *   readonly name: string
 *   readonly state: ProtoJson.OpenEnum<"BAKING" | "DONE">
 *   readonly layers: ReadonlyArray<Layer>
 *   readonly slices: { readonly [guest: string]: bigint }
 *   readonly bakedAt?: ProtoJson.Timestamp
 *   readonly candles?: number
 * }
 *
 * export const Cake: ProtoJson.Message<Cake> = ProtoJson.message("example.bakery.v1.Cake", () => ({
 *   name: ProtoJson.string,
 *   state: ProtoJson.openEnum({ BAKING: 0, DONE: 1 }),
 *   layers: ProtoJson.repeated(Layer),
 *   slices: ProtoJson.map(ProtoJson.int64),
 *   bakedAt: ProtoJson.Timestamp,
 *   candles: ProtoJson.optional(ProtoJson.int32)
 * }))
 *
 * @since 0.1.0
 * @category messages
 */
export const message: <A>(fullName: string, fields: () => Fields<NoInfer<A>>) => Message<A> =
  messages.message

/**
 * google.protobuf.Empty: `void`, whatever object comes; encodes to `{}`.
 *
 * @since 0.1.0
 * @category messages
 */
export const Empty: Message<void> = messages.Empty

/**
 * A list of scalars, messages or any other items, `[]` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const repeated: <A>(item: Item<A>) => Collection<ReadonlyArray<A>> = fields.repeated

/**
 * A map, `{}` when absent: a plain object with any keys, those of integers and booleans as their text. A key `__proto__` is a property
 * like any other.
 *
 * @since 0.1.0
 * @category fields
 */
export const map: <A>(item: Item<A>) => Collection<{ readonly [key: string]: A }> = fields.map

/**
 * A field with presence: proto3 `optional`, or a wrapper like google.protobuf.StringValue. Messages and other Schemas have it by
 * themselves.
 *
 * @since 0.1.0
 * @category fields
 */
export const optional: <A>(item: Item<A>) => Optional<A> = fields.optional

/**
 * A member of the oneof of a name. Of those with the same name one may be there.
 *
 * @since 0.1.0
 * @category fields
 */
export const oneOf: <A>(name: string, item: Item<A>) => Optional<A> = fields.oneOf

/**
 * An enum that stays open: its name or its number. When absent, the name whose number is 0, else the first.
 *
 * A number that is known decodes to its name; names and numbers that are not known are kept as they are, so that a new
 * value of the server's breaks nothing. Of two names with one number the first is taken.
 *
 * @since 0.1.0
 * @category fields
 */
export const openEnum: <Names extends string>(
  values: { readonly [N in Names]: number }
) => Scalar<OpenEnum<Names>> = fields.openEnum

/**
 * A string, `""` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const string: Scalar<string> = fields.string

/**
 * A bool, `false` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const bool: Scalar<boolean> = fields.bool

/**
 * int32, sint32, sfixed32: a number, or its decimal text; `0` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const int32: Scalar<number> = fields.int32

/**
 * uint32, fixed32: a number, or its decimal text; `0` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const uint32: Scalar<number> = fields.uint32

/**
 * int64, sint64, sfixed64: decimal text, or a number that JavaScript holds exactly; `0n` when absent. Encodes to text.
 *
 * @since 0.1.0
 * @category fields
 */
export const int64: Scalar<bigint> = fields.int64

/**
 * uint64, fixed64: decimal text, or a number that JavaScript holds exactly; `0n` when absent. Encodes to text.
 *
 * @since 0.1.0
 * @category fields
 */
export const uint64: Scalar<bigint> = fields.uint64

/**
 * double, float: a number, its text, or one of `"NaN"`, `"Infinity"`, `"-Infinity"`; `0` when absent.
 *
 * @since 0.1.0
 * @category fields
 */
export const double: Scalar<number> = fields.double

/**
 * bytes: base64 of the standard or the URL-safe alphabet, padded or not; empty when absent. Encodes to padded standard base64.
 *
 * @since 0.1.0
 * @category fields
 */
export const bytes: Scalar<Uint8Array> = fields.bytes
