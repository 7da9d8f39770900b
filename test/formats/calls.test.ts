/** Names, lists, refusals, errors of calls and waits of Compute Engine, GKE and Cloud SQL. */
import { assert, describe, it } from "@effect/vitest"
import { Chunk, Duration, Effect, Fiber, Layer, Stream, TestClock } from "effect"
import { DateTime } from "effect"
import { Credentials, OperationFormat, OperationRef, Polling } from "effect-lro"
import { cloudSql } from "effect-lro/internal/formats/cloudSql"
import { compute } from "effect-lro/internal/formats/compute"
import { gke } from "effect-lro/internal/formats/gke"
import * as Compute from "effect-lro/services/compute/v1"
import * as Gke from "effect-lro/services/container/v1"
import * as Sql from "effect-lro/services/sqladmin/v1"
import * as FakeHttp from "../kit/FakeHttp.ts"

const formats = { compute, gke, sql: cloudSql }
type Dialect = keyof typeof formats

const clean = (json: unknown) => json

const layer = (handler: FakeHttp.Handler) =>
  Layer.mergeAll(
    Compute.layer({ polling: { spread: 0 } }),
    Gke.layer({ polling: { spread: 0 } }),
    Sql.layer({ polling: { spread: 0 } })
  ).pipe(Layer.provide(Credentials.layerNone), Layer.provideMerge(FakeHttp.layer(handler)))

const run = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust("1 hour")
    return yield* Fiber.join(fiber)
  })

const zonal = "projects/p/zones/z/operations/o"
const link = `https://www.googleapis.com/compute/v1/${zonal}`

const ofCompute = (fields: object) =>
  FakeHttp.json({ kind: "compute#operation", name: "o", selfLink: link, ...fields })

