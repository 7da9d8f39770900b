import * as Predicate from "effect/Predicate"
import type * as Schema from "effect/Schema"
import { taggedError } from "../base/schema.ts"

/** Marks every error of `LroError` that is not one of the sixteen. It stands in the declarations of public modules, so it has no mark. */
export const TypeId = "~effect-lro/LroError"

/** One class of error, with its mark. Its type stands in the declarations of public modules, so it has no mark that would strip it there. */
export const lroError = <Self>() =>
<Tag extends string, Fields extends Schema.Struct.Fields>(
  tag: Tag,
  fields: Fields
) => taggedError<Self>()(`effect-lro/${tag}`, tag, fields, { [TypeId]: { value: TypeId } })

/**
 * Whether a value is an error with one of some tags.
 *
 * @internal
 */
export const isOneOf = (u: unknown, tags: ReadonlyArray<string>): boolean =>
  Predicate.hasProperty(u, TypeId) && Predicate.hasProperty(u, "_tag") &&
  tags.some((tag) => tag === u._tag)
