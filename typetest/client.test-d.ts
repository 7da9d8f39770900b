// Types only: nothing here runs.
// @effect-diagnostics floatingEffect:off
import { Effect, Layer, Option, Schema, Stream } from "effect"
import { LroError, Operation, type OperationRef, Operations, Polling } from "effect-lro"
import * as AnalyticsHub from "effect-lro/services/analyticshub/v1"
import * as CloudResourceManager from "effect-lro/services/cloudresourcemanager/v3"
import * as MachineLearning from "effect-lro/services/ml/v1"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import type * as Messages from "effect-lro/services/networkconnectivity/v1/messages"
import * as NetworkConnectivityAlpha from "effect-lro/services/networkconnectivity/v1alpha1"
import * as Filter from "effect-lro/services/servicemanagement/filter"
import * as ServiceManagement from "effect-lro/services/servicemanagement/v1"
import * as WorkloadManager from "effect-lro/services/workloadmanager/v1"
import { describe, expectTypeOf, it } from "vitest"

declare const networkConnectivity: Effect.Effect.Success<
  typeof NetworkConnectivity.NetworkConnectivity
>
declare const workloadManager: Effect.Effect.Success<typeof WorkloadManager.WorkloadManager>
declare const serviceManagement: Effect.Effect.Success<typeof ServiceManagement.ServiceManagement>
declare const resourceManager: Effect.Effect.Success<
  typeof CloudResourceManager.CloudResourceManager
>
declare const machineLearning: Effect.Effect.Success<typeof MachineLearning.MachineLearning>

const Hub = Schema.Struct({ name: Schema.String })
const name = "projects/p/locations/global/operations/o"
const hub = { parent: "projects/p/locations/global", hubId: "h", hub: { description: "d" } }

/** A method that was declared without a response. */
declare const bare: Operations.BareMethod<
  "networkconnectivity.googleapis.com/v1",
  { readonly parent: string },
  { readonly percent: number }
>
declare const report: (u: unknown) => Effect.Effect<void>

describe("the methods of a service", () => {
  it("are exactly those that it serves", () => {
    type Waits =
      | "start"
      | "get"
      | "poll"
      | "run"
      | "runFinal"
      | "untilDone"
      | "untilFinal"
      | "watch"
    type Lists = "list" | "listPages" | "listPage"
    expectTypeOf<keyof typeof networkConnectivity>().toEqualTypeOf<
      Waits | Lists | "cancel" | "cancelAndWait" | "delete"
    >()
    expectTypeOf<keyof typeof workloadManager>().toEqualTypeOf<
      Waits | Lists | "cancel" | "cancelAndWait" | "delete"
    >()
    expectTypeOf<keyof typeof serviceManagement>().toEqualTypeOf<Waits | Lists>()
    expectTypeOf<keyof typeof machineLearning>().toEqualTypeOf<
      Waits | Lists | "cancel" | "cancelAndWait"
    >()
    expectTypeOf<keyof typeof resourceManager>().toEqualTypeOf<Waits>()
  })

  it("and no others compile", () => {
    // @ts-expect-error Cloud Resource Manager has get only
    resourceManager.list({ name: "operations" })
    // @ts-expect-error
    resourceManager.cancel({ name: "operations/o" })
    // @ts-expect-error Service Management has no cancel
    serviceManagement.cancel({ name: "operations/o" })
    // @ts-expect-error AI Platform has no delete any more
    machineLearning.delete({ name: "projects/p/operations/o" })
    // @ts-expect-error no seed service serves wait
    networkConnectivity.wait({ name })
  })

  it("start only methods of their own service", () => {
    // @ts-expect-error of v1alpha1
    networkConnectivity.start(NetworkConnectivityAlpha.createHub, hub)
    // @ts-expect-error of another service
    workloadManager.start(NetworkConnectivity.createHub, hub)
  })
})

