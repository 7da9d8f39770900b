import * as Predicate from "effect/Predicate"
import * as Schema from "effect/Schema"

/** Marks every error of `LroError` that is not one of the sixteen. It stands in the declarations of public modules, so it has no mark. */
export const TypeId = "~effect-lro/LroError"

/** One class of error, with its mark. Its type stands in the declarations of public modules, so it has no mark that would strip it there. */
export const lroError = <Self>() =>
<Tag extends string, Fields extends Schema.Struct.Fields>(
  tag: Tag,
  fields: Fields
) => {
  const Base = Schema.TaggedError<Self>(`effect-lro/${tag}`)(tag, fields)
  Object.defineProperties((Base as { readonly prototype: object }).prototype, {
    [TypeId]: { value: TypeId },
    name: { value: tag }
  })
  return Base
}

/**
 * Whether a value is an error of one of some classes.
 *
 * @internal
 */
export const isOneOf = (u: unknown, classes: ReadonlyArray<{ readonly _tag: string }>): boolean =>
  Predicate.hasProperty(u, TypeId) && Predicate.hasProperty(u, "_tag") &&
  classes.some((each) => each._tag === u._tag)
