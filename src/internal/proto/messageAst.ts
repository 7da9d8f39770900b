import type * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"
import * as AST from "effect/SchemaAST"
import { canonical } from "../base/json.ts"
import type { Codec } from "./field.ts"
import { Issue } from "./issue.ts"
import { unknownFields } from "./unknownFields.ts"

/**
 * What a message is made of, once it is used.
 *
 * @internal
 */
export interface Parts extends Pick<Codec, "decode" | "encode"> {
  /** Its fields as a Schema: what is derived from a Schema is derived from it. Open, JSON may have more of them. */
  readonly struct: (open: boolean) => Schema.Schema.AnyNoContext
  /** Leaves one member of each oneof. */
  readonly exclusive: (value: object) => object
}

/** What a walk made and the type side has not seen yet: it needs no second walk. */
const made = new WeakSet<object>()

/** @internal */
export interface Walked extends Codec {
  readonly fullName: string
  readonly parts: Parts
}

/**
 * The Schema of a message: the walk, between any JSON object and a type that knows the fields.
 *
 * @internal
 */
export const messageAst = (message: Walked): AST.AST => {
  const identifier = message.fullName
  const walked = (
    way: "decode" | "encode",
    input: unknown,
    ast: AST.AST
  ): Either.Either<unknown, ParseResult.ParseIssue> => {
    const out = message[way](input, 0)
    return out instanceof Issue
      ? ParseResult.fail(out.toParseIssue(ast, input))
      : ParseResult.succeed(out)
  }
  const struct = (open: boolean) => Schema.suspend(() => message.parts.struct(open))
  const ofType = Schema.typeSchema(struct(false))
  const type = Schema.declare(
    [ofType],
    {
      decode: () => (u, _, ast) =>
        made.delete(Object(u))
          ? ParseResult.succeed(u)
          : ParseResult.map(walked("encode", u, ast), () => u),
      // The walk sees what is wrong with it.
      encode: () => ParseResult.succeed
    },
    {
      identifier,
      [AST.SurrogateAnnotationId]: ofType.ast,
      pretty: (print) => print,
      equivalence: (equals) => (a, b) => equals(a, b) && unknownIn(a) === unknownIn(b),
      // Messages in messages, to a small depth: most have many.
      arbitrary: (whole) => (fc) =>
        fc.oneof(
          { maxDepth: 2, depthIdentifier: identifier },
          fc.constant({}).map((json) => message.decode(json, 0)),
          { weight: 4, arbitrary: whole(fc).map((value) => message.parts.exclusive(Object(value))) }
        )
    }
  )
  return Schema.transformOrFail(Schema.Unknown, type, {
    strict: false,
    decode: (json, _, ast) =>
      ParseResult.map(walked("decode", json, ast), (value) => {
        made.add(Object(value))
        return value
      }),
    encode: (value, _, ast) => walked("encode", value, ast)
  }).annotations({ identifier, [AST.SurrogateAnnotationId]: struct(true).ast }).ast
}

const unknownIn = (value: unknown): string | symbol =>
  canonical(Reflect.get(Object(value), unknownFields))
