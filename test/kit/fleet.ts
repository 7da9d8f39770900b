/** Fleets over the testing server in virtual time: what it was asked, and when. */
import { Effect, Layer } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import * as Testing from "effect-lro/testing"
import { Bakery, binding } from "./bakery.ts"

/** The bakery as a fleet, beside its server. */
export const layer = (
  options: Fleet.FleetLayerOptions = {},
  server: Omit<Testing.Options, "bindings"> = {}
) =>
  Fleet.layer(Bakery, { polling: { spread: 0 }, ...options }).pipe(
    Layer.provideMerge(Layer.merge(
      Testing.layer({ bindings: [binding], ...server }),
      Credentials.layerNone
    ))
  )

/** `[kind, instant in seconds]` of every request so far. */
export const asked = Effect.flatMap(
  Testing.OperationsServer,
  ({ requests }) =>
    Effect.map(requests, (all) => all.map(({ at, method }) => [method, at / 1000] as const))
)

/** How many requests there were of a kind. */
export const count = (kind: Testing.MethodKind) =>
  Effect.map(asked, (all) => all.filter(([method]) => method === kind).length)
