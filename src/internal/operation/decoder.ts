import * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Any from "../../Any.ts"
import type { MetadataSchema, Payload, ResponseSchema } from "../../Operation.ts"
import { whereOf } from "../base/schema.ts"
import { isShallow, tooDeep } from "../proto/depth.ts"
import { emptyMessage, messageOf, otherType } from "./messageType.ts"

interface Decoder {
  readonly decode: (u: unknown) => Either.Either<unknown, ParseResult.ParseError>
  /** The message that a plain Schema is of. */
  readonly message: string | undefined
  /** Whether it takes the `@type`, too. */
  readonly isAny: boolean
}

const decoders = new WeakMap<object, Decoder>()

/** The decoder of a Schema, made once. */
const decoderOf = (schema: Schema.Schema.AnyNoContext): Decoder => {
  let decoder = decoders.get(schema)
  if (decoder === undefined) {
    const isAny = Any.isOf(schema)
    decoder = {
      decode: Schema.decodeUnknownEither(schema),
      message: isAny ? undefined : messageOf(schema),
      isAny
    }
    decoders.set(schema, decoder)
  }
  return decoder
}

/**
 * Decodes what an operation holds as an Any, without its `@type` unless the Schema takes that, too.
 *
 * @internal
 */
export const decodePayload = <A>(
  schema: MetadataSchema<A> | ResponseSchema<A, never>,
  what: "metadata" | "response",
  raw: unknown
): Payload<A> => {
  const decoder = decoderOf(schema as Schema.Schema.AnyNoContext)
  const undecodable = (problem: string, path = ""): Payload<A> => ({
    _tag: "Undecodable",
    raw,
    path,
    problem
  })
  // A Schema that walks it, or says where it does not fit, would end with a full stack.
  if (!isShallow(raw)) return undecodable(tooDeep)
  const other = otherType(raw, decoder.message)
  if (other !== undefined) return undecodable(`the ${what} ${other}`)
  return Either.match(decoder.decode(decoder.isAny ? raw : Any.strip(raw)), {
    onLeft: ({ issue, message }) => undecodable(message, whereOf(issue)),
    onRight: (value): Payload<A> => ({ _tag: "Decoded", value: value as A })
  })
}

/**
 * Decodes a response. Where nothing is to be returned, none is as good as an empty one.
 *
 * @internal
 */
export const decodeResponse = <A>(schema: ResponseSchema<A, never>, raw: unknown): Payload<A> =>
  decodePayload(
    schema,
    "response",
    raw === undefined && messageOf(schema) === emptyMessage ? {} : raw
  )