describe("requests", () => {
  it("of start have typed names", () => {
    networkConnectivity.start(NetworkConnectivity.createHub, hub)
    // @ts-expect-error hubId is missing
    networkConnectivity.start(NetworkConnectivity.createHub, { parent: "p", hub: {} })
    // @ts-expect-error hubID is no argument
    networkConnectivity.start(NetworkConnectivity.createHub, { ...hub, hubID: "h" })
    // @ts-expect-error a description is text
    networkConnectivity.start(NetworkConnectivity.createHub, { ...hub, hub: { description: 1 } })
    // @ts-expect-error the name of the hub stands in the path
    networkConnectivity.start(NetworkConnectivity.updateHub, { hub: { description: "d" } })
  })

  it("of list need a name where the path has one", () => {
    // @ts-expect-error
    networkConnectivity.list({})
    networkConnectivity.list({ name: "projects/p/locations/l", filter: "done=true", pageSize: 10 })
  })

  it("of Service Management's list need a filter", () => {
    // @ts-expect-error
    serviceManagement.list({})
    // @ts-expect-error
    serviceManagement.list({ name: "n", pageSize: 1 })
    serviceManagement.list({ filter: "serviceName=example.googleapis.com" })
    serviceManagement.list({
      filter: Filter.serviceName("example.googleapis.com", Filter.status("=", "done"))
    })
    // @ts-expect-error serviceName has to be there
    serviceManagement.list({ filter: Filter.status("=", "done") })
    // @ts-expect-error status has = and != only
    Filter.status(">", "done")
    // @ts-expect-error startTime has no =
    Filter.startTime("=", "2017-02-01")
    // @ts-expect-error serviceName stands at the top level only
    Filter.or(Filter.serviceName("a"), Filter.status("=", "done"))
  })

  it("of nextPage keep their type", () => {
    const page: Operations.Page = { operations: [], nextPageToken: "t", unreachable: [] }
    expectTypeOf(Operations.nextPage({ name: "n", pageSize: 1 }, page)).toEqualTypeOf<
      Option.Option<{ name: string; pageSize: number }>
    >()
  })
})

