// Types only: nothing here runs.
// @effect-diagnostics floatingEffect:off
import { DateTime, type Effect, Schema } from "effect"
import { type LroError, type Operation, Operations, ProtoJson } from "effect-lro"
import * as VertexAI from "effect-lro/services/aiplatform/v1"
import type * as VertexAIMessages from "effect-lro/services/aiplatform/v1/messages"
import * as CloudBuild from "effect-lro/services/cloudbuild/v1"
import * as CloudBuildMessages from "effect-lro/services/cloudbuild/v1/messages"
import * as Dataplex from "effect-lro/services/dataplex/v1"
import type * as DataplexMessages from "effect-lro/services/dataplex/v1/messages"
import * as GKEHub from "effect-lro/services/gkehub/v1"
import type * as GKEHubMessages from "effect-lro/services/gkehub/v1/messages"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as NetworkMessages from "effect-lro/services/networkconnectivity/v1/messages"
import * as Testing from "effect-lro/testing"
import { describe, expectTypeOf, it } from "vitest"

declare const build: Effect.Effect.Success<typeof CloudBuild.CloudBuild>
declare const dataplex: Effect.Effect.Success<typeof Dataplex.CloudDataplex>
declare const vertexAI: Effect.Effect.Success<typeof VertexAI.VertexAI>
declare const hubs: Effect.Effect.Success<typeof GKEHub.GKEHub>
declare const network: Effect.Effect.Success<typeof NetworkConnectivity.NetworkConnectivity>

const projectId = "p"
const parent = "projects/p/locations/l"

