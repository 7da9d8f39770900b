import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as CloudBuild from "effect-lro/services/cloudbuild/v1"
import * as Testing from "effect-lro/testing"
import { get, json, name, parent, send, startHub, type Test } from "./harness.ts"

interface Violation {
  readonly field?: string
  readonly description: string
}

/** What is told of each violation, and that it is told in the shape of Google. */
const violations = (
  [status, { error }]: readonly [number, {
    readonly error: {
      readonly code: number
      readonly message: string
      readonly status: string
      readonly details: ReadonlyArray<{ readonly fieldViolations: ReadonlyArray<Violation> }>
    }
  }]
): ReadonlyArray<readonly [field: string | undefined, description: string]> => {
  assert.deepStrictEqual([status, error.code, error.status], [400, 400, "INVALID_ARGUMENT"])
  const [detail, ...more] = error.details
  assert.deepStrictEqual(more, [])
  const found = detail?.fieldViolations ?? []
  assert.deepStrictEqual(detail as object, {
    "@type": "type.googleapis.com/google.rpc.BadRequest",
    fieldViolations: found
  })
  assert.strictEqual(error.message, found.map(({ description }) => description).join("\n"))
  return found.map(({ description, field }) => [field, description])
}

const unknown = (name: string, at?: string) =>
  `Invalid JSON payload received. Unknown name "${name}"${
    at === undefined ? "" : ` at '${at}'`
  }: Cannot find field.`

const builds = "/v1/projects/p/locations/l/builds"
const build = (body: object, query = "") =>
  json({ verb: "POST", path: builds, query, body: JSON.stringify(body) })

const buildType = "type.googleapis.com/google.devtools.cloudbuild.v1"

