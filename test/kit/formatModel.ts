/**
 * What operations of Compute Engine, GKE and Cloud SQL mean: a model of its own, sentence by sentence after docs/extended.md, that shares
 * nothing with the formats.
 */
import { FastCheck as fc } from "effect"

export type Dialect = "compute" | "gke" | "sql"

type Json = Record<string, unknown>

const numbers: Record<string, number> = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16
}

/** The table of reasons: those of a row, and their code. */
export const reasons: ReadonlyArray<readonly [reasons: ReadonlyArray<string>, code: string]> = [
  [["QUOTA_EXCEEDED"], "RESOURCE_EXHAUSTED"],
  [
    [
      "ZONE_RESOURCE_POOL_EXHAUSTED",
      "REGION_RESOURCE_POOL_EXHAUSTED",
      "RESOURCE_POOL_EXHAUSTED",
      "STOCKOUT",
      "GCE_STOCKOUT"
    ],
    "RESOURCE_EXHAUSTED"
  ],
  [
    [
      "GCE_QUOTA_EXCEEDED",
      "CONCURRENT_OPERATIONS_QUOTA_EXCEEDED",
      "RATE_LIMIT_EXCEEDED",
      "RESOURCE_OPERATION_RATE_EXCEEDED"
    ],
    "RESOURCE_EXHAUSTED"
  ],
  [["RESOURCE_NOT_READY"], "FAILED_PRECONDITION"],
  [
    [
      "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE",
      "RESOURCE_IN_USE",
      "CONDITION_NOT_MET",
      "UNSUPPORTED_OPERATION",
      "INVALID_OPERATION",
      "GKE_SERVICE_ACCOUNT_DELETED",
      "CLOUD_KMS_KEY_ERROR",
      "CLOUD_KMS_KEY_DESTROYED",
      "CA_EXPIRING",
      "SET_BY_OPERATOR"
    ],
    "FAILED_PRECONDITION"
  ],
  [
    [
      "NODE_SERVICE_ACCOUNT_MISSING_PERMISSIONS",
      "PERMISSIONS_ERROR",
      "NOT_AUTHORIZED",
      "FORBIDDEN"
    ],
    "PERMISSION_DENIED"
  ],
  [["RESOURCE_NOT_FOUND", "EXTERNAL_RESOURCE_NOT_FOUND"], "NOT_FOUND"],
  [["RESOURCE_ALREADY_EXISTS"], "ALREADY_EXISTS"],
  [
    [
      "INVALID_FIELD_VALUE",
      "INVALID_USAGE",
      "INVALID_REQUEST",
      "INVALID_ARGUMENT",
      "BAD_REQUEST",
      "REQUIRED"
    ],
    "INVALID_ARGUMENT"
  ],
  [["OPERATION_IN_PROGRESS"], "ABORTED"],
  [["OPERATION_CANCELLED", "OPERATION_CANCELED", "CANCELLATION_ERROR"], "CANCELLED"],
  [["INTERNAL_ERROR", "BACKEND_ERROR", "SYSTEM_ERROR"], "INTERNAL"],
  [["SERVICE_UNAVAILABLE"], "UNAVAILABLE"],
  [["TIMEOUT", "OPERATION_TIMEOUT"], "DEADLINE_EXCEEDED"],
  [["UNKNOWN", "ERROR_RDBMS"], "UNKNOWN"]
]

/** Reasons that the table has not, and the code of the first pattern that fits. */
export const patterned: ReadonlyArray<readonly [reason: string, code: string | undefined]> = [
  ["UPGRADE_CANCELLED", "CANCELLED"],
  ["JOB_CANCELED", "CANCELLED"],
  ["QUOTA_OF_DISKS_EXCEEDED", "RESOURCE_EXHAUSTED"],
  ["IP_SPACE_EXHAUSTED", "RESOURCE_EXHAUSTED"],
  ["GPU_STOCKOUT_TODAY", "RESOURCE_EXHAUSTED"],
  ["SUBNET_NOT_FOUND", "NOT_FOUND"],
  ["INSTANCE_DOES_NOT_EXIST", "NOT_FOUND"],
  ["DISK_ALREADY_EXISTS", "ALREADY_EXISTS"],
  ["IAM_PERMISSION_MISSING", "PERMISSION_DENIED"],
  ["USER_NOT_AUTHORIZED_HERE", "PERMISSION_DENIED"],
  ["ACCESS_FORBIDDEN", "PERMISSION_DENIED"],
  ["NODE_NOT_READY", "FAILED_PRECONDITION"],
  ["SUBNETWORK_IN_USE_BY_VM", "FAILED_PRECONDITION"],
  ["INVALID_MACHINE", "INVALID_ARGUMENT"],
  // Names of google.rpc.Code that a pattern fits are known among the other errors, too.
  ["RESOURCE_EXHAUSTED", "RESOURCE_EXHAUSTED"],
  ["PERMISSION_DENIED", "PERMISSION_DENIED"],
  ["CANCELLED", "CANCELLED"],
  ["SOMETHING_ODD", undefined]
]

