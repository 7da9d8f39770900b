import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Schema } from "effect"
import type * as Operations from "effect-lro/Operations"
import type * as ProtoJson from "effect-lro/ProtoJson"
import * as CloudResourceManagerV1 from "effect-lro/services/cloudresourcemanager/v1"
import * as CloudResourceManagerV2 from "effect-lro/services/cloudresourcemanager/v2"
import * as CloudResourceManagerV3 from "effect-lro/services/cloudresourcemanager/v3"
import * as MachineLearning from "effect-lro/services/ml/v1"
import * as NetworkConnectivityV1 from "effect-lro/services/networkconnectivity/v1"
import * as NetworkConnectivityV1alpha1 from "effect-lro/services/networkconnectivity/v1alpha1"
import * as NetworkConnectivityV1beta from "effect-lro/services/networkconnectivity/v1beta"
import * as ServiceManagement from "effect-lro/services/servicemanagement/v1"
import * as WorkloadManager from "effect-lro/services/workloadmanager/v1"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { messagesOf, namesOf } from "../kit/catalogues.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const fixture = (name: string): string =>
  fs.readFileSync(path.join(root, "test/fixtures", name), "utf8")

const modules = {
  "cloudresourcemanager.googleapis.com/v1": CloudResourceManagerV1,
  "cloudresourcemanager.googleapis.com/v2": CloudResourceManagerV2,
  "cloudresourcemanager.googleapis.com/v3": CloudResourceManagerV3,
  "ml.googleapis.com/v1": MachineLearning,
  "networkconnectivity.googleapis.com/v1": NetworkConnectivityV1,
  "networkconnectivity.googleapis.com/v1alpha1": NetworkConnectivityV1alpha1,
  "networkconnectivity.googleapis.com/v1beta": NetworkConnectivityV1beta,
  "servicemanagement.googleapis.com/v1": ServiceManagement,
  "workloadmanager.googleapis.com/v1": WorkloadManager
}

type Method = Operations.AnyMethod

const isMethod = (u: unknown): u is Method => typeof u === "object" && u !== null && "rpc" in u

const methodsOf = (module: object): ReadonlyArray<Method> => Object.values(module).filter(isMethod)

const fullNameOf = (schema: object | undefined): string =>
  schema !== undefined && "fullName" in schema ? String(schema.fullName) : ""

const camelCase = (name: string): string =>
  name.replace(/_(\w)/g, (_, c: string) => c.toUpperCase())

interface Row {
  readonly service: string
  readonly version: string
  readonly rpc: string
  readonly verb: string
  readonly path: string
  readonly body: string | null
  readonly fields: ReadonlyArray<{
    readonly name: string
    readonly type: string
    readonly in: string
    readonly required: boolean
  }>
  readonly idempotencyField: string | null
  readonly response: string
  readonly metadata: string
}

const rows = fixture("requests.jsonl").trim().split("\n").map((line): Row => JSON.parse(line))

describe("methods", () => {
  it("are those of requests.jsonl, no more and no fewer", () => {
    const exported = Object.entries(modules).flatMap(([service, module]) =>
      methodsOf(module).map((method) => `${service} ${method.rpc}`)
    )
    assert.strictEqual(rows.length, 101)
    assert.deepStrictEqual(
      exported.sort(),
      rows.map((row) => `${row.service}/${row.version} ${row.rpc}`).sort()
    )
  })

  for (const [service, module] of Object.entries(modules)) {
    const own = rows.filter((row) => `${row.service}/${row.version}` === service)
    it(`of ${service} are described as in requests.jsonl`, () => {
      assert.deepStrictEqual(
        new Map(
          methodsOf(module).map((
            {
              decodeMetadata: _,
              decodeResponse: __,
              metadata: ___,
              response,
              "~result": ____,
              "~start": _____,
              ...method
            }
          ) => [method.rpc, { ...method, response: fullNameOf(response) }])
        ),
        new Map(own.map((row) => [row.rpc, {
          service,
          rpc: row.rpc,
          verb: row.verb as Method["verb"],
          templates: [row.path] as const,
          ...(row.body === null ? {} : { body: camelCase(row.body) }),
          request: Object.fromEntries(row.fields.map((field) => [field.name, {
            in: field.in as "path",
            ...(field.required ? { required: true as const } : {}),
            ...(field.type === "google.protobuf.FieldMask" ? { mask: true as const } : {})
          }])),
          ...(row.idempotencyField === null ? {} : { idempotencyField: row.idempotencyField }),
          response: row.response
        }]))
      )
      assert.deepStrictEqual(
        methodsOf(module).map((method) => `${method.rpc} ${fullNameOf(method.metadata)}`).sort(),
        own.map((row) => `${row.rpc} ${row.metadata}`).sort()
      )
    })
  }
})

