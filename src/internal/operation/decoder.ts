import type * as Either from "effect/Either"
import type * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as Any from "../../Any.ts"
import { messageOf } from "./messageType.ts"

interface Decoder {
  readonly decode: (u: unknown) => Either.Either<unknown, ParseResult.ParseError>
  /** The message that a plain Schema is of. */
  readonly message: string | undefined
  /** Whether it takes the `@type`, too. */
  readonly isAny: boolean
}

const decoders = new WeakMap<object, Decoder>()

/**
 * The decoder of a Schema of metadata, made once.
 *
 * @internal
 */
export const decoderOf = (schema: Schema.Schema.AnyNoContext): Decoder => {
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