describe("the name of an operation", () => {
  it.each<readonly [what: string, dialect: Dialect, raw: object, context: object, name: string]>([
    ["is the selfLink's", "compute", { name: "o", selfLink: link }, {}, zonal],
    [
      "whatever its host and version",
      "compute",
      {
        name: "o",
        selfLink: "http://compute.mtls.example.com/compute/beta/projects/p/regions/r/operations/o"
      },
      {},
      "projects/p/regions/r/operations/o"
    ],
    [
      "of an organization",
      "compute",
      {
        name: "org-1-o",
        selfLink: "https://www.googleapis.com/compute/v1/locations/global/operations/org-1-o"
      },
      {},
      "locations/global/operations/org-1-o"
    ],
    [
      "decoded once",
      "compute",
      {
        name: "o",
        selfLink:
          "https://www.googleapis.com/compute/v1/projects/example.com%3Ashop/global/operations/o"
      },
      {},
      "projects/example.com:shop/global/operations/o"
    ],
    [
      "is the one that was asked for",
      "gke",
      {
        name: "o",
        status: "RUNNING",
        selfLink: "https://container.googleapis.com/v1/projects/123/zones/l/operations/o"
      },
      { name: "projects/p/locations/l/operations/o" },
      "projects/p/locations/l/operations/o"
    ],
    ["by its number, too", "compute", { name: "o", id: "42", selfLink: link }, {
      name: "projects/p/zones/z/operations/42"
    }, "projects/p/zones/z/operations/42"],
    [
      "and not of another one",
      "compute",
      { name: "other", selfLink: link.replace(/o$/, "other") },
      { name: zonal },
      "projects/p/zones/z/operations/other"
    ],
    [
      "has locations for zones",
      "gke",
      {
        name: "o",
        status: "RUNNING",
        selfLink: "https://container.googleapis.com/v1alpha1/projects/1/zones/z/operations/o"
      },
      {},
      "projects/1/locations/z/operations/o"
    ],
    ["is made of the id in the link", "compute", { selfLink: link }, {}, zonal],
    [
      "is made of the number",
      "compute",
      { id: 7, zone: "projects/p/zones/z" },
      {},
      "projects/p/zones/z/operations/7"
    ],
    [
      "is a whole one that was sent as name",
      "sql",
      { name: "https://h/v1/projects/p/operations/o" },
      {},
      "projects/p/operations/o"
    ],
    [
      "is not the link of something else",
      "compute",
      { name: "o", selfLink: "https://h/projects/p/zones/z/instances/o", zone: "z" },
      { request: { project: "q" } },
      "projects/q/zones/z/operations/o"
    ],
    [
      "by its zone",
      "compute",
      { name: "o", zone: "https://h/compute/v1/projects/p/zones/z" },
      {},
      zonal
    ],
    ["by its region and the start", "compute", { name: "o", region: "r" }, {
      request: { project: "p" }
    }, "projects/p/regions/r/operations/o"],
    [
      "by the listed parent",
      "compute",
      { name: "o", zone: "z" },
      { parent: "projects/p/zones/z" },
      zonal
    ],
    [
      "by the target",
      "compute",
      { name: "o", targetLink: "https://h/compute/v1/projects/p/global/networks/n" },
      {},
      "projects/p/global/operations/o"
    ],
    ["of an organization's start", "compute", { name: "o" }, {
      request: { parentId: "organizations/1" }
    }, "locations/global/operations/o"],
    [
      "of an organization's list",
      "compute",
      { name: "o" },
      { parent: "locations/global" },
      "locations/global/operations/o"
    ],
    [
      "by location and target",
      "gke",
      {
        name: "o",
        status: "RUNNING",
        location: "l",
        targetLink: "https://h/v1/projects/1/zones/z/clusters/c"
      },
      {},
      "projects/1/locations/l/operations/o"
    ],
    ["by zone and parent", "gke", { name: "o", status: "RUNNING", zone: "z" }, {
      request: { parent: "projects/p/locations/z" }
    }, "projects/p/locations/z/operations/o"],
    ["by zone and name", "gke", { name: "o", status: "RUNNING", zone: "z" }, {
      request: { name: "projects/p/locations/z/clusters/c" }
    }, "projects/p/locations/z/operations/o"],
    [
      "by the target's project",
      "sql",
      { name: "o", targetProject: "p" },
      {},
      "projects/p/operations/o"
    ],
    [
      "by the target's link",
      "sql",
      { name: "o", targetLink: "https://h/sql/v1beta4/projects/p/instances/i" },
      {},
      "projects/p/operations/o"
    ],
    [
      "by the start's project",
      "sql",
      { name: "o" },
      { request: { project: "p" } },
      "projects/p/operations/o"
    ],
    [
      "by the start's parent",
      "sql",
      { name: "o" },
      { request: { parent: "projects/p" } },
      "projects/p/operations/o"
    ],
    ["by the start's backup", "sql", { name: "o" }, {
      request: { backup: { name: "projects/p/backups/b" } }
    }, "projects/p/operations/o"],
    ["by the list", "sql", { name: "o" }, { parent: "projects/p" }, "projects/p/operations/o"]
  ])("%s (%s)", (_, dialect, raw, context, name) => {
    const operation = formats[dialect].operation(raw, { call: { name: "", ...context }, clean })
    assert.strictEqual(typeof operation === "string" ? operation : operation.name, name)
  })

  it.each<readonly [dialect: Dialect, raw: object]>([
    ["compute", { name: "o", zone: "z" }],
    ["gke", { name: "o", status: "RUNNING", zone: "z" }],
    ["sql", { name: "o" }],
    ["compute", {
      name: "o",
      selfLink: "https://h/projects/p/..%2Fzones/z/operations/o",
      zone: "z"
    }]
  ])("that nothing tells the project of: %s %j", (dialect, raw) => {
    assert.strictEqual(
      formats[dialect].operation(raw, { call: { name: "" }, clean }),
      "the operation's project is not known"
    )
  })

  it.effect("is the same, started, listed and read", () =>
    Effect.gen(function*() {
      const client = yield* Compute.ComputeEngine
      const started = yield* client.start(Compute.instancesStop, {
        project: "1234",
        zone: "z",
        instance: "i"
      })
      const [listed] = (yield* client.listPage({ name: "projects/p/zones/z" })).operations
      assert.deepStrictEqual([started.name, listed?.name, (yield* client.get(started)).name], [
        zonal,
        zonal,
        zonal
      ])
    }).pipe(Effect.provide(layer(({ url, verb }) => {
      const raw = { name: "o", selfLink: link, status: "RUNNING" }
      return FakeHttp.json(verb === "GET" && url.endsWith("/operations") ? { items: [raw] } : raw)
    }))))
})