interface BindingRow {
  readonly service: string
  readonly version: string
  readonly method: string
  readonly verb: string
  readonly path: string
  readonly body: string | null
  readonly scopes: ReadonlyArray<string>
}

describe("bindings", () => {
  it("are those of bindings.json, no more and no fewer", () => {
    const expected: ReadonlyArray<BindingRow> = JSON.parse(fixture("bindings.json"))
    const actual = Object.values(modules).flatMap((
      { binding }: { readonly binding: Operations.AnyBinding }
    ) =>
      Object.entries(binding.methods).flatMap(([method, rule]): ReadonlyArray<BindingRow> =>
        rule === undefined ? [] : rule.templates.map((template) => ({
          service: binding.service,
          version: binding.version,
          method,
          verb: rule.verb,
          path: template,
          body: rule.body ?? null,
          scopes: binding.scopes
        }))
      )
    )
    const sorted = (all: ReadonlyArray<BindingRow>) =>
      Array.from(all, (row) => JSON.stringify(row)).sort()
    assert.deepStrictEqual(sorted(actual), sorted(expected))
  })

  it("ask for a filter only in Service Management", () => {
    const marked = Object.entries(modules).filter((
      [, { binding }]: [string, { binding: Operations.AnyBinding }]
    ) => binding.methods.list?.filter !== undefined)
    assert.deepStrictEqual(marked.map(([service]) => service), [
      "servicemanagement.googleapis.com/v1"
    ])
  })

  it("belong to tags with the module's name as key", () => {
    assert.strictEqual(
      NetworkConnectivityV1beta.NetworkConnectivity.key,
      "effect-lro/services/networkconnectivity/v1beta"
    )
    assert.strictEqual(WorkloadManager.WorkloadManager.binding, WorkloadManager.binding)
    assert.strictEqual(ServiceManagement.ServiceManagement.binding, ServiceManagement.binding)
    assert.strictEqual(MachineLearning.MachineLearning.binding, MachineLearning.binding)
    assert.strictEqual(
      CloudResourceManagerV3.CloudResourceManager.binding,
      CloudResourceManagerV3.binding
    )
  })
})

const time = "2026-08-22T15:42:04.123456789Z"

const instant = "2026-08-22T15:42:04.123Z"

/** A sample of each JSON type: what the server sends, what it is decoded to, and what an absent field is. */
const samples = {
  string: ["text", "text", ""],
  bool: [true, true, false],
  int32: [7, 7, 0],
  int64: ["9007199254740993", 9007199254740993n, 0n],
  bytes: ["AQI", new Uint8Array([1, 2]), new Uint8Array()],
  time: [time, instant, undefined],
  strings: [["a", "b"], ["a", "b"], []],
  labels: [{ k: "v" }, { k: "v" }, {}],
  message: [{}, "message", undefined],
  status: ["DONE", "DONE", "STATUS_UNSPECIFIED"],
  steps: [[{ description: "d", status: 3 }], [{ description: "d", status: "IN_PROGRESS" }], []],
  folderOperation: ["MOVE", "MOVE", "OPERATION_TYPE_UNSPECIFIED"],
  mlOperation: ["BRAND_NEW", "BRAND_NEW", "OPERATION_TYPE_UNSPECIFIED"],
  version: [{ name: "v1" }, "v1", undefined],
  excluded: [undefined, undefined, undefined],
  state: ["READY", "READY", "UNKNOWN"],
  framework: ["XGBOOST", "XGBOOST", "FRAMEWORK_UNSPECIFIED"]
} as const

const common = {
  createTime: "time",
  endTime: "time",
  target: "string",
  verb: "string",
  statusMessage: "string",
  requestedCancellation: "bool",
  apiVersion: "string"
} as const

const resourceManager = "google.cloud.resourcemanager.v3"
const empty = (
  "CreateTagBinding CreateTagHold CreateTagKey CreateTagValue DeleteFolder DeleteProject DeleteTagBinding DeleteTagHold DeleteTagKey " +
  "DeleteTagValue MoveProject UndeleteFolder UndeleteProject UpdateFolder UpdateProject UpdateTagKey UpdateTagValue"
).split(" ").map((name) => [`${resourceManager}.${name}Metadata`, {}] as const)

