/** A server of many operations that lists them well or badly: what a fleet has to put up with. */
import { Effect, Layer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import * as Operations from "effect-lro/Operations"
import { Bakery, parent } from "./bakery.ts"
import * as FakeHttp from "./FakeHttp.ts"

/** An operation, by what becomes of it when. */
export interface Plan {
  /** In milliseconds. */
  readonly endsAt: number
  /** `deleted`: nobody knows it any more from then on. */
  readonly end: "succeeded" | "failed" | "cancelled" | "deleted"
  /** Shown by list only then. */
  readonly listedFrom?: number
  /** List says that it is done, and not how. */
  readonly unclear?: boolean
}

export interface World {
  readonly plans: ReadonlyArray<Plan>
  /** Operations of former times that list shows first. */
  readonly old?: number
  /** The project in the names of the server. */
  readonly project?: string
  readonly maxPageSize?: number
  /** In the place of a reply. */
  readonly fault?: (
    kind: "get" | "list",
    call: FakeHttp.Call,
    index: number
  ) => Response | Effect.Effect<Response, FakeHttp.Broken> | undefined
}

export const nameOf = (i: number): string => `${parent}/operations/o${i}`

export const namesOf = ({ plans }: World): ReadonlyArray<string> => plans.map((_, i) => nameOf(i))

const response = { "@type": "type.googleapis.com/example.bakery.v1.Cake", flavour: "plum" }

const ends = {
  succeeded: { response },
  failed: { error: { code: 10, message: "no" } },
  cancelled: { error: { code: 1, message: "stopped" } },
  deleted: {}
}

const isGone = ({ end, endsAt }: Plan, at: number): boolean => end === "deleted" && at >= endsAt

const stateOf = (plan: Plan, name: string, at: number, listed: boolean) => ({
  name,
  ...(at < plan.endsAt
    ? undefined
    : { done: true, ...(listed && plan.unclear === true ? undefined : ends[plan.end]) })
})

export const isList = ({ url }: FakeHttp.Call): boolean => /\/operations(\?|$)/.test(url)

export const handler = (world: World): FakeHttp.Handler => (call, index) => {
  const kind = isList(call) ? "list" : "get"
  const fault = world.fault?.(kind, call, index)
  if (fault !== undefined) return fault
  const own = (name: string) =>
    world.project === undefined ? name : name.replace("projects/p/", `projects/${world.project}/`)
  if (kind === "get") {
    const i = Number(/\/o(\d+)$/.exec(call.url)?.[1])
    const plan = world.plans[i]
    return plan === undefined || isGone(plan, call.at)
      ? FakeHttp.failure(404, "NOT_FOUND")
      : FakeHttp.json(stateOf(plan, own(nameOf(i)), call.at, false))
  }
  const query = new URL(call.url).searchParams
  const size = Math.min(Number(query.get("pageSize") ?? 50), world.maxPageSize ?? Infinity)
  const from = Number(query.get("pageToken") ?? 0)
  const running = query.get("filter") === "done=false"
  const old = running ? 0 : world.old ?? 0
  const live = world.plans.flatMap((plan, i) =>
    isGone(plan, call.at) || call.at < (plan.listedFrom ?? 0) ||
      (running && call.at >= plan.endsAt)
      ? []
      : [stateOf(plan, own(nameOf(i)), call.at, true)]
  )
  const end = Math.min(from + size, old + live.length)
  return FakeHttp.json({
    operations: [
      ...Array.from({ length: Math.max(0, Math.min(end, old) - from) }, (_, i) => ({
        name: own(`${parent}/operations/old${from + i}`),
        done: true,
        response
      })),
      ...live.slice(Math.max(0, from - old), Math.max(0, end - old))
    ],
    ...(end < old + live.length ? { nextPageToken: String(end) } : undefined)
  })
}

/** The bakery as a fleet over such a world. */
export const layer = (world: World, options: Fleet.FleetLayerOptions = {}) =>
  Fleet.layer(Bakery, { polling: { spread: 0 }, ...options }).pipe(
    Layer.provideMerge(Layer.merge(FakeHttp.layer(handler(world)), Credentials.layerNone))
  )

/** The same with a poller each. */
export const layerAlone = (world: World, options: Operations.LayerOptions = {}) =>
  Operations.layer(Bakery, { polling: { spread: 0, longPoll: "off" }, ...options }).pipe(
    Layer.provideMerge(Layer.merge(FakeHttp.layer(handler(world)), Credentials.layerNone))
  )

/** `[kind, instant in seconds]` of every request so far. */
export const asked = Effect.map(
  FakeHttp.calls,
  (calls) => calls.map((call) => [isList(call) ? "list" : "get", call.at / 1000] as const)
)

/** The instants of the requests for an operation of its own, in seconds. */
export const gotAt = (i: number) =>
  Effect.map(
    FakeHttp.calls,
    (calls) => calls.filter(({ url }) => url.endsWith(`/o${i}`)).map(({ at }) => at / 1000)
  )
