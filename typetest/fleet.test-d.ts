// Types only: nothing here runs.
import { type Effect, type Layer, Schema, Stream } from "effect"
import {
  Fleet,
  type LroError,
  type Operation,
  type OperationRef,
  Operations,
  RateLimit
} from "effect-lro"
import * as Compute from "effect-lro/services/compute/v1"
import type * as ComputeMessages from "effect-lro/services/compute/v1/messages"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import type * as Messages from "effect-lro/services/networkconnectivity/v1/messages"
import { describe, expectTypeOf, it } from "vitest"

const { createHub, deleteHub, NetworkConnectivity: Tag } = NetworkConnectivity
const Hub = Schema.Struct({ name: Schema.String })
const name = "projects/p/locations/global/operations/o"
const hub = { parent: "projects/p/locations/global", hubId: "h", hub: { description: "d" } }

declare const refs: ReadonlyArray<OperationRef.OperationRef>
declare const started: ReadonlyArray<Operations.Started<Messages.OperationMetadata, Messages.Hub>>
declare const bare: Operations.BareMethod<
  "networkconnectivity.googleapis.com/v1",
  { readonly parent: string },
  { readonly percent: number }
>

type Rows<A> = Stream.Stream<
  Fleet.Row<A>,
  LroError.InvalidRequest,
  NetworkConnectivity.NetworkConnectivity
>
type StartedRows<Request, A> = Stream.Stream<
  Fleet.StartedRow<Request, A>,
  LroError.InvalidRequest,
  NetworkConnectivity.NetworkConnectivity
>

describe("the rows of a fleet", () => {
  it("give what `untilDone` gives", () => {
    expectTypeOf(Fleet.outcomes(Tag, refs)).toEqualTypeOf<Rows<Operation.Succeeded>>()
    expectTypeOf(Fleet.outcomes(Tag, [name])).toEqualTypeOf<Rows<Operation.Succeeded>>()
    expectTypeOf(Fleet.outcomes(Tag, started)).toEqualTypeOf<Rows<Messages.Hub>>()
    expectTypeOf(Fleet.outcomes(Tag, Stream.fromIterable(started))).toEqualTypeOf<
      Rows<Messages.Hub>
    >()
    expectTypeOf(Fleet.outcomes(Tag, refs, { method: createHub, deadline: "1 hour" }))
      .toEqualTypeOf<
        Rows<Messages.Hub>
      >()
    expectTypeOf(Fleet.outcomes(Tag, refs, { method: deleteHub })).toEqualTypeOf<Rows<void>>()
    expectTypeOf(Fleet.outcomes(Tag, refs, { method: bare })).toEqualTypeOf<
      Rows<Operation.Succeeded<{ readonly percent: number }>>
    >()
    expectTypeOf(Fleet.outcomes(Tag, refs, { response: Hub, tick: "1 second" })).toEqualTypeOf<
      Rows<{ readonly name: string }>
    >()
    expectTypeOf(Fleet.outcomes(Tag, started, { method: createHub, response: Hub })).toEqualTypeOf<
      Rows<{ readonly name: string }>
    >()
  })

  it("of a fleet that starts give what `run` gives", () => {
    expectTypeOf(Fleet.run(Tag, createHub, [hub])).toEqualTypeOf<
      StartedRows<NetworkConnectivity.CreateHubRequest, Messages.Hub>
    >()
    expectTypeOf(Fleet.run(Tag, createHub, Stream.make(hub), { concurrency: 2 })).toEqualTypeOf<
      StartedRows<NetworkConnectivity.CreateHubRequest, Messages.Hub>
    >()
    expectTypeOf(Fleet.run(Tag, bare, [{ parent: "p" }])).toEqualTypeOf<
      StartedRows<{ readonly parent: string }, Operation.Succeeded<{ readonly percent: number }>>
    >()
    expectTypeOf(Fleet.run(Tag, createHub, [hub], { response: Hub })).toEqualTypeOf<
      StartedRows<NetworkConnectivity.CreateHubRequest, { readonly name: string }>
    >()
    const disks = Fleet.run(Compute.ComputeEngine, Compute.disksInsert, [])
    expectTypeOf<Stream.Stream.Success<typeof disks>["exit"]>().toMatchTypeOf<
      Effect.Effect<ComputeMessages.Operation, LroError.WaitError>
    >()
    // @ts-expect-error a method of another service
    void Fleet.run(Tag, Compute.disksInsert, [])
    // @ts-expect-error a hub without its parent
    void Fleet.run(Tag, createHub, [{ hubId: "h", hub: {} }])
  })

  it("take no options of a fiber", () => {
    // @ts-expect-error there is no fiber to be interrupted
    void Fleet.outcomes(Tag, refs, { onInterrupt: "cancel" })
    // @ts-expect-error nobody follows a row
    void Fleet.outcomes(Tag, refs, { onState: () => undefined })
  })
})

describe("the layer of a fleet", () => {
  it("gives the whole client of the tag", () => {
    expectTypeOf<Layer.Layer.Success<ReturnType<typeof layerOf>>>().toEqualTypeOf<
      NetworkConnectivity.NetworkConnectivity
    >()
  })

  it("takes a rate, and no options of one", () => {
    Operations.layer(Tag, { rateLimit: RateLimit.make({ reads: { limit: 1, interval: 1 } }) })
    // @ts-expect-error options of a rate are none
    Operations.layer(Tag, { rateLimit: { reads: { limit: 1, interval: 1 } } })
  })
})

const layerOf = () => Fleet.layer(Tag, { tick: "1 second" })
