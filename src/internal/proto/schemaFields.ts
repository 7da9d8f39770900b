/**
 * Fields of `Schema.Struct` and `Schema.Class` that proto3 JSON leaves out when they have their default, for the details of
 * google.rpc.Status. Their types stand in the declarations of public modules, so they have no mark that would strip them there.
 */
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { asOption, type Field, withDefault } from "../base/schema.ts"
import * as Schemas from "./schemas.ts"

/** `""` when absent. */
export const string: Field<string, string> = /*#__PURE__*/ withDefault(Schema.String, () => "")

/** `0n` when absent. */
export const int64: Field<bigint, number | string> = /*#__PURE__*/ withDefault(
  Schemas.Int64,
  () => 0n
)

/** `[]` when absent. */
export const repeated = <A, I, R>(
  item: Schema.Schema<A, I, R>
): Field<ReadonlyArray<A>, ReadonlyArray<I>, R> => withDefault(Schema.Array(item), () => [])

/** `{}` when absent. */
export const map = <A, I, R>(
  item: Schema.Schema<A, I, R>
): Field<{ readonly [key: string]: A }, { readonly [key: string]: I }, R> =>
  withDefault(Schemas.MapSchema(item), () => ({}))

/** `Option.none()` when absent. */
export const option: <A, I, R>(
  item: Schema.Schema<A, I, R>
) => Field<Option.Option<A>, I, R> = asOption