/** The fields of every metadata message, as published. */
const published: {
  readonly [identifier: string]: { readonly [field: string]: keyof typeof samples }
} = {
  ...Object.fromEntries(empty),
  "google.cloud.workloadmanager.v1.OperationMetadata": common,
  "google.cloud.networkconnectivity.v1.OperationMetadata": common,
  "google.cloud.networkconnectivity.v1beta.OperationMetadata": common,
  "google.cloud.networkconnectivity.v1alpha1.OperationMetadata": common,
  "google.api.servicemanagement.v1.OperationMetadata": {
    resourceNames: "strings",
    steps: "steps",
    progressPercentage: "int32",
    startTime: "time"
  },
  "google.api.servicemanagement.v1.OperationMetadata.Step": {
    description: "string",
    status: "status"
  },
  [`${resourceManager}.CreateFolderMetadata`]: { displayName: "string", parent: "string" },
  [`${resourceManager}.CreateProjectMetadata`]: {
    createTime: "time",
    gettable: "bool",
    ready: "bool"
  },
  [`${resourceManager}.MoveFolderMetadata`]: {
    displayName: "string",
    sourceParent: "string",
    destinationParent: "string"
  },
  "google.cloudresourcemanager.v1.ProjectCreationStatus": {
    createTime: "time",
    gettable: "bool",
    ready: "bool"
  },
  "google.cloud.resourcemanager.v2.FolderOperation": {
    displayName: "string",
    operationType: "folderOperation",
    sourceParent: "string",
    destinationParent: "string"
  },
  "google.cloud.ml.v1.OperationMetadata": {
    createTime: "time",
    startTime: "time",
    endTime: "time",
    isCancellationRequested: "bool",
    operationType: "mlOperation",
    modelName: "string",
    version: "version",
    projectNumber: "int64",
    labels: "labels"
  },
  "google.cloud.ml.v1.Version": {
    ...Object.fromEntries(
      ("name description deploymentUri runtimeVersion errorMessage machineType pythonVersion predictionClass serviceAccount " +
        "lastMigrationModelId").split(" ").map((name) => [name, "string"] as const)
    ),
    ...Object.fromEntries(
      ("autoScaling acceleratorConfig requestLoggingConfig explanationConfig container routes")
        .split(" ")
        .map((name) => [name, "message"] as const)
    ),
    // Excludes `autoScaling`.
    manualScaling: "excluded",
    isDefault: "bool",
    createTime: "time",
    lastUseTime: "time",
    lastMigrationTime: "time",
    state: "state",
    packageUris: "strings",
    labels: "labels",
    etag: "bytes",
    framework: "framework"
  }
}

/** Messages and timestamps reduced to what is compared. */
const plain = (type: keyof typeof samples | undefined, value: unknown): unknown => {
  if (type === "version") return Reflect.get(Object(value), "name")
  if (type === "message") return "message"
  return DateTime.isDateTime(value) ? DateTime.formatIso(value) : value
}

describe("metadata", () => {
  const names = Object.keys(modules).map((module) => module.replace(".googleapis.com", ""))

  it.effect("is a published message with every field", () =>
    Effect.gen(function*() {
      const all = new Map(
        (yield* Effect.promise(() => Promise.all(names.map(messagesOf)))).flatMap((messages) =>
          Array.from(messages)
        )
      )
      for (const [fullName, fields] of Object.entries(published)) {
        const schema = all.get(fullName) ?? assert.fail(fullName)
        assert.deepStrictEqual(Array.from(namesOf(schema)).sort(), Object.keys(fields).sort())
        yield* check(schema, Object.entries(fields))
      }
      for (const method of Object.values(modules).flatMap(methodsOf)) {
        assert.property(published, fullNameOf(method.metadata), method.rpc)
      }
    }))
})

/** `{}` has every default, a full message every value. */
const check = (
  schema: ProtoJson.Message<unknown>,
  fields: ReadonlyArray<readonly [name: string, type: keyof typeof samples]>
) =>
  Effect.gen(function*() {
    const types = new Map(fields)
    const decode = Schema.decodeUnknown(schema)
    const decodedTo = (index: 1 | 2) =>
      Object.fromEntries(
        fields.map(([name, type]) => [name, samples[type][index]]).filter(([, value]) =>
          value !== undefined
        )
      )
    const read = (json: unknown) =>
      Effect.map(
        decode(json),
        (value) =>
          Object.fromEntries(
            Object.entries(Object(value)).map(([name, field]) => [
              name,
              plain(types.get(name), field)
            ])
          )
      )
    const full = Object.fromEntries(
      fields.map(([name, type]) => [name, samples[type][0]]).filter(([, json]) =>
        json !== undefined
      )
    )
    assert.deepStrictEqual(yield* read({}), decodedTo(2))
    assert.deepStrictEqual(
      yield* read(Object.fromEntries(fields.map(([name]) => [name, null]))),
      decodedTo(2)
    )
    assert.deepStrictEqual(yield* read(full), decodedTo(1))
    const newer = yield* decode({ ...full, notThereYet: { a: 1 } })
    const again = yield* Schema.encode(schema)(newer)
    assert.deepStrictEqual(again["notThereYet"], { a: 1 })
    assert.deepStrictEqual(yield* read(again), decodedTo(1))
  })
