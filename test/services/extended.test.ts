/**
 * Every start of Compute Engine, GKE and Cloud SQL, sent to the testing server: verb, path, query and body as the protos have them, which
 * scripts/extendedStarts.ts reads by itself.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Predicate } from "effect"
import { Credentials, Operations } from "effect-lro"
import * as Compute from "effect-lro/services/compute/v1"
import * as Gke from "effect-lro/services/container/v1"
import * as Sql from "effect-lro/services/sqladmin/v1"
import * as Testing from "effect-lro/testing"
import * as fs from "node:fs"

interface Start {
  readonly service: "compute" | "container" | "sqladmin"
  readonly rpc: string
  readonly verb: string
  readonly path: string
  readonly body?: string
  readonly fields: { readonly [name: string]: string }
  readonly required: ReadonlyArray<string>
}

const published: ReadonlyArray<Start> = fs.readFileSync(
  new URL("../fixtures/extended.jsonl", import.meta.url),
  "utf8"
).trim().split("\n").map((line) => JSON.parse(line))

const modules = { compute: Compute, container: Gke, sqladmin: Sql }

const isMethod = (u: unknown): u is Operations.AnyMethod =>
  Predicate.hasProperty(u, "rpc") && Predicate.hasProperty(u, "decodeMetadata")

const methods = Object.values(modules).flatMap((module) =>
  Object.entries<unknown>({ ...module }).flatMap(([name, value]) =>
    isMethod(value) ? [{ name, method: value }] : []
  )
)

const methodOf = (rpc: string) =>
  methods.find(({ method }) => method.rpc === rpc) ?? assert.fail(`no ${rpc}`)

/** protoc's rule. */
const camel = (name: string): string =>
  name.replace(/_(\w)/g, (_, char: string) => char.toUpperCase())

const legacy = ["project_id", "zone", "cluster_id", "node_pool_id", "operation_id"]

/** One of two members of a oneof. */
const exclusive = "final_backup_expiry_time"

/** A value that a field takes, and how it stands in a query. */
const valueOf = (type: string): readonly [value: unknown, text: string] => {
  switch (type.replace(/^optional /, "")) {
    case "string":
      return ["text", "text"]
    case "repeated string":
      return [["a"], "a"]
    case "bool":
    case "google.protobuf.BoolValue":
      return [true, "true"]
    case "int32":
    case "uint32":
      return [7, "7"]
    case "int64":
      return [9007199254740993n, "9007199254740993"]
    case "float":
    case "double":
      return [0.5, "0.5"]
    case "google.protobuf.Timestamp":
      return ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"]
    case "google.protobuf.Duration":
      return ["60s", "60s"]
    case "google.protobuf.FieldMask":
      return ["a,b", "a,b"]
    default:
      return type.endsWith("ResetSslMode")
        ? ["ALL", "ALL"]
        : type.endsWith("ExternalSyncMode")
        ? ["ONLINE", "ONLINE"]
        : type === "Action"
        ? ["SET_USERNAME", ""]
        : [{}, ""]
  }
}

/** The request with all of its fields, and what has to be sent for it. */
const exampleOf = ({ body, fields, path, required, service, verb }: Start) => {
  const dropped = service === "container" ? legacy : []
  const request: Record<string, unknown> = {}
  const query: Record<string, string> = {}
  const sent: Record<string, unknown> = {}
  let expected = path
  for (const [name, type] of Object.entries(fields)) {
    if (dropped.includes(name) || name === exclusive) continue
    const variable = new RegExp(`\\{${name}(?:=([^}]+))?\\}`).exec(path)
    const nested = new RegExp(`\\{${name}\\.(\\w+)=([^}]+)\\}`).exec(path)
    const [value, text] = valueOf(type)
    if (variable !== null) {
      request[camel(name)] = (variable[1] ?? "*").replaceAll("*", "x")
      expected = expected.replace(variable[0], String(request[camel(name)]))
    } else if (nested !== null) {
      const inner = (nested[2] ?? "").replaceAll("*", "x")
      request[camel(name)] = { [camel(nested[1] ?? "")]: inner }
      expected = expected.replace(nested[0], inner)
      Object.assign(sent, request[camel(name)])
    } else if (body === "*") {
      const isPlain = typeof value !== "object" || Array.isArray(value)
      if (!isPlain && !required.includes(name)) continue
      request[camel(name)] = value
      sent[camel(name)] = typeof value === "bigint" ? String(value) : value
    } else if (body === name) {
      request[camel(name)] = {}
    } else if (name === "request_id") {
      request["requestId"] = "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"
      query["requestId"] = "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"
    } else {
      request[camel(name)] = value
      query[camel(name)] = text
    }
  }
  return {
    request,
    verb,
    path: expected,
    query,
    body: body === undefined ? undefined : JSON.stringify(sent)
  }
}