describe("results", () => {
  it("of calls", () => {
    expectTypeOf(networkConnectivity.get({ name })).toEqualTypeOf<
      Effect.Effect<Operation.Operation, LroError.CallError>
    >()
    expectTypeOf(networkConnectivity.list({ name })).toEqualTypeOf<
      Stream.Stream<Operation.Operation, LroError.ListError>
    >()
    expectTypeOf(networkConnectivity.cancel({ name })).toEqualTypeOf<
      Effect.Effect<void, LroError.CallError>
    >()
    expectTypeOf(networkConnectivity.start(NetworkConnectivity.createHub, hub)).toEqualTypeOf<
      Effect.Effect<
        Operations.Started<Messages.OperationMetadata, Messages.Hub>,
        LroError.CallError
      >
    >()
  })

  it("of waits", () => {
    const { createHub } = NetworkConnectivity
    type Metadata = Messages.OperationMetadata
    expectTypeOf(networkConnectivity.run(createHub, hub, { response: Hub, onInterrupt: "cancel" }))
      .toEqualTypeOf<
        Effect.Effect<{ readonly name: string }, LroError.WaitError>
      >()
    expectTypeOf(networkConnectivity.run(createHub, hub)).toEqualTypeOf<
      Effect.Effect<Messages.Hub, LroError.WaitError>
    >()
    expectTypeOf(networkConnectivity.run(NetworkConnectivity.deleteHub, { name: "h" }))
      .toEqualTypeOf<Effect.Effect<void, LroError.WaitError>>()
    expectTypeOf(
      networkConnectivity.run(bare, { parent: "p" }, {
        onState: ({ metadata }) => report(metadata)
      })
    ).toEqualTypeOf<
      Effect.Effect<Operation.Succeeded<{ readonly percent: number }>, LroError.WaitError>
    >()
    expectTypeOf(
      networkConnectivity.run(createHub, hub, {
        onState: (state) => {
          expectTypeOf(state).toEqualTypeOf<Operation.State<Metadata, Messages.Hub>>()
          return Effect.void
        }
      })
    ).toEqualTypeOf<Effect.Effect<Messages.Hub, LroError.WaitError>>()
    expectTypeOf(networkConnectivity.untilDone(name, { response: Hub })).toEqualTypeOf<
      Effect.Effect<{ readonly name: string }, LroError.WaitError>
    >()
    const watched = Effect.map(
      networkConnectivity.start(createHub, hub),
      (started) => networkConnectivity.watch(started)
    )
    expectTypeOf(watched).toEqualTypeOf<
      Effect.Effect<
        Stream.Stream<
          Operation.State<Metadata, Messages.Hub>,
          LroError.CallError | LroError.WaitTimeout
        >,
        LroError.CallError
      >
    >()
    expectTypeOf(networkConnectivity.watch(name, { method: createHub })).toEqualTypeOf<
      Stream.Stream<
        Operation.State<Metadata, Messages.Hub>,
        LroError.CallError | LroError.WaitTimeout
      >
    >()
    expectTypeOf(networkConnectivity.watch(name)).toEqualTypeOf<
      Stream.Stream<Operation.State, LroError.CallError | LroError.WaitTimeout>
    >()
    expectTypeOf(networkConnectivity.untilDone(name)).toEqualTypeOf<
      Effect.Effect<Operation.Succeeded<unknown>, LroError.WaitError>
    >()
    expectTypeOf(networkConnectivity.untilDone(name, { method: createHub })).toEqualTypeOf<
      Effect.Effect<Messages.Hub, LroError.WaitError>
    >()
    expectTypeOf(networkConnectivity.untilDone(name, { method: bare })).toEqualTypeOf<
      Effect.Effect<Operation.Succeeded<{ readonly percent: number }>, LroError.WaitError>
    >()
    expectTypeOf(
      networkConnectivity.untilDone(name, {
        method: NetworkConnectivity.deleteHub,
        deadline: "1 hour"
      })
    ).toEqualTypeOf<Effect.Effect<void, LroError.WaitError>>()
    expectTypeOf(networkConnectivity.untilDone(name, { method: createHub, response: Hub }))
      .toEqualTypeOf<Effect.Effect<{ readonly name: string }, LroError.WaitError>>()
    const started = {} as Operations.Started<Metadata, Messages.Hub>
    expectTypeOf(networkConnectivity.untilDone(started)).toEqualTypeOf<
      Effect.Effect<Messages.Hub, LroError.WaitError>
    >()
    expectTypeOf(networkConnectivity.untilDone(started, { response: Hub })).toEqualTypeOf<
      Effect.Effect<{ readonly name: string }, LroError.WaitError>
    >()
    expectTypeOf(
      networkConnectivity.untilDone(
        {} as Operations.Started<Metadata, Operation.Succeeded<Metadata>>
      )
    ).toEqualTypeOf<Effect.Effect<Operation.Succeeded<Metadata>, LroError.WaitError>>()
  })

  it("of waits for what may be one thing or another, are one or the other", () => {
    const started = {} as Operations.Started<Messages.OperationMetadata, Messages.Hub>
    const either = Math.random() > 0.5 ? started : name
    expectTypeOf(networkConnectivity.untilDone(either)).toEqualTypeOf<
      Effect.Effect<Messages.Hub | Operation.Succeeded, LroError.WaitError>
    >()
    expectTypeOf(networkConnectivity.poll(either)).toEqualTypeOf<
      Effect.Effect<Operation.State, LroError.CallError>
    >()
    expectTypeOf(networkConnectivity.untilDone({} as Operations.Target)).toEqualTypeOf<
      Effect.Effect<unknown, LroError.WaitError>
    >()
    const ofOne = <M, A>(started: Operations.Started<M, A>) =>
      networkConnectivity.untilDone(started)
    expectTypeOf(ofOne(started)).toEqualTypeOf<Effect.Effect<Messages.Hub, LroError.WaitError>>()
    const runOne = <Request, M, A>(
      method: Operations.Method<"networkconnectivity.googleapis.com/v1", Request, M, A>,
      request: Request
    ): Effect.Effect<A, LroError.WaitError> =>
      networkConnectivity.run(
        method,
        request as Parameters<typeof networkConnectivity.run<Request, M, A>>[1]
      )
    expectTypeOf(runOne(NetworkConnectivity.createHub, hub)).toEqualTypeOf<
      Effect.Effect<Messages.Hub, LroError.WaitError>
    >()
  })

  it("of final states and looks", () => {
    const { createHub } = NetworkConnectivity
    type Metadata = Messages.OperationMetadata
    type Final<M = unknown, A = unknown> = Effect.Effect<
      Operation.Final<M, A>,
      LroError.CallError | LroError.WaitTimeout
    >
    type Look<M = unknown, A = unknown> = Effect.Effect<Operation.State<M, A>, LroError.CallError>
    const started = {} as Operations.Started<Metadata, Messages.Hub>
    expectTypeOf(networkConnectivity.runFinal(createHub, hub)).toEqualTypeOf<
      Final<Metadata, Messages.Hub>
    >()
    expectTypeOf(networkConnectivity.runFinal(bare, { parent: "p" })).toEqualTypeOf<
      Final<{ readonly percent: number }>
    >()
    for (const wait of [networkConnectivity.untilFinal, networkConnectivity.cancelAndWait]) {
      expectTypeOf(wait(started)).toEqualTypeOf<Final<Metadata, Messages.Hub>>()
      expectTypeOf(wait(name, { method: createHub })).toEqualTypeOf<Final<Metadata, Messages.Hub>>()
      expectTypeOf(wait(name, { method: NetworkConnectivity.deleteHub })).toEqualTypeOf<
        Final<Metadata, void>
      >()
      expectTypeOf(wait(name)).toEqualTypeOf<Final>()
      // @ts-expect-error a final state is decoded as the method says
      wait(name, { response: Hub })
    }
    expectTypeOf(networkConnectivity.poll(started)).toEqualTypeOf<Look<Metadata, Messages.Hub>>()
    expectTypeOf(networkConnectivity.poll(name, { method: createHub })).toEqualTypeOf<
      Look<Metadata, Messages.Hub>
    >()
    expectTypeOf(networkConnectivity.poll(name)).toEqualTypeOf<Look>()
    // @ts-expect-error a look does not wait
    networkConnectivity.poll(name, { deadline: "1 hour" })
    // @ts-expect-error a method is no Schema
    networkConnectivity.poll(name, { method: Hub })
  })

  it("of waits whose options may have a response, are not typed as if they had none", () => {
    const { createHub } = NetworkConnectivity
    const maybe = Math.random() > 0.5 ? { response: Hub } : {}
    // @ts-expect-error the options may have a response
    networkConnectivity.untilDone(name, { ...maybe })
    // @ts-expect-error the options may have a response
    networkConnectivity.run(createHub, hub, { ...maybe, deadline: "1 hour" })
    // @ts-expect-error the options may have a response
    networkConnectivity.untilDone(name, { method: createHub, ...maybe })
    const perhaps = Math.random() > 0.5 ? { method: createHub } : {}
    // @ts-expect-error the options may have a method
    networkConnectivity.untilDone(name, { ...perhaps })
    // @ts-expect-error the options may have a method
    networkConnectivity.untilFinal(name, { ...perhaps, deadline: "1 hour" })
    // @ts-expect-error the options may have a method
    networkConnectivity.watch(name, { ...perhaps })
    // @ts-expect-error the options may have a method
    networkConnectivity.poll(name, { ...perhaps })
    // @ts-expect-error the options may have a method
    networkConnectivity.cancelAndWait(name, { ...perhaps })
    // A Schema decides, whatever the method.
    expectTypeOf(networkConnectivity.untilDone(name, { ...perhaps, response: Hub })).toEqualTypeOf<
      Effect.Effect<{ readonly name: string }, LroError.WaitError>
    >()
    const given = { response: Hub, deadline: "1 hour" } as const
    expectTypeOf(networkConnectivity.untilDone(name, { ...given })).toEqualTypeOf<
      Effect.Effect<{ readonly name: string }, LroError.WaitError>
    >()
    const none = { deadline: "1 hour" } as const
    expectTypeOf(networkConnectivity.run(createHub, hub, { ...none })).toEqualTypeOf<
      Effect.Effect<Messages.Hub, LroError.WaitError>
    >()
    const undefinedOnes = { deadline: undefined, response: undefined, method: undefined } as const
    expectTypeOf(networkConnectivity.run(createHub, hub, { ...undefinedOnes })).toEqualTypeOf<
      Effect.Effect<Messages.Hub, LroError.WaitError>
    >()
  })

  it("[22] of a watch are none of an interruption, and the type says what to use", () => {
    type Refused = NonNullable<
      NonNullable<Parameters<typeof networkConnectivity.watch>[1]>["onInterrupt"]
    >
    expectTypeOf<Refused>().toEqualTypeOf<
      "watch has no onInterrupt: use run(…, { onState, onInterrupt: \"cancel\" }), or Effect.onInterrupt around the consumer"
    >()
    // @ts-expect-error the message is the type that "cancel" does not fit
    networkConnectivity.watch(name, { onInterrupt: "cancel" })
    // @ts-expect-error a watch is told of states by its stream
    networkConnectivity.watch(name, { onState: () => Effect.void })
    // What a variable of the options of a wait may hold, too.
    networkConnectivity.watch(name, { onInterrupt: undefined })
  })

  it("of states have the metadata and the response of the method", () => {
    const { createHub } = NetworkConnectivity
    const state = Operation.state({ name, done: false }, createHub)
    expectTypeOf(state).toEqualTypeOf<Operation.State<Messages.OperationMetadata, Messages.Hub>>()
    expectTypeOf(Operation.state({ name, done: false })).toEqualTypeOf<Operation.State>()
    expectTypeOf(Operation.state({ name, done: false }, bare)).toEqualTypeOf<
      Operation.State<{ readonly percent: number }>
    >()
    expectTypeOf(Operation.state({ name, done: false }, { ...createHub, response: Hub }))
      .toEqualTypeOf<Operation.State<Messages.OperationMetadata, { readonly name: string }>>()
    // @ts-expect-error a Schema of metadata is no method
    Operation.state({ name, done: false }, createHub.metadata)
    if (state._tag === "Succeeded") {
      expectTypeOf(Operation.decoded(state.response)).toEqualTypeOf<Option.Option<Messages.Hub>>()
    }
    expectTypeOf(Operation.decoded(state.metadata)).toEqualTypeOf<
      Option.Option<Messages.OperationMetadata>
    >()
    expectTypeOf(Operation.metadata({ name, done: false }, createHub.metadata)).toEqualTypeOf<
      Option.Option<Operation.Payload<Messages.OperationMetadata>>
    >()
  })

  it("of a service whose get nobody has seen, are none", () => {
    expectTypeOf<keyof Effect.Effect.Success<typeof AnalyticsHub.AnalyticsHub>>().toEqualTypeOf<
      "start"
    >()
  })

  it("take what names an operation", () => {
    const started = Effect.flatMap(
      networkConnectivity.start(NetworkConnectivity.createHub, hub),
      (started) => networkConnectivity.get(started)
    )
    expectTypeOf(started).toEqualTypeOf<Effect.Effect<Operation.Operation, LroError.CallError>>()
    // @ts-expect-error a wait takes the name itself
    networkConnectivity.untilDone({ name })
    // @ts-expect-error JSON of a reference is no operation
    networkConnectivity.untilDone({ name, done: false, service: "a.googleapis.com", version: "v1" })
    const json = {} as typeof OperationRef.OperationRef.Encoded
    expectTypeOf(networkConnectivity.untilDone(json)).toEqualTypeOf<
      Effect.Effect<Operation.Succeeded, LroError.WaitError>
    >()
    expectTypeOf(networkConnectivity.untilDone(json, { method: NetworkConnectivity.createHub }))
      .toEqualTypeOf<Effect.Effect<Messages.Hub, LroError.WaitError>>()
  })

  it("of waits keep their requirements inside Effect.all", () => {
    const { createHub } = NetworkConnectivity
    const all = Effect.all([
      networkConnectivity.untilDone(name),
      networkConnectivity.untilDone(name, { deadline: "1 hour" }),
      networkConnectivity.untilDone(name, { response: Hub }),
      networkConnectivity.run(createHub, hub),
      networkConnectivity.run(createHub, hub, { response: Hub }),
      networkConnectivity.cancelAndWait(name),
      networkConnectivity.untilFinal(name, { method: createHub }),
      networkConnectivity.runFinal(createHub, hub),
      networkConnectivity.poll(name),
      networkConnectivity.untilDone(name, { method: createHub }),
      Stream.runDrain(networkConnectivity.watch(name))
    ])
    expectTypeOf<Effect.Effect.Context<typeof all>>().toEqualTypeOf<never>()
    expectTypeOf<Effect.Effect.Success<typeof all>[3]>().toEqualTypeOf<Messages.Hub>()
  })

  it("of a wait whose response needs a service, need it", () => {
    class Prefix extends Effect.Tag("test/Prefix")<Prefix, string>() {}
    const Prefixed = Schema.transformOrFail(Schema.String, Schema.String, {
      decode: (text) => Effect.map(Prefix, (prefix) => prefix + text),
      encode: Effect.succeed
    })
    expectTypeOf(networkConnectivity.untilDone(name, { response: Prefixed })).toEqualTypeOf<
      Effect.Effect<string, LroError.WaitError, Prefix>
    >()
  })
})