describe("a page", () => {
  it.each<readonly [dialect: Dialect, parent: string, json: object, page: object]>([
    ["compute", "projects/p/zones/z", {}, { operations: [], nextPageToken: "", unreachable: [] }],
    [
      "compute",
      "projects/p/zones/z",
      {
        items: [],
        nextPageToken: "t",
        warning: {
          code: "UNREACHABLE",
          data: [{ key: "scope", value: "zones/a" }, { key: "x", value: "y" }]
        }
      },
      { operations: [], nextPageToken: "t", unreachable: ["zones/a"] }
    ],
    [
      "compute",
      "projects/p/aggregated",
      {
        items: {
          global: { warning: { code: "NO_RESULTS_ON_PAGE" } },
          "zones/z": { warning: { code: 13328052 } }
        },
        unreachables: ["zones/y"],
        nextPageToken: "t"
      },
      { operations: [], nextPageToken: "t", unreachable: ["zones/y", "zones/z"] }
    ],
    ["gke", "projects/p/locations/-", { missingZones: ["z"] }, {
      operations: [],
      nextPageToken: "",
      unreachable: ["z"]
    }],
    ["gke", "projects/p/locations/-", {}, { operations: [], nextPageToken: "", unreachable: [] }],
    ["sql", "projects/p", { nextPageToken: "t" }, {
      operations: [],
      nextPageToken: "t",
      unreachable: []
    }],
    ["sql", "projects/p", {}, { operations: [], nextPageToken: "", unreachable: [] }]
  ])("of %s, %s: %j", (dialect, parent, json, page) => {
    assert.deepStrictEqual<unknown>(
      formats[dialect].page(json, { call: { name: "", parent }, clean }),
      page
    )
  })

  it.each<readonly [dialect: Dialect, parent: string, json: unknown, problem: string]>([
    ["compute", "projects/p/zones/z", { items: {} }, "`items` is not an array"],
    ["compute", "projects/p/aggregated", { items: [] }, "`items` is not an object"],
    [
      "compute",
      "projects/p/aggregated",
      { items: { global: { operations: {} } } },
      "`items[\"global\"].operations` is not an array"
    ],
    [
      "compute",
      "projects/p/aggregated",
      { items: { "zones/z": 7 } },
      "`items[\"zones/z\"]` is not an object"
    ],
    [
      "compute",
      "projects/p/aggregated",
      { nextPageToken: 7 },
      "`nextPageToken` is not a string"
    ],
    [
      "compute",
      "projects/p/aggregated",
      { items: { global: { operations: [{ kind: "compute#instance", name: "i" }] } } },
      "`operations[0]`: it is of kind compute#instance"
    ],
    [
      "gke",
      "projects/p/locations/-",
      { operations: [{ name: "o", status: "DONE" }] },
      "`operations[0]`: the operation's location is not known"
    ],
    [
      "compute",
      "projects/p/global",
      { items: [{ kind: "compute#instance", name: "i" }] },
      "`operations[0]`: it is of kind compute#instance"
    ],
    [
      "compute",
      "projects/p/global",
      { items: [{ name: "o" }, 7] },
      "`operations[1]`: the reply is not an object"
    ],
    ["gke", "projects/p/locations/l", { operations: {} }, "`operations` is not an array"],
    [
      "gke",
      "projects/p/locations/l",
      { missingZones: 7 },
      "`missingZones` is not an array of strings"
    ],
    ["sql", "projects/p", { items: 7 }, "`items` is not an array"],
    ["sql", "projects/p", { nextPageToken: 7 }, "`nextPageToken` is not a string"],
    ["sql", "projects/p", [], "the reply is not an object"]
  ])("is none of %s, %s: %j", (dialect, parent, json, problem) => {
    assert.strictEqual(formats[dialect].page(json, { call: { name: "", parent }, clean }), problem)
  })

  it("[12] says what it is none for without the secrets of the call", () => {
    const format = OperationFormat.make({
      operation: () => "it quotes canary",
      page: ({ items }) => Array.isArray(items) ? { items } : "it quotes canary"
    })
    const source = {
      call: { name: "" },
      clean: (json: unknown) => String(json).replace("canary", "<redacted>")
    }
    assert.strictEqual(format.page({}, source), "it quotes <redacted>")
    assert.strictEqual(
      format.page({ items: [{}] }, source),
      "`operations[0]`: it quotes <redacted>"
    )
  })

  it.each<readonly [dialect: Dialect, parent: string, json: object]>([
    ["compute", "projects/p/zones/z", { items: [{ name: "b" }, { name: "a" }] }],
    ["compute", "projects/p/aggregated", {
      items: {
        "zones/z": { operations: [{ name: "b", zone: "projects/p/zones/z" }] },
        global: { operations: [{ name: "a" }] }
      }
    }],
    ["gke", "projects/p/locations/l", {
      operations: [{ name: "b", status: "DONE" }, { name: "a", status: "DONE" }]
    }],
    ["sql", "projects/p", { items: [{ name: "b" }, { name: "a" }] }]
  ])("has its operations in the order received: %s, %s", (dialect, parent, json) => {
    const page = formats[dialect].page(json, { call: { name: "", parent }, clean })
    if (typeof page === "string") assert.fail(page)
    assert.deepStrictEqual(page.operations.map(({ name }) => name.split("/").at(-1)), ["b", "a"])
  })

  it.effect("of every parent", () =>
    Effect.gen(function*() {
      const [compute, gke, sql] = yield* Effect.all([
        Compute.ComputeEngine,
        Gke.KubernetesEngine,
        Sql.CloudSQLAdmin
      ])
      for (
        const parent of ["zones/z", "regions/r", "global", "aggregated"]
      ) yield* compute.listPage({ name: `projects/p/${parent}` })
      yield* compute.listPage({ name: "locations/global" })
      yield* gke.listPage({ name: "projects/p/locations/l" })
      yield* sql.listPage({ name: "projects/p" })
      assert.deepStrictEqual((yield* FakeHttp.calls).map(({ url }) => new URL(url).pathname), [
        "/compute/v1/projects/p/zones/z/operations",
        "/compute/v1/projects/p/regions/r/operations",
        "/compute/v1/projects/p/global/operations",
        "/compute/v1/projects/p/aggregated/operations",
        "/compute/v1/locations/global/operations",
        "/v1/projects/p/locations/l/operations",
        "/v1/projects/p/operations"
      ])
      const wrong = yield* Effect.flip(compute.listPage({ name: "projects/p" }))
      assert.strictEqual(wrong._tag, "InvalidRequest")
    }).pipe(Effect.provide(layer(() => FakeHttp.json({})))))

  it.effect("is asked for in the words of the service", () =>
    Effect.gen(function*() {
      const [compute, gke, sql] = yield* Effect.all([
        Compute.ComputeEngine,
        Gke.KubernetesEngine,
        Sql.CloudSQLAdmin
      ])
      yield* compute.listPage({
        name: "projects/p/aggregated",
        filter: "status != DONE",
        pageSize: 700,
        pageToken: "t",
        orderBy: "creationTimestamp desc",
        returnPartialSuccess: true,
        includeAllScopes: true,
        serviceProjectNumber: 9007199254740993n
      })
      yield* compute.listPage({ name: "locations/global", parentId: "organizations/1" })
      yield* gke.listPage({ name: "projects/p/locations/-" })
      yield* sql.listPage({ name: "projects/p", instance: "i", pageSize: 3, pageToken: "t" })
      assert.deepStrictEqual((yield* FakeHttp.calls).map(({ url }) => url), [
        "https://compute.googleapis.com/compute/v1/projects/p/aggregated/operations?filter=status%20!%3D%20DONE&maxResults=700&pageToken=t&orderBy=creationTimestamp%20desc&returnPartialSuccess=true&includeAllScopes=true&serviceProjectNumber=9007199254740993",
        "https://compute.googleapis.com/compute/v1/locations/global/operations?parentId=organizations%2F1",
        "https://container.googleapis.com/v1/projects/p/locations/-/operations",
        "https://sqladmin.googleapis.com/v1/projects/p/operations?maxResults=3&pageToken=t&instance=i"
      ])
    }).pipe(Effect.provide(layer(() => FakeHttp.json({})))))

  for (
    const [service, argument] of [
      ["gke", "pageSize"],
      ["gke", "pageToken"],
      ["gke", "filter"],
      ["sql", "filter"],
      ["sql", "returnPartialSuccess"],
      ["compute", "instance"]
    ] as const
  ) {
    it.effect(`takes no other argument: ${service}, ${argument}`, () =>
      Effect.gen(function*() {
        const clients = {
          compute: yield* Compute.ComputeEngine,
          gke: yield* Gke.KubernetesEngine,
          sql: yield* Sql.CloudSQLAdmin
        }
        const parent = {
          compute: "projects/p/global",
          gke: "projects/p/locations/-",
          sql: "projects/p"
        }
        const request = { name: parent[service], [argument]: "x" }
        const error = yield* Effect.flip(Stream.runCollect(clients[service].list(request)))
        assert.include(error.message, `\`${argument}\` is no parameter of the service`)
        assert.lengthOf(yield* FakeHttp.calls, 0)
      }).pipe(Effect.provide(layer(() => FakeHttp.json({})))))
  }

  it.effect("with a kind of another is NotAPage, and one is a page with all scopes empty and a token", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const error = yield* Effect.flip(compute.listPage({ name: "projects/p/global" }))
      assert.isTrue(error._tag === "MalformedResponse" && error.reason === "NotAPage")
      const all = yield* Stream.runCollect(compute.list({ name: "projects/p/aggregated" }))
      assert.deepStrictEqual(Chunk.toReadonlyArray(all).map(({ name }) => name), [zonal])
    }).pipe(Effect.provide(layer(({ url }) =>
      FakeHttp.json(
        url.includes("/global/")
          ? { items: [{ kind: "compute#instance", name: "i" }] }
          : url.includes("pageToken")
          ? { items: { "zones/z": { operations: [{ name: "o", selfLink: link }] } } }
          : { items: { global: { warning: { code: "NO_RESULTS_ON_PAGE" } } }, nextPageToken: "t" }
      )
    ))))
})

