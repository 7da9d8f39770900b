/**
 * google.protobuf.Any in JSON: how an operation carries its metadata and its response.
 *
 * The message's own JSON gets an `@type` beside its fields. A well-known type whose JSON is special (Duration, Struct, the
 * wrappers, …) is nested under `value` instead.
 *
 * @since 0.1.0
 */
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"
import { isObject } from "./internal/base/json.ts"
import { transformOrFail } from "./internal/base/schema.ts"
import { AnyAnnotationId } from "./internal/proto/schemas.ts"
import { messageName } from "./internal/proto/texts.ts"
import * as ProtoJson from "./ProtoJson.ts"

/** Some servers nest `{}`, Google's front ends send nothing beside `@type`; that is what is encoded. */
const emptyType = "google.protobuf.Empty"

const wellKnownType =
  /^google\.protobuf\.(?:Any|Duration|Empty|FieldMask|Struct|Timestamp|(?:Bool|Bytes|Double|Float|Int32|Int64|List|String|UInt32|UInt64)?Value)$/

const withoutType = (json: { readonly [key: string]: unknown }): ProtoJson.AnyValue => {
  const { "@type": _, ...message } = json
  return message
}

/**
 * Gives the `@type` of an Any, none where there is none.
 *
 * @since 0.1.0
 * @category getters
 */
export const typeUrl = (json: unknown): Option.Option<string> =>
  isObject(json) && typeof json["@type"] === "string" ? Option.some(json["@type"]) : Option.none()

/**
 * Gives the JSON of the message inside an Any: without `@type`, a well-known type taken out of `value`.
 *
 * Any other JSON is given back as it is. This is what a plain Schema is applied to, so it does not verify the type.
 *
 * @since 0.1.0
 * @category conversions
 */
export const strip = (json: unknown): unknown => {
  if (!isObject(json) || !Object.hasOwn(json, "@type")) return json
  const isNested = wellKnownType.test(messageName(json["@type"]) ?? "") &&
    Object.hasOwn(json, "value")
  return isNested ? json["value"] : withoutType(json)
}

/**
 * A message of the given type in a google.protobuf.Any.
 *
 * The type is its full name, `google.cloud.networkconnectivity.v1.Hub`, or a type URL; of a URL only what follows the last
 * `/` is compared. An Any of another type fails; one without `@type` is decoded, since nothing contradicts it. Encodes
 * with `@type`.
 *
 * @since 0.1.0
 * @category schemas
 */
export const of = <A, I, R>(
  typeUrl: string,
  schema: Schema.Schema<A, I, R>
): Schema.Schema<A, ProtoJson.AnyValue, R> => {
  const expected = messageName(typeUrl) ?? ""
  const url = typeUrl.includes("/") ? typeUrl : `type.googleapis.com/${typeUrl}`
  return transformOrFail(ProtoJson.AnyValue, schema, {
    decode: (any) => {
      const actual = messageName(any["@type"]) ?? expected
      return actual === expected
        ? Either.right(strip(any) as I)
        : Either.left(`Expected ${expected} in @type, actual ${JSON.stringify(actual)}`)
    },
    encode: (message) => {
      if (wellKnownType.test(expected) && expected !== emptyType) {
        return Either.right({ "@type": url, value: message })
      }
      return isObject(message)
        ? Either.right({ "@type": url, ...withoutType(message) })
        : Either.left(`The JSON of ${expected} must be an object`)
    }
  })
}

/**
 * Tests whether a Schema takes the whole Any, its `@type` included: `Any.of`, `ProtoJson.AnyValue`, and transformations,
 * filters and unions of them. Every other Schema is to be applied to `Any.strip`.
 *
 * @since 0.1.0
 * @category guards
 */
export const isOf = (schema: { readonly ast: AST.AST }): boolean => takesAny(schema.ast)

const takesAny = (ast: AST.AST): boolean => {
  switch (ast._tag) {
    case "Declaration":
      return ast.annotations[AnyAnnotationId] === true
    case "Transformation":
    case "Refinement":
      return takesAny(ast.from)
    case "Union":
      return ast.types.some(takesAny)
    default:
      return false
  }
}
