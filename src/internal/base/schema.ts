/**
 * What the majors of Effect spell differently about Schemas, here only: conversions that may fail, fields with a default, own kinds of
 * values, classes of errors.
 */
import type * as Arbitrary from "effect/Arbitrary"
import * as DateTime from "effect/DateTime"
import * as Either from "effect/Either"
import type * as Equivalence from "effect/Equivalence"
import * as Option from "effect/Option"
import * as ParseResult from "effect/ParseResult"
import * as Schema from "effect/Schema"

/** A field that may be absent or `null` in JSON and is always there once decoded. It stands in the declarations of public modules. */
export interface Field<A, I, R = never>
  extends Schema.PropertySignature<":", A, never, "?:", I | null | undefined, true, R>
{}

/** What is wrong with a value; the Schema's own words where it is `undefined`. */
type Problem = string | undefined

/** @internal */
export interface Conversion<From, To> {
  readonly decode: (value: From) => Either.Either<To, Problem>
  readonly encode: (value: To) => Either.Either<From, Problem>
}

/**
 * Converts what one Schema decodes to what another decodes from.
 *
 * @internal
 */
export const transformOrFail = <A, I, R, B, J, S>(
  from: Schema.Schema<A, I, R>,
  to: Schema.Schema<B, J, S>,
  conversion: Conversion<A, J>
): Schema.Schema<B, I, R | S> =>
  Schema.transformOrFail(from, to, {
    strict: true,
    decode: (value, _, ast) =>
      Either.mapLeft(
        conversion.decode(value),
        (problem) => new ParseResult.Type(ast, value, problem)
      ),
    encode: (value, _, ast) =>
      Either.mapLeft(
        conversion.encode(value),
        (problem) => new ParseResult.Type(ast, value, problem)
      )
  })

/**
 * {@link transformOrFail}, where nothing can be wrong.
 *
 * @internal
 */
export const transform = <A, I, R, B, J, S>(
  from: Schema.Schema<A, I, R>,
  to: Schema.Schema<B, J, S>,
  conversion: { readonly decode: (value: A) => J; readonly encode: (value: J) => A }
): Schema.Schema<B, I, R | S> => Schema.transform(from, to, { strict: true, ...conversion })

/**
 * The value, or a problem where there is none.
 *
 * @internal
 */
export const orFail = <A>(value: A | undefined, problem?: string): Either.Either<A, Problem> =>
  value === undefined ? Either.left(problem) : Either.right(value)

/** @internal */
export const withDefault = <A, I, R>(
  item: Schema.Schema<A, I, R>,
  defaultValue: () => A
): Field<A, I, R> => Schema.optionalWith(item, { nullable: true, default: defaultValue })

/**
 * A field that may be absent or `null` in JSON and is then left out.
 *
 * @internal
 */
export const optional = <A, I, R>(
  item: Schema.Schema<A, I, R>
): Schema.PropertySignature<"?:", A, never, "?:", I | null, false, R> =>
  Schema.optionalWith(item, { nullable: true, exact: true })

/** @internal */
export const asOption = <A, I, R>(item: Schema.Schema<A, I, R>): Field<Option.Option<A>, I, R> =>
  Schema.optionalWith(item, { nullable: true, as: "Option" }).pipe(
    Schema.withConstructorDefault(() => Option.none<A>())
  )

/** A field that always has one value, and another key in JSON. It stands in the declarations of public modules. */
export interface Constant<A, Key extends string>
  extends Schema.PropertySignature<":", A, Key, "?:", string, true>
{}

/**
 * A {@link Constant} from a text, which may be absent.
 *
 * @internal
 */
export const constant = <const A extends string, const Key extends string>(
  value: A,
  key: Key,
  text: { readonly is: (text: string) => boolean; readonly written: string }
): Constant<A, Key> =>
  Schema.optionalToRequired(
    Schema.String.pipe(Schema.filter((written) => text.is(written))),
    Schema.Literal(value),
    { decode: () => value, encode: () => Option.some(text.written) }
  ).pipe(Schema.fromKey(key), Schema.withConstructorDefault(() => value))

/**
 * What there is to know of an own kind of values.
 *
 * @internal
 */
export interface Kind<A> {
  readonly identifier: string
  readonly jsonSchema?: object
  readonly pretty?: (value: A) => string
  readonly equivalence?: Equivalence.Equivalence<A>
  readonly arbitrary?: Arbitrary.LazyArbitrary<A>
  /** An annotation by which our own code finds it. */
  readonly mark?: symbol
}

/**
 * The Schema of what a guard tells.
 *
 * @internal
 */
export const declare = <A>(
  is: (value: unknown) => value is A,
  { arbitrary, equivalence, identifier, jsonSchema, mark, pretty }: Kind<A>
): Schema.Schema<A> => {
  const known: Schema.Annotations.Schema<A> = {
    identifier,
    ...(jsonSchema === undefined ? {} : { jsonSchema }),
    ...(pretty === undefined ? {} : { pretty: () => pretty }),
    ...(equivalence === undefined ? {} : { equivalence: () => equivalence }),
    ...(arbitrary === undefined ? {} : { arbitrary: () => arbitrary })
  }
  return Schema.declare(is, mark === undefined ? known : { ...known, [mark]: true })
}

/**
 * An instant as ISO 8601 text.
 *
 * @internal
 */
export const Instant: Schema.Schema<DateTime.Utc, string> = /*#__PURE__*/ transformOrFail(
  Schema.String,
  Schema.DateTimeUtcFromSelf,
  {
    decode: (text) =>
      orFail(Option.getOrUndefined(Option.map(DateTime.make(text), DateTime.toUtc))),
    encode: (instant) => Either.right(DateTime.formatIso(instant))
  }
)

/**
 * Where JSON does not fit a Schema, by its path; empty where it is the whole.
 *
 * @internal
 */
export const whereOf = (issue: ParseResult.ParseIssue): string =>
  ParseResult.ArrayFormatter.formatIssueSync(issue)[0]?.path.join(".") ?? ""

/**
 * Decodes unknown JSON at once.
 *
 * @internal
 */
export const decodeUnknown: <A, I>(
  schema: Schema.Schema<A, I>
) => (json: unknown) => Either.Either<A, ParseResult.ParseIssue> = ParseResult.decodeUnknownEither

/** A class of errors with a tag. Its type stands in the declarations of public modules. */
export const taggedError = <Self>() =>
<Tag extends string, Fields extends Schema.Struct.Fields>(
  identifier: string,
  tag: Tag,
  fields: Fields,
  /** What every error of the class has beside its fields: not enumerable, so that neither keys nor JSON show it. */
  shared: PropertyDescriptorMap
) => {
  const Base = Schema.TaggedError<Self>(identifier)(tag, fields)
  Object.defineProperties((Base as { readonly prototype: object }).prototype, {
    name: { value: tag },
    ...shared
  })
  return Base
}