export const strict = (test: Test): void => {
  test(
    "[31] unknown fields of a body are refused at any depth: in messages, lists, maps and members of oneofs",
    Effect.gen(function*() {
      const reply = yield* build({
        colour: "red",
        source: { storageSource: { bucket: "b", buckets: [] } },
        steps: [{ name: "a" }, { name: "b", env: ["A=b"], volumes: [{ name: "v", size: 1 }] }],
        options: { pool: { name: "n", id: 1 } },
        substitutions: { anything: "goes" },
        timeout: "10s"
      })
      assert.deepStrictEqual(violations(reply), [
        ["build", unknown("colour", "build")],
        ["build.source.storage_source", unknown("buckets", "build.source.storage_source")],
        ["build.steps[1].volumes[0]", unknown("size", "build.steps[1].volumes[0]")],
        ["build.options.pool", unknown("id", "build.options.pool")]
      ])
      const { operations } = yield* Testing.OperationsServer
      assert.deepStrictEqual(yield* operations, [])
    }),
    { services: [CloudBuild] }
  )

  test(
    "[31] fields of a body go by their JSON names and by those of the proto",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.script(CloudBuild.createBuild, Testing.neverDone({ metadata: "none" }))
      const [status] = yield* build({
        logsBucket: "a",
        queue_ttl: "5s",
        source: { storage_source: { source_fetcher: "GSUTIL" } }
      })
      assert.strictEqual(status, 200)
    }),
    { services: [CloudBuild] }
  )

  test(
    "[31] the request that a script sees has JSON names alone",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      const requests: Array<Testing.JsonObject> = []
      yield* server.script(CloudBuild.createBuild, ({ request }) => {
        requests.push(request)
        return Testing.neverDone()
      })
      yield* build({ logs_bucket: "a", steps: [{ wait_for: ["b"] }], tags: null })
      assert.deepStrictEqual(requests, [{
        build: { logsBucket: "a", steps: [{ waitFor: ["b"] }] },
        parent: "projects/p/locations/l"
      }])
    }),
    { services: [CloudBuild] }
  )

  test(
    "[31] a value of another kind is refused: the words are those of the reader that Google uses",
    Effect.gen(function*() {
      const source = `${buildType}.Source`
      for (
        const [body, field, description] of [
          [{ source: "s" }, "build.source", `Invalid value at 'build.source' (${source}), "s"`],
          [{ tags: [1] }, "build.tags[0]", "Invalid value at 'build.tags[0]' (TYPE_STRING), 1"],
          [
            { logsBucket: { a: 1 } },
            "build",
            "Invalid value at 'build' (logs_bucket), Starting an object on a scalar field"
          ],
          [
            { logsBucket: ["a"] },
            "build",
            "Invalid JSON payload received. Unknown name \"logsBucket\" at 'build': " +
            "Proto field is not repeating, cannot start list."
          ],
          [
            { substitutions: ["a"] },
            "build.substitutions",
            "Invalid value at 'build.substitutions' (Map), " +
            "Cannot bind a list to map for field 'substitutions'."
          ],
          [
            { timeout: 10 },
            "build.timeout",
            "Invalid value at 'build.timeout' (type.googleapis.com/google.protobuf.Duration), " +
            "Field 'timeout', Invalid data type for duration, value is 10"
          ],
          [
            { options: { machineType: "BIG" } },
            "build.options.machine_type",
            `Invalid value at 'build.options.machine_type' (${buildType}.BuildOptions.MachineType), "BIG"`
          ],
          [
            { options: { diskSizeGb: "much" } },
            "build.options.disk_size_gb",
            "Invalid value at 'build.options.disk_size_gb' (TYPE_INT64), \"much\""
          ],
          [
            { options: { dynamicSubstitutions: 1 } },
            "build.options.dynamic_substitutions",
            "Invalid value at 'build.options.dynamic_substitutions' (TYPE_BOOL), 1"
          ]
        ] as const
      ) {
        assert.deepStrictEqual(violations(yield* build(body)), [[field, description]])
      }
      // What the reader takes: numbers in texts, enums by number, one value for a list, nulls for nothing.
      const [status] = yield* build({
        tags: "one",
        source: null,
        options: { diskSizeGb: "10", machineType: 99, dynamicSubstitutions: "true" }
      })
      assert.strictEqual(status, 200)
    }),
    { services: [CloudBuild] }
  )

  test(
    "[31] two members of one oneof are refused",
    Effect.gen(function*() {
      const reply = yield* build({
        source: { storageSource: { bucket: "b" }, repoSource: { repoName: "r" } }
      })
      assert.deepStrictEqual(violations(reply), [[
        "build.source",
        "Invalid value at 'build.source' (oneof), oneof field 'source' is already set. " +
        "Cannot set 'repoSource'"
      ]])
      const [status] = yield* build({ source: { storageSource: {}, repoSource: null } })
      assert.strictEqual(status, 200)
    }),
    { services: [CloudBuild] }
  )

  test(
    "[31] a body is a JSON object, and one at the root has no place",
    Effect.gen(function*() {
      const accept = (body: string) =>
        json({ verb: "POST", path: `/v1/${parent}/hubs/h:acceptSpoke`, body })
      assert.deepStrictEqual(violations(yield* accept("{\"spokeUri\":\"s\",\"x\":1,\"y\":2}")), [
        [undefined, unknown("x")],
        [undefined, unknown("y")]
      ])
      for (const body of ["[1]", "null", "7"]) {
        assert.deepStrictEqual(violations(yield* accept(body)), [[
          undefined,
          "Invalid JSON payload received. Unknown name \"\": Root element must be a message."
        ]])
      }
      const [status, { error }] = yield* accept("{")
      assert.deepStrictEqual([status, error.message], [
        400,
        "Invalid JSON payload received. Unexpected token."
      ])
    })
  )

  test(
    "[8] [31] the body of a cancel is empty, that of a delete too, and a wait has its time-out",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      yield* server.put("operations/w", Testing.succeedAfter(0))
      const cancel = (body: string) => json({ verb: "POST", path: `/v1/${name}:cancel`, body })
      for (const field of ["name", "reason", "timeout"]) {
        assert.deepStrictEqual(violations(yield* cancel(JSON.stringify({ [field]: "x" }))), [
          [undefined, unknown(field)]
        ])
      }
      const remove = json({ verb: "DELETE", path: `/v1/${name}`, body: "{\"etag\":\"e\"}" })
      assert.deepStrictEqual(violations(yield* remove), [[undefined, unknown("etag")]])
      const read = json({ verb: "GET", path: `/v1/${name}`, body: "{\"view\":\"FULL\"}" })
      assert.deepStrictEqual(violations(yield* read), [[undefined, unknown("view")]])
      const wait = json({
        verb: "POST",
        path: "/v1beta1/operations/w:wait",
        body: "{\"timeout\":\"1s\",\"name\":\"operations/w\"}"
      })
      assert.deepStrictEqual(violations(yield* wait), [[undefined, unknown("name")]])
      const soon = json({
        verb: "POST",
        path: "/v1beta1/operations/w:wait",
        body: "{\"timeout\":\"soon\"}"
      })
      assert.deepStrictEqual(violations(yield* soon), [[
        "timeout",
        "Invalid value at 'timeout' (type.googleapis.com/google.protobuf.Duration), " +
        "Field 'timeout', Illegal duration format; duration must end with 's'"
      ]])
      assert.deepStrictEqual(yield* get(name), [200, { name }], "none of them did anything")
      assert.deepStrictEqual(yield* cancel("{}"), [200, {}])
    })
  )

  test(
    "[31] query parameters that bind to no field are refused, nested ones too",
    Effect.gen(function*() {
      const unbound = (name: string, field = name) =>
        `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. ` +
        `Field '${field}' could not be found in request message.`
      const reply = yield* startHub("hubId=h&hubID=i&x.y=1")
      assert.deepStrictEqual(violations(reply), [
        [undefined, unbound("hubID")],
        [undefined, unbound("x.y", "x")]
      ])
      assert.deepStrictEqual(
        violations(yield* json({ verb: "GET", path: `/v1/${parent}/operations`, query: "skip=1" })),
        [[undefined, unbound("skip")]]
      )
      assert.deepStrictEqual(
        violations(yield* json({ verb: "GET", path: `/v1/${name}`, query: "view=FULL" })),
        [[undefined, unbound("view")]]
      )
      // The message is in the body, and only there.
      assert.deepStrictEqual(violations(yield* startHub("hubId=h&hub.description=d")), [
        [undefined, unbound("hub.description", "hub")]
      ])
      const system = "key=k&alt=json&%24alt=json&quotaUser=u&uploadType=media&access_token=t"
      assert.strictEqual((yield* startHub(`hubId=h&${system}`))[0], 200)
    })
  )

  test(
    "[31] a value in the query is read as its field's",
    Effect.gen(function*() {
      const list = (query: string) => json({ verb: "GET", path: `/v1/${parent}/operations`, query })
      assert.deepStrictEqual(violations(yield* list("pageSize=many")), [
        ["page_size", "Invalid value at 'page_size' (TYPE_INT32), \"many\""]
      ])
      assert.deepStrictEqual(violations(yield* list("returnPartialSuccess=perhaps")), [
        [
          "return_partial_success",
          "Invalid value at 'return_partial_success' (TYPE_BOOL), \"perhaps\""
        ]
      ])
    })
  )

  test(
    "[31] the fields of a private API are known as far as its method says",
    Effect.gen(function*() {
      const bake = (query: string, body: object) =>
        json({ verb: "POST", path: "/v1/users/u/cakes", query, body: JSON.stringify(body) })
      assert.strictEqual((yield* bake("cakeId=c", { layers: [{ of: "cream" }] }))[0], 200)
      assert.strictEqual((yield* bake("cakeName=c", {}))[0], 400)
    })
  )

  test(
    "[31] unknown fields and parameters are taken where a test says so, and echoed",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      const [status, { metadata, name: operation }] = yield* startHub(
        "hubId=h&newer=1",
        JSON.stringify({ display: { name: "n" }, labels: { a: "b" } })
      )
      assert.strictEqual(status, 200)
      assert.strictEqual(metadata.target, `${parent}/hubs/h`)
      const [, { response }] = yield* get(operation)
      assert.deepStrictEqual([response.display, response.labels], [{ name: "n" }, { a: "b" }])
      // What is known has its kind all the same.
      assert.strictEqual((yield* startHub("hubId=h", "{\"labels\":[]}"))[0], 400)
      assert.strictEqual((yield* get(name, "newer=1"))[0], 200)
      const cancelled = yield* send({
        verb: "POST",
        path: `/v1/${name}:cancel`,
        body: "{\"reason\":\"r\"}"
      })
      assert.strictEqual(cancelled.status, 200)
    }),
    { unknownFields: "accept", onStart: () => Testing.succeedAfter(0) }
  )
}
