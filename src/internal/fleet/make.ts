import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { OperationFormat } from "../../OperationFormat.ts"
import type { Route } from "../call/route.ts"
import type { Settings } from "../call/settings.ts"
import type { MakeSource, Parts } from "../client/parts.ts"
import { makeList } from "../list/list.ts"
import type { Polled } from "../wait/source.ts"
import type { FleetSettings, ReadPage } from "./means.ts"
import { Requests } from "./progress.ts"
import { FleetSource } from "./source.ts"

/**
 * What a client of fleets is made of.
 *
 * @internal
 */
export interface Inside extends Parts {
  readonly source: FleetSource
}

/**
 * Makes the source of a fleet, for as long as its scope, and tells what of.
 *
 * @internal
 */
export const makeSource = (fleet: FleetSettings, tell: (inside: Inside) => void): MakeSource =>
(
  parts
) =>
  Effect.map(make(parts, fleet), (source) => {
    tell({ ...parts, source })
    return source
  })

const make = (
  { list, pollers, settings }: Parts,
  fleet: FleetSettings
): Effect.Effect<FleetSource, never, Scope.Scope> => {
  const { operationFormat, methods } = settings.binding
  const source = new FleetSource(
    {
      settings,
      fleet,
      timers: pollers.timers,
      pollers,
      pagesAt: list && pagesAt(settings, list),
      pageSize: operationFormat === undefined
        ? fleet.pageSize
        : pageSizeOf(operationFormat, fleet.pageSize),
      running: methods.list?.running,
      requests: new Requests(),
      fork: (effect, logs) => pollers.fork(effect, logs)
    },
    list,
    pollers
  )
  return Effect.as(Effect.addFinalizer(() => source.end()), source)
}

/** GKE takes none: its lists are one page. */
const pageSizeOf = (format: OperationFormat, pageSize: number): number =>
  "pageSize" in format.parameters
    ? Math.min(pageSize, format.maxPageSize ?? Infinity)
    : Infinity

/** Pages, from where an operation is. */
const pagesAt = (settings: Settings, list: Route) => ({ endpoint, location }: Polled): ReadPage => {
  const at = endpoint ?? settings.endpoints.at(location)
  const endpoints = { ...settings.endpoints, at: () => at }
  return makeList({ ...settings, endpoints }, list).listPage
}
