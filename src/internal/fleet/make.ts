import type { OperationFormat } from "../../OperationFormat.ts"
import * as Route from "../call/route.ts"
import type { Settings } from "../call/settings.ts"
import { makeList } from "../list/list.ts"
import type { Pollers } from "../wait/poller.ts"
import type { FleetSettings, Means } from "./means.ts"
import { Requests } from "./progress.ts"
import { FleetSource } from "./source.ts"

/**
 * The source of a fleet.
 *
 * @internal
 */
export const makeSource = (
  settings: Settings,
  fleet: FleetSettings,
  pollers: Pollers
): FleetSource => {
  const { binding } = settings
  const { operationFormat, methods } = binding
  const list = Route.compile(binding, "list")
  return new FleetSource(
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
}

/** GKE takes none: its lists are one page. */
const pageSizeOf = (format: OperationFormat, pageSize: number): number =>
  "pageSize" in format.parameters
    ? Math.min(pageSize, format.maxPageSize ?? Infinity)
    : Infinity

/** Pages, from where an operation is. Those of a format of its own are read whole. */
const pagesAt =
  (settings: Settings, list: Route.Route): Means["pagesAt"] => ({ endpoint, location }, json) => {
    const at = endpoint ?? settings.endpoints.at(location)
    const endpoints = { ...settings.endpoints, at: () => at }
    const isWhole = settings.binding.operationFormat !== undefined
    return makeList({ ...settings, endpoints }, list, isWhole ? undefined : json).listPage
  }