const known = new Map([
  ...reasons.flatMap(([all, code]) => all.map((reason) => [reason, code] as const)),
  ...patterned.flatMap(([reason, code]) => code === undefined ? [] : [[reason, code] as const])
])

/** `operationInProgress` is `OPERATION_IN_PROGRESS`. */
const camel = new Map([
  ["operationInProgress", "OPERATION_IN_PROGRESS"],
  ["resourceNotReady", "RESOURCE_NOT_READY"]
])

const codeOfReason = (reason: unknown): string | undefined => {
  const text = camel.get(String(reason)) ?? String(reason)
  return known.get(text.endsWith("_WITH_DETAILS") ? text.slice(0, -"_WITH_DETAILS".length) : text)
}

const ofStockOut = "start again in another zone, or later"
const later = "start again later"

/** What helps, by the reason of an error. */
const helps: Record<string, string> = {
  QUOTA_EXCEEDED: "start again with a higher quota or less use of it",
  ZONE_RESOURCE_POOL_EXHAUSTED: ofStockOut,
  REGION_RESOURCE_POOL_EXHAUSTED: ofStockOut,
  RESOURCE_POOL_EXHAUSTED: ofStockOut,
  STOCKOUT: ofStockOut,
  GCE_STOCKOUT: ofStockOut,
  GCE_QUOTA_EXCEEDED: later,
  CONCURRENT_OPERATIONS_QUOTA_EXCEEDED: later,
  RATE_LIMIT_EXCEEDED: later,
  RESOURCE_OPERATION_RATE_EXCEEDED: later
}

/** The end of the message of what is exhausted. The texts of the generators say one remedy by themselves. */
const helped = (message: string, errors: ReadonlyArray<Json>): string => {
  for (const { code, errorDetails = [] } of errors) {
    const remedy = helps[String(code).replace(/_WITH_DETAILS$/, "")]
    if (remedy === undefined) continue
    if (remedy === ofStockOut) {
      for (const { errorInfo } of errorDetails as ReadonlyArray<Record<string, Json>>) {
        const data = errorInfo?.["metadatas"] as Json | undefined
        if (data?.["zonesAvailable"] !== undefined) {
          return `${message}; start again in a or b, or later`
        }
      }
      if (message.includes("Try another zone")) return message
    }
    return `${message}; ${remedy}`
  }
  return message
}

const byHttp: Record<number, string> = {
  400: "INVALID_ARGUMENT",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  409: "ABORTED",
  412: "FAILED_PRECONDITION",
  429: "RESOURCE_EXHAUSTED",
  500: "INTERNAL",
  503: "UNAVAILABLE"
}

const nothing = "the operation failed and says nothing of why"

const given = (text: unknown): string | undefined =>
  typeof text === "string" && text.length > 0 ? text : undefined

const errorInfo = (reason: unknown, domain: string, metadata: unknown): Json => ({
  "@type": "type.googleapis.com/google.rpc.ErrorInfo",
  reason,
  domain,
  metadata
})

