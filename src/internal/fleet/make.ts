import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Parts } from "../client/parts.ts"
import { makeList } from "../list/list.ts"
import type { FleetSettings, ReadPage } from "./means.ts"
import { Requests } from "./progress.ts"
import { FleetSource } from "./source.ts"

/**
 * The source of a fleet, for as long as its scope.
 *
 * @internal
 */
export const make = (
  { ask, list, pollers, settings }: Omit<Parts, "source">,
  fleet: FleetSettings
): Effect.Effect<FleetSource, never, Scope.Scope> =>
  Effect.gen(function*() {
    const fetchPage = list && makeList(settings, list).fetchPage
    const readPage: ReadPage | undefined = fetchPage && (
      ({ endpoint, location }, request, options, number) =>
        fetchPage(request, options, number, { endpoint, location })
    )
    const running = settings.binding.methods.list?.running
    const source = new FleetSource(
      {
        settings,
        fleet,
        timers: pollers.timers,
        ask,
        readPage,
        running: running === undefined ? undefined : { cost: 1, ...running },
        requests: new Requests(),
        fork: (effect, logs) => pollers.fork(effect, logs)
      },
      list,
      pollers
    )
    yield* Effect.addFinalizer(() => source.end())
    return source
  })
