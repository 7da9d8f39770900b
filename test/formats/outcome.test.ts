/** What operations of Compute Engine, GKE and Cloud SQL are read as: tables 3 and 4 of docs/extended.md. */
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Option } from "effect"
import { LroError, OperationRef } from "effect-lro"
import { cloudSql } from "effect-lro/internal/formats/cloudSql"
import { compute } from "effect-lro/internal/formats/compute"
import { gke } from "effect-lro/internal/formats/gke"
import * as Operation from "effect-lro/Operation"
import * as Status from "effect-lro/Status"
import * as Model from "../kit/formatModel.ts"
import { holds } from "../kit/property.ts"

const formats = { compute, gke, sql: cloudSql }
const dialects = ["compute", "gke", "sql"] as const

const source = { call: { name: "" }, clean: (json: unknown) => json }

const read = (dialect: Model.Dialect, raw: object): Operation.Operation => {
  const operation = formats[dialect].operation(raw, source)
  return typeof operation === "string" ? assert.fail(operation) : operation
}

const refused = (dialect: Model.Dialect, raw: unknown): string => {
  const operation = formats[dialect].operation(raw, source)
  return typeof operation === "string" ? operation : assert.fail(JSON.stringify(operation))
}

const base = {
  compute: {
    name: "o",
    selfLink: "https://www.googleapis.com/compute/v1/projects/p/zones/z/operations/o"
  },
  gke: {
    name: "o",
    operationType: "CREATE_CLUSTER",
    selfLink: "https://container.googleapis.com/v1/projects/1/zones/z/operations/o"
  },
  sql: { name: "o", targetProject: "p" }
}

const names = {
  compute: "projects/p/zones/z/operations/o",
  gke: "projects/1/locations/z/operations/o",
  sql: "projects/p/operations/o"
}

const done = (dialect: Model.Dialect, fields: object) =>
  Operation.state(read(dialect, { ...base[dialect], status: "DONE", ...fields }))

const failed = (dialect: Model.Dialect, fields: object): Operation.Failed => {
  const state = done(dialect, fields)
  return state._tag === "Failed" ? state : assert.fail(state._tag)
}

describe("for random operations of Compute Engine, GKE and Cloud SQL", () => {
  for (const dialect of dialects) {
    it.effect(`the outcome is that of the model: ${dialect}`, () =>
      holds(Model.operations[dialect], 2000, (raw) =>
        Effect.sync(() => {
          const { name, ...rest } = read(dialect, raw)
          assert.deepStrictEqual<unknown>(rest, Model.outcome(dialect, raw))
          assert.include(name, "operations/operation-1")
        })))
  }
})

describe("done, and nothing else, is done", () => {
  it.each(
    [
      ["compute", "DONE"],
      ["compute", 2104194],
      ["gke", "DONE"],
      ["gke", 3],
      ["sql", "DONE"],
      ["sql", 3]
    ] as const
  )("%s %s", (dialect, status) => {
    const raw = { ...base[dialect], status }
    assert.deepStrictEqual<unknown>(read(dialect, raw), {
      name: names[dialect],
      done: true,
      metadata: raw,
      response: raw
    })
  })

  it.each(
    [
      ["compute", "PENDING"],
      ["compute", "RUNNING"],
      ["compute", undefined],
      ["compute", 3],
      ["compute", "FINISHED"],
      ["gke", "PENDING"],
      ["gke", "RUNNING"],
      ["gke", "ABORTING"],
      ["gke", "STATUS_UNSPECIFIED"],
      ["gke", 4],
      ["gke", undefined],
      ["sql", "PENDING"],
      ["sql", "RUNNING"],
      ["sql", "SQL_OPERATION_STATUS_UNSPECIFIED"],
      ["sql", undefined]
    ] as const
  )("%s %s runs, whatever the other fields say", (dialect, status) => {
    const raw = {
      ...base[dialect],
      status,
      progress: 100,
      endTime: "2026-01-01T00:00:00Z",
      error: { code: 5, errors: [{ code: "QUOTA_EXCEEDED" }] },
      httpErrorStatusCode: 403,
      statusMessage: "bad"
    }
    assert.deepStrictEqual<unknown>(read(dialect, raw), {
      name: names[dialect],
      done: false,
      metadata: raw
    })
  })
})