const listed = (
  errors: ReadonlyArray<Json>,
  domain: string,
  http: number | undefined,
  httpMessage: string | undefined
): Json => {
  const first = errors[0]
  const reason = first?.["code"]
  const isSummary = reason === "VM_MIN_COUNT_NOT_REACHED"
  const others = errors.slice(1).map(({ code }) => codeOfReason(code)).find((code) => code)
  const ofHttp = http === undefined ? undefined : byHttp[http]
  const steps = [
    isSummary ? undefined : codeOfReason(reason),
    typeof reason === "string" && reason in numbers ? reason : undefined,
    ...(isSummary ? [others, ofHttp] : [ofHttp, others]),
    "UNKNOWN"
  ]
  const text = errors.length > 1
    ? errors.slice(0, 10).map((error) => `${error["code"]}: ${error["message"]}`).join("; ") +
      (errors.length > 10 ? ` and ${errors.length - 10} more` : "")
    : given(first?.["message"]) ?? httpMessage ?? given(reason) ?? nothing
  const details: Array<Json> = errors.slice(0, 10).map((error, i) =>
    errorInfo(
      error["code"] ?? "",
      domain,
      domain.startsWith("sql") ? {} : {
        ...(given(error["location"]) === undefined ? {} : { location: error["location"] }),
        ...(i === 0 && http !== undefined ? { httpErrorStatusCode: `${http}` } : {}),
        ...(i === 0 && httpMessage !== undefined ? { httpErrorMessage: httpMessage } : {})
      }
    )
  )
  for (const error of errors) {
    for (const item of (error["errorDetails"] ?? []) as ReadonlyArray<Json>) {
      const info = item["errorInfo"] as Json | undefined
      if (info !== undefined) {
        details.push(errorInfo(info["reason"], String(info["domain"]), info["metadatas"]))
      }
      const help = item["help"] as Json | undefined
      if (help !== undefined) {
        details.push({ "@type": "type.googleapis.com/google.rpc.Help", links: help["links"] })
      }
      const local = item["localizedMessage"] as Json | undefined
      if (local !== undefined) {
        details.push({ "@type": "type.googleapis.com/google.rpc.LocalizedMessage", ...local })
      }
      const quota = item["quotaInfo"] as Json | undefined
      if (quota !== undefined) {
        details.push({
          "@type": "type.googleapis.com/google.rpc.QuotaFailure",
          violations: [{
            subject: "",
            description: error["message"],
            apiService: domain,
            quotaMetric: quota["metricName"],
            quotaId: quota["limitName"],
            quotaDimensions: quota["dimensions"],
            ...(quota["limit"] === undefined
              ? {}
              : { quotaValue: String(Math.trunc(Number(quota["limit"]))) })
          }]
        })
      }
    }
  }
  const code = steps.find((step) => step !== undefined) ?? ""
  return {
    code: numbers[code],
    message: code === "RESOURCE_EXHAUSTED" ? helped(text, errors) : text,
    details
  }
}

const failureOf = (dialect: Dialect, raw: Json): Json | undefined => {
  const error = raw["error"] as Json | undefined
  if (dialect === "sql") {
    return error === undefined
      ? undefined
      : listed(
        (error["errors"] ?? []) as ReadonlyArray<Json>,
        "sqladmin.googleapis.com",
        undefined,
        undefined
      )
  }
  if (dialect === "compute") {
    const http = raw["httpErrorStatusCode"] === undefined
      ? undefined
      : Number(raw["httpErrorStatusCode"])
    const text = given(raw["httpErrorMessage"])
    const failed = error !== undefined ||
      (http !== undefined && http !== 0 && (http < 200 || http > 299)) ||
      (http === undefined && text !== undefined)
    return failed
      ? listed(
        (error?.["errors"] ?? []) as ReadonlyArray<Json>,
        "compute.googleapis.com",
        http,
        text
      )
      : undefined
  }
  const own = Number(error?.["code"] ?? 0)
  const said = given(error?.["message"])
  const status = given(raw["statusMessage"])
  if (own === 0 && said === undefined && status === undefined) return undefined
  const conditions = [raw["nodepoolConditions"], raw["clusterConditions"]].flatMap((list) =>
    (list ?? []) as ReadonlyArray<Json>
  )
  const ofConditions = conditions.map((condition) => {
    const canonical = condition["canonicalCode"]
    if (typeof canonical === "string" && canonical !== "OK") return numbers[canonical] ?? 2
    if (typeof canonical === "number" && canonical !== 0) return canonical
    const code = condition["code"]
    return code === "UNKNOWN" ? undefined : numbers[codeOfReason(code) ?? ""]
  }).find((code) => code !== undefined)
  const code = own !== 0 ? own : ofConditions ?? 2
  const message = said ?? status ?? conditions.flatMap(({ message }) => given(message) ?? [])[0] ??
    nothing
  return {
    code,
    message: code === 8 ? helped(message, conditions) : message,
    details: [
      ...((error?.["details"] ?? []) as ReadonlyArray<unknown>),
      ...conditions.flatMap(({ code, message }) =>
        code === "UNKNOWN"
          ? []
          : [
            errorInfo(
              code,
              "container.googleapis.com",
              given(message) === undefined ? {} : { message }
            )
          ]
      )
    ]
  }
}

/** What an operation is, its name apart. */
export const outcome = (dialect: Dialect, raw: Json): Json => {
  const done = raw["status"] === "DONE" || raw["status"] === (dialect === "compute" ? 2104194 : 3)
  if (!done) return { done: false, metadata: raw }
  const error = failureOf(dialect, raw)
  return error === undefined
    ? { done: true, metadata: raw, response: raw }
    : { done: true, metadata: raw, error }
}

const reason = fc.constantFrom(
  ...reasons.flatMap(([all]) => all),
  ...patterned.map(([text]) => text),
  ...Object.keys(numbers),
  ...camel.keys(),
  "VM_MIN_COUNT_NOT_REACHED",
  "QUOTA_EXCEEDED_WITH_DETAILS",
  "ZONE_RESOURCE_POOL_EXHAUSTED_WITH_DETAILS"
)