describe("the starts of Compute Engine, GKE and Cloud SQL", () => {
  it("are those that the protos have, under names of their own", () => {
    assert.deepStrictEqual(
      methods.map(({ method }) => method.rpc).sort(),
      published.map(({ rpc }) => rpc).sort()
    )
    const counts = (service: string) =>
      published.filter((start) => start.service === service).length
    assert.deepStrictEqual(Object.keys(modules).map(counts), [500, 23, 44])
    assert.strictEqual(methodOf("google.cloud.compute.v1.Instances.Insert").name, "instancesInsert")
    assert.strictEqual(
      methodOf("google.cloud.compute.v1.RegionDisks.Insert").name,
      "regionDisksInsert"
    )
    assert.strictEqual(
      methodOf("google.cloud.sql.v1.SqlBackupRunsService.Delete").name,
      "backupRunsDelete"
    )
    assert.strictEqual(
      methodOf("google.cloud.sql.v1.SqlBackupsService.CreateBackup").name,
      "createBackup"
    )
    assert.strictEqual(
      methodOf("google.container.v1.ClusterManager.CreateCluster").name,
      "createCluster"
    )
  })

  it("have the counts of verbs, bodies and request ids", () => {
    const verbs = (service: string) =>
      ["POST", "DELETE", "PATCH", "PUT"].map((verb) =>
        published.filter((start) => start.service === service && start.verb === verb).length
      )
    assert.deepStrictEqual(verbs("compute"), [327, 92, 69, 12])
    assert.deepStrictEqual(verbs("container"), [19, 2, 0, 2])
    assert.deepStrictEqual(verbs("sqladmin"), [32, 6, 3, 3])
    const all = methods.map(({ method }) => method)
    assert.lengthOf(all.filter(({ idempotencyField }) => idempotencyField !== undefined), 480)
    const without = (service: string) =>
      all.filter((method) => method.service.startsWith(service) && method.body === undefined).length
    assert.deepStrictEqual(["compute", "container", "sqladmin"].map(without), [144, 2, 15])
  })

  for (const start of published) {
    it(start.rpc.split(".").slice(-2).join("."), () => {
      const { method } = methodOf(start.rpc)
      const dropped = start.service === "container" ? legacy : []
      assert.deepStrictEqual(
        Object.keys(method.request).sort(),
        Object.keys(start.fields).filter((name) => !dropped.includes(name)).map(camel).sort()
      )
      const corrected = start.rpc.endsWith(".UpdateNodePool") ? ["node_version", "image_type"] : []
      for (const name of start.required) {
        if (dropped.includes(name)) continue
        assert.strictEqual(
          method.request[camel(name)]?.required,
          corrected.includes(name) ? undefined : true
        )
      }
      assert.lengthOf(method.templates, 1)
      assert.strictEqual(
        method.polling?.timeout,
        start.service === "compute" ? "600 seconds" : undefined
      )
    })
  }

  it.effect("arrive as the protos say", () =>
    Effect.gen(function*() {
      const clients: { readonly [service in Start["service"]]: unknown } = {
        compute: yield* Compute.ComputeEngine,
        container: yield* Gke.KubernetesEngine,
        sqladmin: yield* Sql.CloudSQLAdmin
      }
      for (const start of published) {
        const { body, path, query, request, verb } = exampleOf(start)
        const client = clients[start.service] as {
          readonly start: (
            method: unknown,
            request: unknown
          ) => Effect.Effect<{ readonly name: string }, Error>
        }
        const started = yield* client.start(methodOf(start.rpc).method, request)
        assert.match(started.name, /\/operations\/operation-\d+$/)
        const server = yield* Testing.OperationsServer
        const sent = (yield* server.requests).at(-1)
        assert.strictEqual(sent?.verb, verb, start.rpc)
        assert.strictEqual(sent?.path, path, start.rpc)
        assert.deepStrictEqual(
          Object.fromEntries(new URLSearchParams(sent?.query)),
          query,
          start.rpc
        )
        assert.strictEqual(sent?.body, body, start.rpc)
        assert.strictEqual(
          sent?.headers["content-type"],
          body === undefined ? undefined : "application/json",
          start.rpc
        )
      }
      assert.lengthOf(published, 567)
    }).pipe(Effect.provide(
      Layer.mergeAll(Compute.layer(), Gke.layer(), Sql.layer()).pipe(
        Layer.provide(Credentials.layerNone),
        Layer.provideMerge(Testing.layer({ services: [Compute, Gke, Sql] }))
      )
    )))
})
