import { assert } from "@effect/vitest"
import { Effect, TestClock } from "effect"
import * as AlloyDB from "effect-lro/services/alloydb/v1"
import * as CloudBuild from "effect-lro/services/cloudbuild/v1"
import * as CloudDeploy from "effect-lro/services/clouddeploy/v1"
import * as ResourceManager from "effect-lro/services/cloudresourcemanager/v3"
import * as Dataproc from "effect-lro/services/dataproc/v1"
import * as DocumentAI from "effect-lro/services/documentai/v1"
import * as MachineLearning from "effect-lro/services/ml/v1"
import * as Run from "effect-lro/services/run/v2"
import * as ServiceManagement from "effect-lro/services/servicemanagement/v1"
import * as Spanner from "effect-lro/services/spanner/v1"
import * as Testing from "effect-lro/testing"
import { json, type Test } from "./harness.ts"

interface Start {
  readonly host: string
  readonly path: string
  readonly query?: string
  readonly verb?: string
  readonly body?: object
  /** What the operation is called, but for its id. */
  readonly below: string
  readonly response: Testing.AnyMessage
}

const location = "projects/p/locations/l"

/** What methods of many shapes start, and what that ends with when no script says so. */
const starts: ReadonlyArray<Start> = [
  {
    host: "cloudbuild",
    path: "/v1/projects/p/builds",
    body: { steps: [{ name: "s" }], id: "mine", status: "SUCCESS" },
    below: "operations",
    response: Testing.pack("google.devtools.cloudbuild.v1.Build", {
      name: "projects/p/builds/build-1",
      id: "build-1",
      projectId: "p",
      steps: [{ name: "s" }]
    })
  },
  {
    host: "cloudbuild",
    path: `/v1/${location}/builds`,
    body: { steps: [] },
    below: `${location}/operations`,
    response: Testing.pack("google.devtools.cloudbuild.v1.Build", {
      name: `${location}/builds/build-1`,
      id: "build-1",
      steps: []
    })
  },
  {
    host: "cloudbuild",
    path: `/v1/${location}/builds/b:retry`,
    body: {},
    below: `${location}/operations`,
    response: Testing.pack("google.devtools.cloudbuild.v1.Build", {
      name: `${location}/builds/b`,
      id: "b"
    })
  },
  {
    host: "run",
    path: `/v2/${location}/jobs/j:run`,
    body: {},
    below: `${location}/operations`,
    response: Testing.pack("google.cloud.run.v2.Execution", {
      name: `${location}/jobs/j/executions/execution-1`
    })
  },
  {
    host: "run",
    path: `/v2/${location}/services`,
    query: "serviceId=s",
    body: { labels: { a: "b" }, uid: "not mine to say" },
    below: `${location}/operations`,
    response: Testing.pack("google.cloud.run.v2.Service", {
      name: `${location}/services/s`,
      labels: { a: "b" }
    })
  },
  {
    host: "ml",
    path: "/v1/projects/p/models/m/versions",
    body: { name: "v", runtime_version: "2.1" },
    below: "projects/p/operations",
    response: Testing.pack("google.cloud.ml.v1.Version", {
      name: "projects/p/models/m/versions/v",
      runtimeVersion: "2.1"
    })
  },
  {
    host: "cloudresourcemanager",
    path: "/v3/folders",
    body: { parent: "organizations/1", displayName: "d" },
    below: "operations",
    response: Testing.pack("google.cloud.resourcemanager.v3.Folder", {
      name: "folders/folder-1",
      parent: "organizations/1",
      displayName: "d"
    })
  },
  {
    host: "clouddeploy",
    path: `/v1/${location}/deliveryPipelines/d/releases/r/rollouts`,
    query: "rolloutId=o",
    body: { targetId: "t" },
    below: `${location}/operations`,
    response: Testing.pack("google.cloud.deploy.v1.Rollout", {
      name: `${location}/deliveryPipelines/d/releases/r/rollouts/o`,
      targetId: "t"
    })
  },
  {
    host: "servicemanagement",
    path: "/v1/services/s.example.com/rollouts",
    body: { trafficPercentStrategy: { percentages: { c: 100 } } },
    below: "operations",
    response: Testing.pack("google.api.servicemanagement.v1.Rollout", {
      rolloutId: "rollout-1",
      serviceName: "s.example.com",
      trafficPercentStrategy: { percentages: { c: 100 } }
    })
  },
  {
    host: "alloydb",
    path: `/v1/${location}/clusters`,
    query: "clusterId=c",
    body: {
      network: "n",
      initialUser: { user: "u", password: "secret" },
      tags: { t: "v" },
      state: "READY",
      display_name: "d"
    },
    below: `${location}/operations`,
    response: Testing.pack("google.cloud.alloydb.v1.Cluster", {
      name: `${location}/clusters/c`,
      network: "n",
      displayName: "d"
    })
  },
  {
    host: "spanner",
    path: "/v1/projects/p/instances",
    body: { parent: "projects/p", instanceId: "i", instance: { displayName: "d" } },
    below: "projects/p/instances/i/operations",
    response: Testing.pack("google.spanner.admin.instance.v1.Instance", {
      name: "projects/p/instances/i",
      displayName: "d"
    })
  },
  {
    host: "dataproc",
    path: "/v1/projects/p/regions/r/clusters",
    body: { clusterName: "c" },
    below: "projects/p/regions/r/operations",
    response: Testing.pack("google.cloud.dataproc.v1.Cluster", {
      projectId: "p",
      clusterName: "c"
    })
  },
  {
    host: "clouddeploy",
    verb: "DELETE",
    path: `/v1/${location}/targets/t`,
    below: `${location}/operations`,
    response: Testing.pack("google.protobuf.Empty")
  }
]