const text = fc.constantFrom("no room", "The zone has not enough. Try another zone.", "denied")

const details = fc.array(
  fc.record({
    errorInfo: fc.record({
      reason: fc.constant("resource_availability"),
      domain: fc.constant("c"),
      metadatas: fc.constantFrom({ zone: "z" }, { zonesAvailable: "a, b" }, {
        zonesAvailable: "a,b"
      })
    }),
    help: fc.constant({ links: [{ description: "read", url: "https://example.com" }] }),
    localizedMessage: fc.constant({ locale: "en", message: "voll" }),
    quotaInfo: fc.record({
      metricName: fc.constant("cpus"),
      limitName: fc.constant("CPUS-per-region"),
      dimensions: fc.constant({ region: "r" }),
      limit: fc.option(fc.constantFrom(8, 8.5, 1e15), { nil: undefined })
    })
  }, { requiredKeys: [] }),
  { maxLength: 2 }
)

const errors = fc.array(
  fc.record({
    code: reason,
    message: text,
    location: fc.constantFrom("", "instance"),
    errorDetails: details
  }, { requiredKeys: ["code", "message"] }),
  { maxLength: 12 }
)

const bare = <T>(arbitrary: fc.Arbitrary<T>) =>
  // `undefined` is absent in JSON.
  arbitrary.map((value) => JSON.parse(JSON.stringify(value)) as Json)

const conditions = fc.array(
  fc.record({
    code: fc.constantFrom("GCE_STOCKOUT", "GCE_QUOTA_EXCEEDED", "CA_EXPIRING", "UNKNOWN"),
    canonicalCode: fc.constantFrom<string | number>("OK", 0, "ABORTED", 7, "UNAVAILABLE"),
    message: fc.constantFrom("", "out of stock")
  }, { requiredKeys: ["code"] }),
  { maxLength: 2 }
)

/** Operations as the services write them, and as they do not yet. */
export const operations: Record<Dialect, fc.Arbitrary<Json>> = {
  compute: bare(fc.record({
    kind: fc.constant("compute#operation"),
    name: fc.constant("operation-1"),
    id: fc.constant("9007199254740993"),
    status: fc.constantFrom<unknown>(
      "PENDING",
      "RUNNING",
      "DONE",
      "DONE",
      "DONE",
      2104194,
      121282975,
      "NEW"
    ),
    progress: fc.constantFrom<unknown>(0, 100, "50"),
    endTime: fc.constant("2026-01-01T00:00:00.000-07:00"),
    error: fc.option(fc.record({ errors }, { requiredKeys: [] }), { nil: undefined }),
    httpErrorStatusCode: fc.option(
      fc.constantFrom<unknown>(0, 200, 299, 400, "403", 404, 409, 412, 429, 500, 503),
      { nil: undefined }
    ),
    httpErrorMessage: fc.option(fc.constantFrom("", "SERVICE UNAVAILABLE"), { nil: undefined }),
    warnings: fc.constant([{ code: "DEPRECATED" }]),
    selfLink: fc.constant(
      "https://www.googleapis.com/compute/v1/projects/p/zones/z/operations/operation-1"
    )
  }, { requiredKeys: ["name", "selfLink"] })),
  gke: bare(fc.record({
    name: fc.constant("operation-1"),
    operationType: fc.constant("CREATE_CLUSTER"),
    status: fc.constantFrom<unknown>(
      "PENDING",
      "RUNNING",
      "ABORTING",
      "DONE",
      "DONE",
      "DONE",
      3,
      4,
      "NEW"
    ),
    statusMessage: fc.constantFrom("", "it went wrong"),
    error: fc.option(
      fc.record({
        code: fc.constantFrom(0, 1, 5, 9, 14),
        message: fc.constantFrom("", "failed"),
        details: fc.constant([{ "@type": "type.googleapis.com/google.rpc.Help", links: [] }])
      }, { requiredKeys: [] }),
      { nil: undefined }
    ),
    nodepoolConditions: conditions,
    clusterConditions: conditions,
    selfLink: fc.constant(
      "https://container.googleapis.com/v1/projects/1/zones/z/operations/operation-1"
    )
  }, { requiredKeys: ["name", "operationType", "selfLink"] })),
  sql: bare(fc.record({
    kind: fc.constant("sql#operation"),
    name: fc.constant("operation-1"),
    status: fc.constantFrom<unknown>("PENDING", "RUNNING", "DONE", "DONE", "DONE", 3, "NEW"),
    error: fc.option(fc.record({ errors }, { requiredKeys: [] }), { nil: undefined }),
    apiWarning: fc.constant({ code: "REGION_UNREACHABLE" }),
    targetProject: fc.constant("p")
  }, { requiredKeys: ["name", "targetProject"] }))
}