describe("errors", () => {
  it("catchTag narrows to one class", () => {
    const wait = networkConnectivity.untilDone(name)
    Effect.catchTag(wait, "UNIMPLEMENTED", (error) => {
      expectTypeOf(error).toEqualTypeOf<LroError.Unimplemented>()
      return Effect.void
    })
    Effect.catchTag(wait, "OperationFailed", (error) => {
      expectTypeOf(error).toEqualTypeOf<LroError.OperationFailed>()
      return Effect.void
    })
    const rest = Effect.catchTag(
      networkConnectivity.get({ name }),
      "UNIMPLEMENTED",
      () => Effect.void
    )
    expectTypeOf<Extract<Effect.Effect.Error<typeof rest>, { _tag: "UNIMPLEMENTED" }>>()
      .toEqualTypeOf<never>()
    expectTypeOf<Effect.Effect.Error<typeof rest>["_tag"]>().toEqualTypeOf<
      Exclude<LroError.CallError["_tag"], "UNIMPLEMENTED">
    >()
    // @ts-expect-error a get does not end with the operation's failure
    Effect.catchTag(networkConnectivity.get({ name }), "OperationFailed", () => Effect.void)
  })

  it("every CallError has method and operation", () => {
    expectTypeOf<LroError.CallError["operation"]>().toEqualTypeOf<
      OperationRef.OperationRef | undefined
    >()
    expectTypeOf<LroError.CallError["method"]>().toEqualTypeOf<string | undefined>()
  })

  it("of results are none of outcomes", () => {
    expectTypeOf<LroError.OutcomeError["_tag"]>().toEqualTypeOf<
      "OperationFailed" | "OperationCancelled"
    >()
    expectTypeOf<LroError.ResultError["_tag"]>().toEqualTypeOf<
      "MissingResult" | "ResultDecodeError"
    >()
    const error = {} as LroError.WaitError
    if (LroError.isResultError(error)) expectTypeOf(error).toEqualTypeOf<LroError.ResultError>()
    const start = networkConnectivity.untilFinal(name)
    // @ts-expect-error a final state is what it is
    Effect.catchTag(start, "ResultDecodeError", () => Effect.void)
  })

  it("failedWith refines by code", () => {
    const error = {} as LroError.WaitError
    if (LroError.failedWith("ABORTED")(error)) expectTypeOf(error.code).toEqualTypeOf<"ABORTED">()
  })
})

