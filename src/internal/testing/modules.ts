import * as Predicate from "effect/Predicate"
import type { AnyMethod } from "../../Method.ts"
import type * as Testing from "../../testing.ts"

/**
 * The options with everything that whole service modules bring.
 *
 * @internal
 */
export interface Served extends Testing.Options {
  readonly bindings: NonNullable<Testing.Options["bindings"]>
}

/**
 * `networkconnectivity.googleapis.com/v1` as its two parts.
 *
 * @internal
 */
export const serviceOf = (
  method: AnyMethod
): { readonly service: string; readonly version: string } => {
  const slash = method.service.lastIndexOf("/")
  return { service: method.service.slice(0, slash), version: method.service.slice(slash + 1) }
}

const isMethod = (u: unknown): u is AnyMethod =>
  Predicate.hasProperty(u, "rpc") && Predicate.hasProperty(u, "decodeMetadata")

/** @internal */
export const expand = (options: Testing.Options): Served => {
  const services = options.services ?? []
  return {
    ...options,
    bindings: [...(options.bindings ?? []), ...services.map((module) => module.binding)],
    methods: [
      ...(options.methods ?? []),
      ...services.flatMap((module) => Object.values<unknown>({ ...module }).filter(isMethod))
    ]
  }
}
