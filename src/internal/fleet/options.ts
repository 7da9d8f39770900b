import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { InvalidRequest } from "../../LroError.ts"
import type { FleetSettings } from "./means.ts"
import { Board, Requests } from "./progress.ts"
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

/**
 * The board is open from before the options are looked at until the rows have ended: what is refused closes it, too.
 *
 * @internal
 */
export const during = <A, E, R>(
  progress: unknown,
  rows: (board: Board | undefined) => Stream.Stream<A, E, R>
): Stream.Stream<A, E, R> =>
  progress instanceof Board
    ? Stream.flatMap(
      Stream.acquireRelease(
        Effect.sync(() => progress.open(new Requests())),
        (close) => Effect.sync(close)
      ),
      () => rows(progress)
    )
    : rows(undefined)

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
  return during(progress, (board) => {
    const fleet = resolve(options)
    if (!("tick" in fleet)) return refuse(method, ...fleet)
    return progress === board
      ? use({ fleet, options: { ...others, progress: board } })
      : refuse(method, "progress", "was not made by `makeProgress`")
  })
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
