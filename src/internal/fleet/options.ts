import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { InvalidRequest } from "../../LroError.ts"
import type { FleetSettings } from "./means.ts"
import { Board } from "./progress.ts"
import type { Options } from "./rows.ts"
import { type FleetInput, resolve } from "./settings.ts"

/** As they are given. */
interface Given extends FleetInput {
  readonly progress?: object | undefined
}

/**
 * As rows take them.
 *
 * @internal
 */
export interface Own {
  readonly options: Options
  readonly fleet: FleetSettings
}

type Rows = Stream.Stream<unknown, unknown, unknown>

/** @internal */
export const refuse = (method: string, argument: string, problem: string) =>
  Stream.fail(new InvalidRequest({ method, argument, problem }))

/**
 * Rows by options that were looked at.
 *
 * @internal
 */
export const withOptions = (options: Given, method: string, use: (own: Own) => Rows): Rows => {
  const { progress, ...others } = options
  const fleet = resolve(options)
  if (!("tick" in fleet)) return refuse(method, ...fleet)
  return progress === undefined || progress instanceof Board
    ? use({ fleet, options: { ...others, progress } })
    : refuse(method, "progress", "was not made by `makeProgress`")
}

/**
 * {@link withOptions} of the client of a tag.
 *
 * @internal
 */
export const ofTag = (
  tag: Effect.Effect<object, unknown, unknown>,
  options: Given,
  method: string,
  use: (client: object, own: Own) => Rows
): Rows =>
  Stream.unwrap(
    Effect.map(tag, (client) => withOptions(options, method, (own) => use(client, own)))
  )