describe("a request is checked to its last field", () => {
  it("where messages contain themselves", () => {
    dataplex.start(Dataplex.createAspectType, {
      parent,
      aspectTypeId: "a",
      aspectType: {
        metadataTemplate: { recordFields: [{ recordFields: [{ mapItems: { name: "n" } }] }] }
      }
    })
    dataplex.start(Dataplex.createAspectType, {
      parent,
      aspectTypeId: "a",
      // @ts-expect-error depth 1
      aspectType: { descriptoin: "d" }
    })
    dataplex.start(Dataplex.createAspectType, {
      parent,
      aspectTypeId: "a",
      // @ts-expect-error depth 3
      aspectType: { metadataTemplate: { recordFields: [{ naem: "n" }] } }
    })
    dataplex.start(Dataplex.createAspectType, {
      parent,
      aspectTypeId: "a",
      aspectType: {
        // @ts-expect-error depth 5
        metadataTemplate: { recordFields: [{ recordFields: [{ mapItems: { naem: "n" } }] }] }
      }
    })
    expectTypeOf<
      DataplexMessages.AspectTypeMetadataTemplateInput["mapItems"]
    >().toEqualTypeOf<DataplexMessages.AspectTypeMetadataTemplateInput | undefined>()
  })

  it("where it has oneofs", () => {
    build.start(CloudBuild.createBuild, {
      projectId,
      build: { source: { gitSource: { url: "u", revision: "r" } } }
    })
    build.start(CloudBuild.createBuild, {
      projectId,
      // @ts-expect-error two members of a oneof
      build: { source: { gitSource: { url: "u" }, storageSource: { bucket: "b" } } }
    })
    build.start(CloudBuild.createBuild, {
      projectId,
      // @ts-expect-error two members of a oneof, one level further down
      build: { source: { repoSource: { branchName: "b", tagName: "t" } } }
    })
    build.start(CloudBuild.createBuild, {
      projectId,
      // @ts-expect-error no member of the oneof
      build: { source: { gitSorce: { url: "u" } } }
    })
    const source: CloudBuildMessages.SourceInput = { gitSource: undefined, repoSource: undefined }
    build.start(CloudBuild.createBuild, { projectId, build: { source } })
  })

  it("where it has 64-bit numbers, bytes, times and masks", () => {
    const bytes = Uint8Array.of(1)
    for (const diskSizeGb of [1n, 1, "1"]) {
      build.start(CloudBuild.createBuild, {
        projectId,
        build: {
          options: { diskSizeGb },
          secrets: [{ secretEnv: { A: bytes, B: "AQ==" } }],
          timeout: "3.5s"
        }
      })
    }
    build.start(CloudBuild.createBuild, {
      projectId,
      build: { timeout: ProtoJson.duration("3 seconds") }
    })
    build.start(CloudBuild.createBuild, {
      projectId,
      // @ts-expect-error bytes are no list
      build: { secrets: [{ secretEnv: { A: [1] } }] }
    })
    build.start(CloudBuild.createBuild, {
      projectId,
      // @ts-expect-error a duration says its unit
      build: { timeout: 3 }
    })
    expectTypeOf<Date>().toExtend<ProtoJson.TimestampInput>()
    expectTypeOf<DateTime.Zoned>().toExtend<ProtoJson.TimestampInput>()
    expectTypeOf<number>().not.toExtend<ProtoJson.TimestampInput>()
    expectTypeOf<ReadonlyArray<string>>().not.toExtend<ProtoJson.FieldMaskInput>()
    expectTypeOf<ProtoJson.FieldMask>().toExtend<ProtoJson.FieldMaskInput>()
  })

  it("of a regional service", () => {
    const network = "projects/1/global/networks/n"
    vertexAI.start(VertexAI.createEndpoint, { parent, endpoint: { displayName: "d", network } })
    vertexAI.start(VertexAI.createEndpoint, {
      parent,
      // @ts-expect-error the server deploys models to it
      endpoint: { displayName: "d", deployedModels: [] }
    })
    vertexAI.start(VertexAI.createEndpoint, {
      parent,
      // @ts-expect-error depth 2
      endpoint: { encryptionSpec: { kmsKey: "k" } }
    })
    VertexAI.layer({ endpoint: (location) => `https://${location}-aiplatform.googleapis.com` })
  })

  it("where names clash", () => {
    expectTypeOf<
      GKEHubMessages.GoogleCloudGkehubRbacrolebindingactuationV1FeatureState
    >().not.toEqualTypeOf<GKEHubMessages.FeatureState>()
    hubs.start(GKEHub.createFeature, {
      parent,
      featureId: "f",
      resource: { membershipSpecs: { m: { configmanagement: { version: "1" } } } }
    })
    hubs.start(GKEHub.createFeature, {
      parent,
      featureId: "f",
      // @ts-expect-error depth 4
      resource: { membershipSpecs: { m: { configmanagement: { vresion: "1" } } } }
    })
    hubs.start(GKEHub.createFeature, {
      parent,
      featureId: "f",
      // @ts-expect-error the server sets it
      resource: { membershipStates: {} }
    })
  })

  it("has enums by their names, by any other text, and by nothing else", () => {
    const machine = (machineType: CloudBuildMessages.BuildOptionsMachineType) =>
      build.start(CloudBuild.createBuild, { projectId, build: { options: { machineType } } })
    machine("E2_HIGHCPU_8")
    machine("A_NEWER_ONE")
    machine(7)
    // @ts-expect-error
    machine(true)
    // @ts-expect-error
    machine({})
    expectTypeOf<"E2_HIGHCPU_8">().toExtend<CloudBuildMessages.BuildOptionsMachineType>()
  })

  it("may have fields that are newer than this package", () => {
    network.start(NetworkConnectivity.createHub, {
      parent,
      hubId: "h",
      hub: { description: "d", [ProtoJson.unknownFields]: { newerField: { a: [1] } } }
    })
  })
})

describe("what a method says of its operation", () => {
  it("has types of its own", () => {
    const { createHub, deleteHub } = NetworkConnectivity
    expectTypeOf<Operations.Request<typeof createHub>>().toEqualTypeOf<
      NetworkConnectivity.CreateHubRequest
    >()
    expectTypeOf<Operations.Response<typeof createHub>>().toEqualTypeOf<NetworkMessages.Hub>()
    expectTypeOf<Operations.Metadata<typeof createHub>>().toEqualTypeOf<
      NetworkMessages.OperationMetadata
    >()
    expectTypeOf<Operations.Response<typeof deleteHub>>().toEqualTypeOf<void>()
    expectTypeOf(createHub.response).toExtend<Schema.Schema<NetworkMessages.Hub, any>>()
    expectTypeOf<Schema.Schema.Type<typeof createHub.response>>().toEqualTypeOf<
      NetworkMessages.Hub
    >()
    Schema.Struct({ hub: createHub.response })
  })
})