describe("what is refused", () => {
  it.effect("names the name that is meant", () =>
    Effect.gen(function*() {
      const [compute, gke, sql] = yield* Effect.all([
        Compute.ComputeEngine,
        Gke.KubernetesEngine,
        Sql.CloudSQLAdmin
      ])
      const refused = (call: Effect.Effect<unknown, unknown>) =>
        Effect.map(Effect.flip(call), (error) => String((error as { readonly hint?: string }).hint))
      assert.deepStrictEqual(
        yield* Effect.all([
          refused(compute.get({ name: link })),
          refused(compute.untilDone(link)),
          refused(compute.get({ name: `compute/v1/${zonal}` })),
          refused(compute.get({ name: "operation-1" })),
          refused(gke.get({ name: "projects/p/zones/z/operations/o" })),
          refused(
            gke.get({ name: "https://container.googleapis.com/v1/projects/1/zones/z/operations/o" })
          ),
          refused(sql.get({ name: "sql/v1beta4/projects/p/operations/o" })),
          refused(sql.get({ name: "8c1e2f2a-0000-0000-0000-000000000000" })),
          refused(
            compute.start(Compute.instancesStop, {
              project: "p",
              zone: "https://h/compute/v1/projects/p/zones/z",
              instance: "i"
            })
          ),
          refused(
            compute.start(Compute.instancesStop, {
              project: "p",
              zone: "projects/p/zones/z",
              instance: "i"
            })
          ),
          refused(
            compute.start(Compute.instancesStop, { project: "p", zone: "a/b", instance: "i" })
          ),
          refused(gke.start(Gke.deleteCluster, { name: "projects/p/zones/z/clusters/c" }))
        ]),
        [
          zonal,
          zonal,
          zonal,
          "undefined",
          "projects/p/locations/z/operations/o",
          "projects/1/locations/z/operations/o",
          "projects/p/operations/o",
          "undefined",
          "z",
          "z",
          "undefined",
          "projects/p/locations/z/clusters/c"
        ]
      )
      assert.lengthOf(yield* FakeHttp.calls, 0)
    }).pipe(Effect.provide(layer(() => FakeHttp.json({})))))

  it.effect("says what the server decides, and takes no zero UUID", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const timed = yield* Effect.flip(compute.wait({ name: zonal, timeout: "10 seconds" }))
      assert.include(timed.message, "`timeout` is the server's to decide")
      const zero = yield* Effect.flip(compute.start(Compute.instancesStop, {
        project: "p",
        zone: "z",
        instance: "i",
        requestId: "00000000-0000-0000-0000-000000000000"
      }))
      assert.include(zero.message, "`requestId` is the zero UUID")
      const gke = yield* Gke.KubernetesEngine
      const ref = new OperationRef.OperationRef({
        service: "compute.googleapis.com",
        version: "v1",
        name: zonal,
        startedAt: DateTime.unsafeMake(0)
      })
      assert.strictEqual((yield* Effect.flip(gke.get(ref)))._tag, "InvalidRequest")
      assert.lengthOf(yield* FakeHttp.calls, 0)
    }).pipe(Effect.provide(layer(() => FakeHttp.json({})))))

  it.effect("is a reply that is no operation of the service", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const error = yield* Effect.flip(
        compute.start(Compute.instancesStop, { project: "p", zone: "z", instance: "i" })
      )
      assert.isTrue(error._tag === "MalformedResponse" && error.reason === "NotAnOperation")
      assert.include(error.message, "compute#instance")
      assert.include(error.message, "the operation may exist")
    }).pipe(Effect.provide(layer(() => FakeHttp.json({ kind: "compute#instance", name: "i" })))))
})

