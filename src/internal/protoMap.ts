import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import type * as AST from "effect/SchemaAST"
import { isObject } from "./protoJson.ts"

type Result<B> = Effect.Effect<B, ParseResult.ParseIssue>
type Entry<B> = readonly [key: string, value: B]

const isSync = <B>(result: Result<B>): result is Either.Either<B, ParseResult.ParseIssue> =>
  Either.isEither(result)

/**
 * `Object.fromEntries` defines properties, so a key `__proto__` is a key like any other; an assignment would set the
 * prototype. Where the items decode at once the map does too: a map must not turn a struct asynchronous.
 */
const parse = <B>(parseItem: (item: unknown, options: AST.ParseOptions) => Result<B>) =>
(
  input: unknown,
  options: AST.ParseOptions,
  ast: AST.Declaration
): Result<{ readonly [key: string]: B }> => {
  if (!isObject(input)) return ParseResult.fail(new ParseResult.Type(ast, input))
  const entries = Object.entries(input).map(([key, item]): Result<Entry<B>> =>
    ParseResult.mapBoth(parseItem(item, options), {
      onFailure: (issue) =>
        new ParseResult.Composite(ast, input, new ParseResult.Pointer(key, input, issue)),
      onSuccess: (value): Entry<B> => [key, value]
    })
  )
  return entries.every(isSync)
    ? Either.map(Either.all(entries), (entries) => Object.fromEntries(entries))
    : Effect.map(Effect.all(entries), (entries) => Object.fromEntries(entries))
}

/**
 * A map field: a plain object with any keys, `__proto__` included.
 *
 * @internal
 */
export const MapSchema = <A, I, R>(
  item: Schema.Schema<A, I, R>
): Schema.Schema<{ readonly [key: string]: A }, { readonly [key: string]: I }, R> =>
  Schema.declare(
    [item],
    {
      decode: (item) => parse(ParseResult.decodeUnknown(item)),
      encode: (item) => parse(ParseResult.encodeUnknown(item))
    },
    {
      identifier: "Map",
      jsonSchema: { type: "object" },
      pretty: (item) => (map) =>
        `{ ${
          Object.entries(map).map(([key, value]) => `${JSON.stringify(key)}: ${item(value)}`).join(
            ", "
          )
        } }`,
      arbitrary: (item) => (fc) => fc.dictionary(fc.string(), item(fc))
    }
  )