describe("a decoded message", () => {
  const hub = {} as NetworkMessages.Hub
  const source = {} as CloudBuildMessages.Source

  it("has presence as an optional field, and defaults else", () => {
    expectTypeOf(hub.description).toEqualTypeOf<string>()
    expectTypeOf(hub.labels).toEqualTypeOf<{ readonly [key: string]: string }>()
    expectTypeOf(hub.createTime).toEqualTypeOf<ProtoJson.Timestamp | undefined>()
    expectTypeOf(hub.routingVpcs).toEqualTypeOf<ReadonlyArray<NetworkMessages.RoutingVPC>>()
    expectTypeOf<CloudBuildMessages.Hash["value"]>().toEqualTypeOf<Uint8Array>()
    expectTypeOf<CloudBuildMessages.BuildOptions["diskSizeGb"]>().toEqualTypeOf<bigint>()
  })

  it("narrows on a member of a oneof", () => {
    if (source.gitSource !== undefined) {
      expectTypeOf(source.gitSource).toEqualTypeOf<CloudBuildMessages.GitSource>()
      expectTypeOf(source.repoSource).toEqualTypeOf<undefined>()
    } else if (source.repoSource !== undefined) {
      expectTypeOf(source.storageSource).toEqualTypeOf<undefined>()
    } else {
      // None is set, or one that this package does not know.
      expectTypeOf(source.gitSource).toEqualTypeOf<undefined>()
    }
  })

  it("is what a request takes, with a change", () => {
    const changed: NetworkMessages.HubInput = { ...hub, description: "changed" }
    network.start(NetworkConnectivity.updateHub, {
      hub: { ...hub, description: "changed" },
      updateMask: ["description"]
    })
    network.start(NetworkConnectivity.updateHub, {
      // @ts-expect-error a description is text
      hub: { ...hub, description: 1 },
      updateMask: ["description"]
    })
    expectTypeOf<NetworkMessages.Hub>().toExtend<NetworkMessages.HubInput>()
    expectTypeOf<CloudBuildMessages.Build>().toExtend<CloudBuildMessages.BuildInput>()
    expectTypeOf<CloudBuildMessages.Source>().toExtend<CloudBuildMessages.SourceInput>()
    expectTypeOf<DataplexMessages.AspectType>().toExtend<DataplexMessages.AspectTypeInput>()
    expectTypeOf<VertexAIMessages.Endpoint>().toExtend<VertexAIMessages.EndpointInput>()
    expectTypeOf<GKEHubMessages.Feature>().toExtend<GKEHubMessages.FeatureInput>()
    const other: CloudBuildMessages.SourceInput = { ...source }
    return [changed, other]
  })

  it("is the metadata of a state", () => {
    expectTypeOf<
      Operation.State<Operations.Metadata<typeof NetworkConnectivity.createHub>>
    >().toEqualTypeOf<Operation.State<NetworkMessages.OperationMetadata>>()
  })
})