describe("what is no operation", () => {
  it.each<readonly [dialect: Model.Dialect, raw: unknown, problem: string]>([
    ["compute", [], "the reply is not an object"],
    ["compute", { kind: "compute#instance", name: "vm" }, "it is of kind compute#instance"],
    ["compute", { kind: "compute#operation" }, "the object has no field of an operation"],
    ["compute", { name: "operations/o", done: true, response: {} }, "google.longrunning.Operation"],
    ["gke", { name: "o", done: false }, "google.longrunning.Operation"],
    ["gke", { name: "c" }, "the object has no field of an operation"],
    ["gke", { status: "DONE" }, "the object has no field of an operation"],
    ["sql", { kind: "sql#instance", name: "db" }, "it is of kind sql#instance"],
    ["sql", { kind: "sql#operation" }, "the object has no field of an operation"],
    ["sql", { name: "a/b", done: true }, "google.longrunning.Operation"]
  ])("%s %j", (dialect, raw, problem) => {
    assert.include(refused(dialect, raw), problem)
  })

  it.each(
    [
      ["compute", { id: "7", selfLink: base.compute.selfLink }],
      ["compute", { selfLink: base.compute.selfLink }],
      ["gke", { ...base.gke, operationType: undefined }],
      ["sql", { ...base.sql, kind: "sql#operation" }]
    ] as const
  )("is not one that says little: %s %j", (dialect, raw) => {
    assert.isFalse(read(dialect, raw).done)
  })
})

describe("each of three fields alone is a failure of Compute Engine", () => {
  it.each<readonly [fields: object, code: string]>([
    [{ error: {} }, "UNKNOWN"],
    [{ error: { errors: [] } }, "UNKNOWN"],
    [{ error: { errors: [{ code: "QUOTA_EXCEEDED" }] } }, "RESOURCE_EXHAUSTED"],
    [{ httpErrorStatusCode: 404 }, "NOT_FOUND"],
    [{ httpErrorStatusCode: "409" }, "ABORTED"],
    [{ httpErrorMessage: "FORBIDDEN" }, "UNKNOWN"]
  ])("%j", (fields, code) => {
    assert.strictEqual(failed("compute", fields).code, code)
  })

  it.each([
    {},
    { httpErrorStatusCode: 0 },
    { httpErrorStatusCode: 200, httpErrorMessage: "OK" },
    { warnings: [{ code: "NO_RESULTS_ON_PAGE" }] },
    {
      setCommonInstanceMetadataOperationMetadata: {
        perLocationOperations: { "zones/z": { state: "FAILED", error: { code: 5 } } }
      }
    },
    {
      instancesBulkInsertOperationMetadata: {
        perLocationStatus: { "zones/z": { failedToCreateVmCount: 1 } }
      }
    }
  ])("and %j is none", (fields) => {
    assert.strictEqual(done("compute", fields)._tag, "Succeeded")
  })
})

describe("GKE fails", () => {
  it.each<readonly [fields: object, code: string, message: string]>([
    [{ error: { code: 5, message: "gone" } }, "NOT_FOUND", "gone"],
    [{ error: { message: "gone" } }, "UNKNOWN", "gone"],
    [{ statusMessage: "bad" }, "UNKNOWN", "bad"],
    [
      { statusMessage: "bad", nodepoolConditions: [{ code: "GCE_STOCKOUT" }] },
      "RESOURCE_EXHAUSTED",
      "bad; start again in another zone, or later"
    ],
    [{ statusMessage: "bad", clusterConditions: [{ canonicalCode: "ABORTED" }] }, "ABORTED", "bad"],
    [
      { statusMessage: "bad", clusterConditions: [{ canonicalCode: 7 }] },
      "PERMISSION_DENIED",
      "bad"
    ],
    [
      { error: { code: 9 }, nodepoolConditions: [{ code: 3, message: "quota" }] },
      "FAILED_PRECONDITION",
      "quota"
    ]
  ])("with %j", (fields, code, message) => {
    const state = failed("gke", fields)
    assert.strictEqual(state.code, code)
    assert.strictEqual(state.status.message, message)
  })

  it.each([
    { error: {} },
    { error: { code: 0, message: "" } },
    {
      nodepoolConditions: [{ code: "GCE_STOCKOUT" }],
      clusterConditions: [{ canonicalCode: "ABORTED" }]
    },
    { statusMessage: "" }
  ])("not with %j", (fields) => {
    assert.strictEqual(done("gke", fields)._tag, "Succeeded")
  })

  it("and was cancelled with code 1", () => {
    assert.strictEqual(done("gke", { error: { code: 1, message: "cancelled" } })._tag, "Cancelled")
  })
})

