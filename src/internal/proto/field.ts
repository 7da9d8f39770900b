/**
 * What the fields of a message are made of. A codec walks JSON and values by hand: it is told how deep it stands, and returns an `Issue`
 * where something does not fit.
 */
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as ProtoJson from "../../ProtoJson.ts"
import { isObject } from "../base/json.ts"
import { isShallow, maxDepth, tooDeep } from "./depth.ts"
import { expected, Issue, refused } from "./issue.ts"
import * as Schemas from "./schemas.ts"
import * as Texts from "./texts.ts"

/** @internal */
export interface Codec {
  readonly decode: (json: unknown, depth: number) => unknown
  readonly encode: (value: unknown, depth: number) => unknown
  /** The same as a Schema, for all that is derived from one. */
  readonly schema: () => Schema.Schema.AnyNoContext
  /** Whether `null` may be a value, not an absent one. */
  readonly takesNull?: true
}

/** @internal */
export class Field {
  readonly "~codec": Codec
  /** The value of an absent field; a field with presence has none. */
  readonly absent: (() => unknown) | undefined
  readonly oneOf: string | undefined

  constructor(codec: Codec, absent: (() => unknown) | undefined, oneOf?: string) {
    this["~codec"] = codec
    this.absent = absent
    this.oneOf = oneOf
  }
}

const scalar = <A>(
  what: string,
  schema: () => Schema.Schema.AnyNoContext,
  zero: A,
  decode: (json: unknown) => A | undefined,
  encode: (value: unknown) => unknown
): ProtoJson.Scalar<A> =>
  new Field({
    decode: (json) => decode(json) ?? expected(what, json),
    encode: (value) => encode(value) ?? expected(what, value),
    schema
  }, () => zero) as unknown as ProtoJson.Scalar<A>

const isNumeric = (json: unknown): json is number | string =>
  typeof json === "number" || typeof json === "string"

const within = <A extends number | bigint>(value: A | undefined, min: A, max: A): A | undefined =>
  value !== undefined && value >= min && value <= max ? value : undefined

const asString = (u: unknown): string | undefined => typeof u === "string" ? u : undefined

const asBoolean = (u: unknown): boolean | undefined => typeof u === "boolean" ? u : undefined

/** @internal */
export const string: ProtoJson.Scalar<string> = /*#__PURE__*/ scalar(
  "a string",
  () => Schema.String,
  "",
  asString,
  asString
)

/** @internal */
export const bool: ProtoJson.Scalar<boolean> = /*#__PURE__*/ scalar(
  "a boolean",
  () => Schema.Boolean,
  false,
  asBoolean,
  asBoolean
)

const integer = (
  what: string,
  schema: () => Schema.Schema.AnyNoContext,
  min: number,
  max: number
) => {
  const read = (u: unknown) => isNumeric(u) ? within(Texts.parseInteger(u), min, max) : undefined
  return scalar(
    what,
    schema,
    0,
    read,
    (value) => typeof value === "number" ? read(value) : undefined
  )
}

const bigInteger = (
  what: string,
  schema: () => Schema.Schema.AnyNoContext,
  min: bigint,
  max: bigint
) =>
  scalar(
    what,
    schema,
    0n,
    (json) => isNumeric(json) ? within(Texts.parseBigInteger(json), min, max) : undefined,
    (value) => typeof value === "bigint" ? within(value, min, max)?.toString() : undefined
  )

/** @internal */
export const int32 = /*#__PURE__*/ integer("an int32", () => Schemas.Int32, -2147483648, 2147483647)

/** @internal */
export const uint32 = /*#__PURE__*/ integer("a uint32", () => Schemas.UInt32, 0, 4294967295)

/** @internal */
export const int64 = /*#__PURE__*/ bigInteger(
  "an int64",
  () => Schemas.Int64,
  -0x8000_0000_0000_0000n,
  0x7fff_ffff_ffff_ffffn
)

/** @internal */
export const uint64 = /*#__PURE__*/ bigInteger(
  "a uint64",
  () => Schemas.UInt64,
  0n,
  0xffff_ffff_ffff_ffffn
)

/** @internal */
export const double: ProtoJson.Scalar<number> = /*#__PURE__*/ scalar(
  "a number",
  () => Schemas.Double,
  0,
  (json) =>
    typeof json === "number"
      ? json
      : typeof json === "string"
      ? Texts.parseDouble(json)
      : undefined,
  (value) => typeof value === "number" ? Texts.formatDouble(value) : undefined
)