describe("what a run gives", () => {
  type Gives<A> = Effect.Effect<A, LroError.WaitError>
  const mine = Schema.Struct({ name: Schema.String })

  it("is the response of its method, in five services", () => {
    expectTypeOf(
      dataplex.run(Dataplex.createAspectType, { parent, aspectTypeId: "a", aspectType: {} })
    ).toEqualTypeOf<Gives<DataplexMessages.AspectType>>()
    expectTypeOf(build.run(CloudBuild.createBuild, { projectId, build: {} })).toEqualTypeOf<
      Gives<CloudBuildMessages.Build>
    >()
    expectTypeOf(vertexAI.run(VertexAI.createEndpoint, { parent, endpoint: {} })).toEqualTypeOf<
      Gives<VertexAIMessages.Endpoint>
    >()
    expectTypeOf(
      hubs.run(GKEHub.createFeature, { parent, featureId: "f", resource: {} })
    ).toEqualTypeOf<Gives<GKEHubMessages.Feature>>()
    expectTypeOf(
      network.run(NetworkConnectivity.createHub, { parent, hubId: "h", hub: {} })
    ).toEqualTypeOf<Gives<NetworkMessages.Hub>>()
  })

  it("is nothing where nothing is returned", () => {
    expectTypeOf(dataplex.run(Dataplex.deleteAspectType, { name: "a" })).toEqualTypeOf<
      Gives<void>
    >()
    expectTypeOf(build.run(CloudBuild.deleteWorkerPool, { name: "w" })).toEqualTypeOf<
      Gives<void>
    >()
    expectTypeOf(vertexAI.run(VertexAI.deleteEndpoint, { name: "e" })).toEqualTypeOf<
      Gives<void>
    >()
    expectTypeOf(hubs.run(GKEHub.deleteFeature, { name: "f" })).toEqualTypeOf<Gives<void>>()
    expectTypeOf(network.run(NetworkConnectivity.deleteHub, { name: "h" })).toEqualTypeOf<
      Gives<void>
    >()
  })

  it("is what a Schema of one's own gives", () => {
    expectTypeOf(
      build.run(CloudBuild.createBuild, { projectId, build: {} }, { response: mine })
    ).toEqualTypeOf<Gives<{ readonly name: string }>>()
    expectTypeOf(
      hubs.run(GKEHub.deleteFeature, { name: "f" }, { response: mine, deadline: "1 hour" })
    ).toEqualTypeOf<Gives<{ readonly name: string }>>()
    const maybe = Math.random() > 0.5 ? { response: mine } : {}
    // @ts-expect-error the options may have a response
    vertexAI.run(VertexAI.createEndpoint, { parent, endpoint: {} }, { ...maybe })
    // @ts-expect-error the options may have a response
    vertexAI.runFinal(VertexAI.createEndpoint, { parent, endpoint: {} }, { ...maybe })
    const options: Operations.RunOptions = { deadline: "1 hour" }
    expectTypeOf(
      vertexAI.run(VertexAI.createEndpoint, { parent, endpoint: {} }, { ...options })
    ).toEqualTypeOf<Gives<VertexAIMessages.Endpoint>>()
  })

  it("keeps what it was given to the last field", () => {
    dataplex.run(Dataplex.createAspectType, {
      parent,
      aspectTypeId: "a",
      aspectType: {
        // @ts-expect-error depth 5
        metadataTemplate: { recordFields: [{ recordFields: [{ mapItems: { naem: "n" } }] }] }
      }
    })
    build.runFinal(CloudBuild.createBuild, {
      projectId,
      // @ts-expect-error two members of a oneof
      build: { source: { gitSource: { url: "u" }, storageSource: { bucket: "b" } } }
    })
    vertexAI.run(VertexAI.createEndpoint, {
      parent,
      // @ts-expect-error the server deploys models to it
      endpoint: { deployedModels: [] }
    }, { deadline: "1 hour" })
  })
})