describe("an error of a call", () => {
  const bare = (status: number, reason: string, domain = "global") =>
    FakeHttp.json({
      error: { code: status, message: "m", errors: [{ domain, reason, message: "m" }] }
    }, { status })

  const codeOf = (response: () => Response) =>
    Effect.map(
      Effect.flip(
        Effect.flatMap(Sql.CloudSQLAdmin, (sql) =>
          sql.get({ name: "projects/p/operations/o" }, { retry: "none" }))
      ),
      (error) =>
        error
    ).pipe(Effect.provide(layer(response)))

  for (
    const [reasons, status, code] of [
      [["alreadyExists", "duplicate", "instanceAlreadyExists"], 409, "ALREADY_EXISTS"],
      [["operationInProgress", "conflict"], 409, "ABORTED"],
      [["quotaExceeded", "limitExceeded"], 403, "RESOURCE_EXHAUSTED"],
      [
        [
          "resourceNotReady",
          "resourceInUseByAnotherResource",
          "conditionNotMet",
          "failedPrecondition"
        ],
        400,
        "FAILED_PRECONDITION"
      ],
      [["notFound", "operationDoesNotExist", "instanceDoesNotExist"], 403, "NOT_FOUND"],
      [["rateLimitExceeded", "forbidden"], 403, "PERMISSION_DENIED"]
    ] as const
  ) {
    for (const reason of reasons) {
      it.effect(`with the reason ${reason} and no status is ${code}`, () =>
        Effect.gen(function*() {
          assert.strictEqual((yield* codeOf(() => bare(status, reason)))._tag, code)
        }))
    }
  }

  it.effect("with a status is what that says", () =>
    Effect.gen(function*() {
      const error = yield* codeOf(() =>
        FakeHttp.json({
          error: { code: 409, status: "ABORTED", errors: [{ reason: "alreadyExists" }] }
        }, { status: 409 })
      )
      assert.strictEqual(error._tag, "ABORTED")
    }))

  it.effect("says what helps", () =>
    Effect.gen(function*() {
      const zoned = { project: "p", zone: "z", instance: "i" }
      const said = (
        response: () => Response,
        call: Effect.Effect<
          unknown,
          { readonly message: string },
          Compute.ComputeEngine | Gke.KubernetesEngine | Sql.CloudSQLAdmin
        >
      ) =>
        Effect.map(Effect.flip(call), ({ message }) => message).pipe(
          Effect.provide(layer(response))
        )
      const compute = Effect.flatMap(
        Compute.ComputeEngine,
        (it) => it.start(Compute.instancesStop, zoned)
      )
      const gke = Effect.flatMap(
        Gke.KubernetesEngine,
        (it) => it.start(Gke.deleteCluster, { name: "projects/p/locations/l/clusters/c" })
      )
      const sql = Effect.flatMap(
        Sql.CloudSQLAdmin,
        (it) => it.start(Sql.instancesDelete, { project: "p", instance: "i" })
      )
      assert.include(yield* said(() => bare(400, "resourceNotReady"), compute), "start again soon")
      assert.include(
        yield* said(() => bare(403, "rateLimitExceeded"), compute),
        "start again later"
      )
      assert.include(yield* said(() => bare(412, "conditionNotMet"), compute), "fingerprint")
      assert.include(
        yield* said(() => bare(403, "quotaExceeded"), compute),
        "start again with a higher quota or less use of it"
      )
      assert.include(
        yield* said(() =>
          FakeHttp.failure(403, "PERMISSION_DENIED", {
            details: [{
              "@type": "type.googleapis.com/google.rpc.ErrorInfo",
              reason: "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED",
              domain: "compute"
            }]
          }), compute),
        "when some have ended"
      )
      assert.include(
        yield* said(
          () =>
            FakeHttp.failure(400, "FAILED_PRECONDITION", {
              message: "Operation x is currently creating cluster c."
            }),
          gke
        ),
        "the cluster has one operation"
      )
      assert.include(
        yield* said(() => bare(409, "operationInProgress"), sql),
        "one administrative operation"
      )
      assert.notInclude(yield* said(() => bare(409, "instanceAlreadyExists"), sql), "start again")
      assert.include(yield* said(() => bare(403, "notAuthorized"), sql), "may be gone")
    }))
})