describe("layers", () => {
  it("need a transport and credentials", () => {
    class TenantA extends Operations.Tag<TenantA>()("app/TenantA", NetworkConnectivity.binding) {}
    class TenantB extends Operations.Tag<TenantB>()("app/TenantB", NetworkConnectivity.binding) {}
    const both = Layer.merge(
      Operations.layer(TenantA),
      Operations.layer(TenantB, { quotaProject: "b" })
    )
    expectTypeOf<Layer.Layer.Success<typeof both>>().toEqualTypeOf<TenantA | TenantB>()
    expectTypeOf<Layer.Layer.Context<typeof both>>().toEqualTypeOf<
      Layer.Layer.Context<ReturnType<typeof NetworkConnectivity.layer>>
    >()
    expectTypeOf<Layer.Layer.Error<typeof both>>().toEqualTypeOf<LroError.InvalidSettings>()
  })

  it("layerTest takes a part", () => {
    const fake = Operations.layerTest(NetworkConnectivity.NetworkConnectivity, {
      get: ({ name }) => Effect.succeed({ name, done: true })
    })
    expectTypeOf(fake).toEqualTypeOf<Layer.Layer<NetworkConnectivity.NetworkConnectivity>>()
  })

  it("polling settings do not change a type", () => {
    const wait = networkConnectivity.untilDone(name)
    expectTypeOf(Polling.withSettings(wait, { deadline: "1 hour" })).toEqualTypeOf(wait)
  })
})