const services = [
  AlloyDB,
  CloudBuild,
  CloudDeploy,
  Dataproc,
  DocumentAI,
  MachineLearning,
  ResourceManager,
  Run,
  ServiceManagement,
  Spanner
]

export const resources = (test: Test): void => {
  for (const { below, body, host, path, query = "", response, verb = "POST" } of starts) {
    test(
      `[31] ${verb} ${path} of ${host} ends with a resource of its own pattern, where it started`,
      Effect.gen(function*() {
        const [status, started] = yield* json({
          verb,
          path,
          query,
          host: `${host}.googleapis.com`,
          ...(body === undefined ? {} : { body: JSON.stringify(body) })
        })
        assert.deepStrictEqual([status, started], [200, { ...started, done: true, response }])
        assert.strictEqual(started.name, `${below}/operation-1`)
        const [found, again] = yield* json({
          verb: "GET",
          path: path.replace(/^(\/v\d).*$/, `$1/${started.name}`),
          host: `${host}.googleapis.com`
        })
        assert.deepStrictEqual([found, again], [200, started], "its get template takes the name")
      }),
      { services, onStart: () => Testing.succeedAfter(0) }
    )
  }

  test(
    "[31] metadata says its state, and holds the resource where it has a field for it",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const start = (host: string, path: string, body: object) =>
        json({
          verb: "POST",
          path,
          host: `${host}.googleapis.com`,
          body: JSON.stringify(body)
        })
      const metadataOf = Effect.map(
        server.operations,
        (all) => all.map(({ metadata }) => metadata as Testing.JsonObject)
      )
      const process = (id: string) =>
        start("documentai", `/v1/${location}/processors/${id}:batchProcess`, {})
      const [, { metadata: running }] = yield* process("a")
      assert.deepStrictEqual(running, {
        "@type": "type.googleapis.com/google.cloud.documentai.v1.BatchProcessMetadata",
        state: "RUNNING",
        createTime: "1970-01-01T00:00:00.000Z"
      })
      yield* server.script(
        "DocumentProcessorService.BatchProcessDocuments",
        Testing.failAfter("1 seconds", { code: 3 })
      )
      yield* process("b")
      const [, { name }] = yield* start("documentai", `/v1/${location}/processors/c:enable`, {})
      yield* json({
        verb: "POST",
        path: `/v1/${name}:cancel`,
        host: "documentai.googleapis.com",
        body: "{}"
      })
      yield* TestClock.adjust("10 seconds")
      const [succeeded, failed, cancelled] = yield* metadataOf
      assert.deepStrictEqual(
        [succeeded?.["state"], failed?.["state"], cancelled],
        ["SUCCEEDED", "FAILED", {
          "@type": "type.googleapis.com/google.cloud.documentai.v1.EnableProcessorMetadata",
          commonMetadata: { state: "CANCELLED", createTime: "1970-01-01T00:00:00.000Z" }
        }]
      )
      const [, { metadata: build }] = yield* start("cloudbuild", `/v1/${location}/builds`, {})
      assert.deepStrictEqual(build, {
        "@type": "type.googleapis.com/google.devtools.cloudbuild.v1.BuildOperationMetadata",
        build: { name: `${location}/builds/build-4`, id: "build-4" }
      })
      // Cloud Run shows the resource itself.
      const [, { metadata: execution }] = yield* start("run", `/v2/${location}/jobs/j:run`, {})
      assert.deepStrictEqual(
        execution,
        Testing.pack("google.cloud.run.v2.Execution", {
          name: `${location}/jobs/j/executions/execution-5`
        })
      )
    }),
    { services }
  )
}