/** @internal */
export const bytes: ProtoJson.Scalar<Uint8Array> = /*#__PURE__*/ scalar(
  "base64",
  () => Schemas.Bytes,
  /*#__PURE__*/ new Uint8Array(),
  (json) => typeof json === "string" ? Texts.parseBytes(json) : undefined,
  (value) => value instanceof Uint8Array ? Encoding.encodeBase64(value) : undefined
)

/** @internal */
export const openEnum = <Names extends string>(
  values: { readonly [N in Names]: number }
): ProtoJson.Scalar<ProtoJson.OpenEnum<Names>> => {
  const numbers: { readonly [name: string]: number } = values
  const names = Object.keys(numbers)
  const nameOf = (number: unknown) => names.find((name) => numbers[name] === number)
  const known = (u: unknown): string | number | undefined =>
    typeof u === "string" || Number.isInteger(u) ? u as string | number : undefined
  return scalar<string | number>(
    "the name or the number of an enum",
    () =>
      Schema.Union(Schema.Int, Schema.String).annotations({
        arbitrary: () => (fc) => fc.constantFrom(...names, "NEWER")
      }),
    nameOf(0) ?? names[0] ?? 0,
    (json) => nameOf(json) ?? known(json),
    known
  ) as ProtoJson.Scalar<ProtoJson.OpenEnum<Names>>
}

/** @internal */
export const codecOf = (item: object): Codec =>
  "~codec" in item ? item["~codec"] as Codec : ofSchema(item as Schema.Schema<unknown, unknown>)

/** Any other Schema that decodes at once. */
const ofSchema = (schema: Schema.Schema<unknown, unknown>): Codec => {
  const through =
    (parse: (u: unknown) => Either.Either<unknown, ParseResult.ParseIssue>) =>
    (u: unknown): unknown => Either.getOrElse(parse(u), (issue) => new Issue(u, issue))
  const decode = through(ParseResult.decodeUnknownEither(schema))
  return {
    decode: (json, depth) =>
      isShallow(json, maxDepth - depth) ? decode(json) : new Issue(undefined, tooDeep),
    encode: through(ParseResult.encodeUnknownEither(schema)),
    schema: () => schema,
    takesNull: true
  }
}

type Way = "decode" | "encode"

/** A list or a map: the same walk both ways. */
const collection = (
  item: object,
  walk: (
    u: unknown,
    depth: number,
    inner: (u: unknown, key: string | number) => unknown
  ) => unknown,
  schemaOf: (item: Schema.Schema.AnyNoContext) => Schema.Schema.AnyNoContext,
  empty: () => unknown
): Field => {
  const way = (way: Way) => (u: unknown, depth: number): unknown => {
    const codec = codecOf(item)
    let issue: Issue | undefined
    const out = walk(u, depth, (inner, key) => {
      const value = codec[way](inner, depth + 1)
      if (value instanceof Issue) issue ??= value.under(key)
      return value
    })
    return issue ?? out
  }
  const schema = () => schemaOf(codecOf(item).schema())
  return new Field({ decode: way("decode"), encode: way("encode"), schema }, empty)
}

/** @internal */
export const repeated = <A>(item: ProtoJson.Item<A>): ProtoJson.Collection<ReadonlyArray<A>> =>
  collection(
    item,
    (u, depth, inner) =>
      refused(Array.isArray(u), "a list", u, depth) ?? Array.from(u as ArrayLike<unknown>, inner),
    Schema.Array,
    () => []
  ) as unknown as ProtoJson.Collection<ReadonlyArray<A>>

/** @internal */
export const map = <A>(
  item: ProtoJson.Item<A>
): ProtoJson.Collection<{ readonly [key: string]: A }> =>
  collection(
    item,
    (u, depth, inner) =>
      refused(isObject(u), "an object", u, depth) ??
        // Defines `__proto__` like any other key.
        Object.fromEntries(
          Object.entries(u as object).map(([key, value]) => [key, inner(value, key)])
        ),
    Schemas.MapSchema,
    () => ({})
  ) as unknown as ProtoJson.Collection<{ readonly [key: string]: A }>

/** @internal */
export const optional = <A>(item: ProtoJson.Item<A>): ProtoJson.Optional<A> =>
  new Field(codecOf(item), undefined) as unknown as ProtoJson.Optional<A>

/** @internal */
export const oneOf = <A>(name: string, item: ProtoJson.Item<A>): ProtoJson.Optional<A> =>
  new Field(codecOf(item), undefined, name) as unknown as ProtoJson.Optional<A>