describe("the code of a reason", () => {
  it.each(Model.reasons.flatMap(([all, code]) => all.map((reason) => [reason, code] as const)))(
    "%s is %s, for Compute Engine and Cloud SQL, with details or without",
    (reason, code) => {
      for (const dialect of ["compute", "sql"] as const) {
        for (const text of [reason, `${reason}_WITH_DETAILS`]) {
          const state = done(dialect, { error: { errors: [{ code: text, message: "m" }] } })
          assert.strictEqual(
            state._tag === "Failed" ? state.code : state._tag === "Cancelled" ? "CANCELLED" : "OK",
            code
          )
        }
      }
    }
  )

  it.each(Model.patterned)("%s is %s by its pattern", (reason, code = "UNKNOWN") => {
    const { error } = read("sql", {
      ...base.sql,
      status: "DONE",
      error: { errors: [{ code: reason }] }
    })
    assert.strictEqual(Status.codeName(Status.fromUnknown(error)), code)
  })

  it("comes from HTTP where the reason says nothing, and from the others after a summary", () => {
    const http = { httpErrorStatusCode: 503 }
    const of = (...codes: ReadonlyArray<string>) =>
      failed("compute", { ...http, error: { errors: codes.map((code) => ({ code })) } }).code
    assert.strictEqual(of("ODD"), "UNAVAILABLE")
    assert.strictEqual(of("ABORTED"), "ABORTED")
    assert.strictEqual(of("ODD", "QUOTA_EXCEEDED"), "UNAVAILABLE")
    assert.strictEqual(of("VM_MIN_COUNT_NOT_REACHED"), "UNAVAILABLE")
    assert.strictEqual(of("VM_MIN_COUNT_NOT_REACHED", "QUOTA_EXCEEDED"), "RESOURCE_EXHAUSTED")
    // Java, Go and Python say UNAVAILABLE.
    assert.strictEqual(of("ZONE_RESOURCE_POOL_EXHAUSTED"), "RESOURCE_EXHAUSTED")
  })
})

describe("what is exhausted says what helps", () => {
  const ref = new OperationRef.OperationRef({
    service: "compute.googleapis.com",
    version: "v1",
    name: "o",
    startedAt: DateTime.unsafeMake(0)
  })
  const messageOf = (dialect: Model.Dialect, fields: object): string => {
    const { code, status } = failed(dialect, fields)
    assert.strictEqual(code, "RESOURCE_EXHAUSTED")
    return new LroError.OperationFailed({ operation: ref, code, status }).message
  }
  const of = (code: string, message = "No room.", more: object = {}) => ({
    error: { errors: [{ code, message, ...more }] }
  })

  for (const [reasons, code] of Model.reasons) {
    if (code !== "RESOURCE_EXHAUSTED") continue
    for (const reason of reasons) {
      it(`${reason}, in Compute Engine and Cloud SQL, with details or without`, () => {
        const remedy = /STOCKOUT|POOL/.test(reason)
          ? "start again in another zone, or later"
          : reason === "QUOTA_EXCEEDED"
          ? "start again with a higher quota or less use of it"
          : "start again later"
        for (const dialect of ["compute", "sql"] as const) {
          for (const text of [reason, `${reason}_WITH_DETAILS`]) {
            assert.include(messageOf(dialect, of(text)), `RESOURCE_EXHAUSTED; No room.; ${remedy}`)
          }
        }
      })
    }
  }

  it("with the zones that have room, where the server knows them", () => {
    assert.include(
      messageOf(
        "compute",
        of("ZONE_RESOURCE_POOL_EXHAUSTED", "Try a different zone.", {
          errorDetails: [{
            errorInfo: {
              reason: "resource_availability",
              metadatas: { zonesAvailable: "us-central1-a, us-central1-f" }
            }
          }]
        })
      ),
      "; start again in us-central1-a or us-central1-f, or later"
    )
  })

  it("once: not where the server says it", () => {
    const message = messageOf(
      "compute",
      of("ZONE_RESOURCE_POOL_EXHAUSTED", "Try a different zone, or try again later.")
    )
    assert.isTrue(message.endsWith("Try a different zone, or try again later."), message)
    assert.notInclude(messageOf("sql", of("RATE_LIMIT_EXCEEDED", "Try later.")), "start again")
  })

  it("in GKE, by the conditions, whose codes may be numbers", () => {
    for (const code of ["GCE_STOCKOUT", 1]) {
      assert.include(
        messageOf("gke", { statusMessage: "bad", nodepoolConditions: [{ code }] }),
        "bad; start again in another zone, or later"
      )
    }
    assert.include(
      messageOf("gke", { statusMessage: "bad", clusterConditions: [{ code: 3 }] }),
      "bad; start again later"
    )
  })

  it("and after a summary the error that it sums up", () => {
    const errors = [{ code: "VM_MIN_COUNT_NOT_REACHED" }, { code: "ZONE_RESOURCE_POOL_EXHAUSTED" }]
    assert.include(messageOf("compute", { error: { errors } }), "; start again in another zone")
  })
})