describe("a script of the testing server", () => {
  const server = {} as Testing.Service

  it("is checked to the last field of the response", () => {
    server.script(
      Dataplex.createAspectType,
      Testing.succeedAfter(0, {
        response: {
          name: "a",
          createTime: new Date(0),
          metadataTemplate: { recordFields: [{ recordFields: [{ mapItems: { name: "n" } }] }] }
        }
      })
    )
    server.script(
      Dataplex.createAspectType,
      // @ts-expect-error depth 1
      Testing.succeedAfter(0, { response: { naem: "a" } })
    )
    server.script(
      Dataplex.createAspectType,
      // @ts-expect-error depth 1, beside one that is right
      Testing.succeedAfter(0, { response: { name: "a", descriptoin: "d" } })
    )
    server.script(
      Dataplex.createAspectType,
      Testing.succeedAfter(0, {
        response: {
          // @ts-expect-error depth 5
          metadataTemplate: { recordFields: [{ recordFields: [{ mapItems: { naem: "n" } }] }] }
        }
      })
    )
    server.script(
      CloudBuild.createBuild,
      // @ts-expect-error two members of a oneof
      Testing.succeedAfter(0, { response: { source: { gitSource: {}, storageSource: {} } } })
    )
    server.script(
      CloudBuild.createBuild,
      Testing.succeedAfter(0, {
        response: { status: "SUCCESS", options: { diskSizeGb: 1n }, source: { gitSource: {} } }
      })
    )
    server.script(
      CloudBuild.createBuild,
      // @ts-expect-error a status is text or a number
      Testing.succeedAfter(0, { response: { status: true } })
    )
    server.script(GKEHub.deleteFeature, Testing.succeedAfter(0))
    server.script(
      GKEHub.deleteFeature,
      // @ts-expect-error it returns nothing
      Testing.succeedAfter(0, { response: { name: "f" } })
    )
    // Another message than the method's, on purpose.
    server.script(
      CloudBuild.createBuild,
      Testing.succeedAfter(0, { response: Testing.pack("other.v1.Thing", { id: "t" }) })
    )
  })

  it("and of the metadata", () => {
    server.script(
      CloudBuild.createBuild,
      Testing.neverDone({ metadata: { build: { id: "b", status: "WORKING" } } })
    )
    server.script(
      CloudBuild.createBuild,
      // @ts-expect-error
      Testing.neverDone({ metadata: { biuld: {} } })
    )
    server.script(
      CloudBuild.createBuild,
      Testing.failAfter(0, { code: "ABORTED" }, {
        // @ts-expect-error depth 2
        metadata: [{ at: 0, metadata: { build: { naem: "b" } } }]
      })
    )
    server.script(
      CloudBuild.createBuild,
      Testing.succeedAfter("1 minute", {
        metadata: ({ fraction }) => ({ build: { tags: [String(fraction)] } })
      })
    )
    server.script(
      CloudBuild.createBuild,
      Testing.succeedAfter("1 minute", {
        // @ts-expect-error a tag is text
        metadata: ({ fraction }) => ({ build: { tags: [fraction] } })
      })
    )
    server.script(
      CloudBuild.createBuild,
      ({ request }) => Testing.succeedAfter(0, { response: { tags: Object.keys(request) } })
    )
    server.script(CloudBuild.createBuild, () =>
      // @ts-expect-error
      Testing.succeedAfter(0, { response: { tgas: [] } }))
  })

  it("for a name is what `pack` makes", () => {
    server.put("operations/o", Testing.succeedAfter(0, { response: Testing.pack("a.B", { c: 1 }) }))
    server.script("CreateBuild", Testing.succeedAfter(0, { response: Testing.pack("a.B") }))
    // @ts-expect-error nobody knows which message it is
    server.script("CreateBuild", Testing.succeedAfter(0, { response: { name: "b" } }))
    const slow = Testing.failAfter("1 hour", { code: "ABORTED" })
    expectTypeOf(slow).toEqualTypeOf<Testing.Script<never>>()
    server.script(CloudBuild.createBuild, slow)
  })
})

describe("a message of one's own", () => {
  interface Cake extends ProtoJson.Unknown {
    readonly name: string
    readonly candles?: number
  }

  it("has to fit its type", () => {
    ProtoJson.message<Cake>("example.Cake", () => ({
      name: ProtoJson.string,
      candles: ProtoJson.optional(ProtoJson.int32)
    }))
    // @ts-expect-error a field is missing
    ProtoJson.message<Cake>("example.Cake", () => ({ name: ProtoJson.string }))
    ProtoJson.message<Cake>("example.Cake", () => ({
      name: ProtoJson.string,
      // @ts-expect-error it has presence in the type
      candles: ProtoJson.int32
    }))
    ProtoJson.message<Cake>("example.Cake", () => ({
      // @ts-expect-error it has a default in the type
      name: ProtoJson.optional(ProtoJson.string),
      candles: ProtoJson.optional(ProtoJson.int32)
    }))
    ProtoJson.message<Cake>("example.Cake", () => ({
      // @ts-expect-error it is text in the type
      name: ProtoJson.int32,
      candles: ProtoJson.optional(ProtoJson.int32)
    }))
    // @ts-expect-error a list of lists is none of proto3
    ProtoJson.repeated(ProtoJson.repeated(ProtoJson.string))
  })
})