describe("a wait", () => {
  const polls = Effect.map(
    FakeHttp.calls,
    (calls) =>
      calls.map(({ at, url, verb }) => [at, verb, url.endsWith("/wait") ? "wait" : "get"] as const)
  )

  it.effect("of Compute Engine sends no time-out, no body, and no second request while one is held", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      yield* run(compute.untilDone(zonal))
      const [first] = yield* FakeHttp.calls
      assert.strictEqual(first?.url, `https://compute.googleapis.com/compute/v1/${zonal}/wait`)
      assert.isUndefined(first?.body)
      // Held to the end it is followed at once; what comes early is followed by the schedule.
      assert.deepStrictEqual(yield* polls, [[0, "POST", "wait"], [120_000, "POST", "wait"], [
        120_750,
        "POST",
        "wait"
      ]])
    }).pipe(
      Effect.provide(layer((_, i) =>
        Effect.as(
          Effect.sleep(i === 0 ? 120_000 : 0),
          ofCompute({ status: i === 2 ? "DONE" : "RUNNING" })
        )
      ))
    ))

  it.effect("gives an attempt two and a half minutes", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const [elapsed] = yield* run(
        Effect.timed(Effect.flip(compute.wait({ name: zonal }, { retry: "none" })))
      )
      assert.strictEqual(Duration.toMillis(elapsed), 150_000)
    }).pipe(Effect.provide(layer(() => Effect.never))))

  for (
    const [what, options] of [
      ["longPoll is off", { longPoll: "off" }],
      ["less than 130 s are left", { deadline: "129 seconds" }]
    ] as const
  ) {
    it.effect(`goes by get where ${what}`, () =>
      Effect.gen(function*() {
        const compute = yield* Compute.ComputeEngine
        yield* run(compute.untilDone(zonal, options))
        assert.deepStrictEqual(yield* polls, [[0, "GET", "get"], [500, "GET", "get"]])
      }).pipe(Effect.provide(layer((_, i) => ofCompute({ status: i === 1 ? "DONE" : "RUNNING" })))))
  }

  it.effect("goes by get for the rest once a held poll was cut", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      yield* run(compute.untilDone(zonal, { schedule: Polling.fixed("5 seconds") }))
      assert.deepStrictEqual((yield* polls).map(([, , method]) => method), ["wait", "get", "get"])
    }).pipe(Effect.provide(layer((_, i) =>
      i === 0 ? FakeHttp.html(504) : ofCompute({ status: i === 2 ? "DONE" : "RUNNING" })
    ))))

  it.effect("[17] bears a 404 for ten seconds after a start, and not longer", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const started = yield* compute.start(Compute.instancesStop, {
        project: "p",
        zone: "z",
        instance: "i"
      })
      const [elapsed, error] = yield* run(Effect.timed(Effect.flip(compute.untilDone(started))))
      assert.strictEqual(error._tag, "NOT_FOUND")
      assert.isAbove(Duration.toMillis(elapsed), 10_000)
      const [at, again] = yield* run(Effect.timed(Effect.flip(compute.untilDone(zonal))))
      assert.strictEqual(again._tag, "NOT_FOUND")
      assert.strictEqual(Duration.toMillis(at), 0)
    }).pipe(
      Effect.provide(
        layer((_, i) =>
          i === 0 ? ofCompute({ status: "RUNNING" }) : FakeHttp.failure(404, "NOT_FOUND")
        )
      )
    ))

  it.effect("has the pace of its service", () =>
    Effect.gen(function*() {
      const [gke, sql] = yield* Effect.all([Gke.KubernetesEngine, Sql.CloudSQLAdmin])
      const at = (calls: ReadonlyArray<FakeHttp.Call>, host: string) =>
        calls.flatMap(({ at, url }) => url.includes(host) ? [at] : []).slice(0, 6)
      const fibers = yield* Effect.all([
        Effect.fork(gke.untilDone("projects/p/locations/l/operations/o")),
        Effect.fork(sql.untilDone("projects/p/operations/o"))
      ])
      yield* TestClock.adjust("5 minutes")
      yield* Fiber.interruptAll(fibers)
      const calls = yield* FakeHttp.calls
      assert.deepStrictEqual(at(calls, "container"), [0, 5000, 12_500, 23_750, 40_625, 65_937.5])
      assert.deepStrictEqual(at(calls, "sqladmin"), [0, 2000, 5000, 9500, 16_250, 26_375])
    }).pipe(Effect.provide(layer(() => FakeHttp.json({ name: "o", status: "RUNNING" })))))

  it.effect("ends with what a done operation says, be it that something is not ready", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      const error = yield* Effect.flip(run(compute.untilDone(zonal)))
      assert.isTrue(error._tag === "OperationFailed" && error.code === "FAILED_PRECONDITION")
      assert.lengthOf(yield* FakeHttp.calls, 1)
    }).pipe(
      Effect.provide(layer(() =>
        ofCompute({
          status: "DONE",
          httpErrorStatusCode: 400,
          error: { errors: [{ code: "RESOURCE_NOT_READY" }] }
        })
      ))
    ))

  it.effect("of Cloud SQL says where to look when the operation is forgotten", () =>
    Effect.gen(function*() {
      const sql = yield* Sql.CloudSQLAdmin
      const error = yield* Effect.flip(run(sql.untilDone("projects/p/operations/o")))
      assert.isTrue(error._tag === "NOT_FOUND" && error.seenBefore === true)
      assert.include(error.message, "look for the instance")
    }).pipe(Effect.provide(layer((_, i) =>
      i === 0
        ? FakeHttp.json({ name: "o", status: "RUNNING" })
        : FakeHttp.json({
          error: { code: 404, message: "gone", errors: [{ reason: "operationDoesNotExist" }] }
        }, { status: 404 })
    ))))

  it.effect("[15] a start of Compute Engine is repeated with its request id, and one without is not", () =>
    Effect.gen(function*() {
      const compute = yield* Compute.ComputeEngine
      yield* run(compute.start(Compute.instancesStop, { project: "p", zone: "z", instance: "i" }))
      const ids = (yield* FakeHttp.calls).map(({ url }) =>
        new URL(url).searchParams.get("requestId")
      )
      assert.lengthOf(ids, 2)
      assert.strictEqual(ids[0], ids[1])
      assert.match(String(ids[0]), /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
    }).pipe(
      Effect.provide(
        layer((_, i) =>
          i === 0 ? FakeHttp.failure(503, "UNAVAILABLE") : ofCompute({ status: "RUNNING" })
        )
      )
    ))
})