describe("the details of a failure", () => {
  const { status } = failed("compute", {
    httpErrorStatusCode: 403,
    httpErrorMessage: "FORBIDDEN",
    error: {
      errors: [{
        code: "QUOTA_EXCEEDED",
        message: "Quota 'CPUS' exceeded.",
        location: "here",
        errorDetails: [
          { errorInfo: { reason: "quota", domain: "d", metadatas: { a: "b" } } },
          {
            help: { links: [{ description: "more", url: "https://example.com" }] },
            localizedMessage: { locale: "de", message: "voll" }
          },
          {
            quotaInfo: {
              metricName: "compute.googleapis.com/cpus",
              limitName: "CPUS-per-project-region",
              dimensions: { region: "r" },
              limit: 24.7,
              futureLimit: "48",
              rolloutStatus: "IN_PROGRESS"
            }
          },
          { unheardOf: {} }
        ]
      }]
    }
  })

  it("begin with the documented error code", () => {
    const info = Option.getOrThrow(Status.detail(status, "ErrorInfo"))
    assert.strictEqual(info.reason, "QUOTA_EXCEEDED")
    assert.strictEqual(info.domain, "compute.googleapis.com")
    assert.deepStrictEqual(info.metadata, {
      location: "here",
      httpErrorStatusCode: "403",
      httpErrorMessage: "FORBIDDEN"
    })
  })

  it("have what the server says, each as its google.rpc message", () => {
    assert.deepStrictEqual(
      status.details.map(({ _tag }) => _tag),
      ["ErrorInfo", "ErrorInfo", "Help", "LocalizedMessage", "QuotaFailure"]
    )
    assert.strictEqual(Option.getOrThrow(Status.detail(status, "LocalizedMessage")).message, "voll")
    const [violation] = Option.getOrThrow(Status.detail(status, "QuotaFailure")).violations
    assert.strictEqual(violation?.quotaMetric, "compute.googleapis.com/cpus")
    assert.strictEqual(violation?.quotaId, "CPUS-per-project-region")
    assert.deepStrictEqual(violation?.quotaDimensions, { region: "r" })
    assert.strictEqual(String(violation?.quotaValue), "24")
    assert.strictEqual(
      String(
        Option.isOption(violation?.futureQuotaValue)
          ? Option.getOrNull(violation.futureQuotaValue)
          : violation?.futureQuotaValue
      ),
      "48"
    )
  })

  it("tell ten of many errors, and how many more", () => {
    const errors = Array.from({ length: 12 }, (_, i) => ({ code: `E${i}`, message: `m${i}` }))
    const { status } = failed("sql", { error: { errors } })
    assert.strictEqual(
      status.message,
      `${
        errors.slice(0, 10).map(({ code, message }) => `${code}: ${message}`).join("; ")
      } and 2 more`
    )
    assert.lengthOf(status.details, 10)
    assert.deepStrictEqual(
      Option.getOrThrow(Status.detail(status, "ErrorInfo")).metadata,
      {}
    )
  })

  it("say that nothing was said", () => {
    assert.strictEqual(
      failed("sql", { error: {} }).status.message,
      "the operation failed and says nothing of why"
    )
    assert.strictEqual(
      failed("compute", { error: { errors: [{ code: "X" }] } }).status.message,
      "X"
    )
    assert.strictEqual(failed("compute", { httpErrorMessage: "GONE" }).status.message, "GONE")
  })
})
