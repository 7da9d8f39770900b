import { DateTime, Duration } from "effect"
import * as Code from "effect-lro/Code"
import * as LroError from "effect-lro/LroError"
import { OperationRef } from "effect-lro/OperationRef"
import { make as makeRpcError } from "effect-lro/RpcError"
import * as Status from "effect-lro/Status"
import { name, parent, url } from "./bakery.ts"

export const get = "google.longrunning.Operations.GetOperation"
export const rpcType = "type.googleapis.com/google.rpc"
export const operation = new OperationRef({
  service: "bakery.googleapis.com",
  version: "v1",
  endpoint: "https://eu-bakery.googleapis.com",
  name,
  method: "example.bakery.v1.Bakery.Bake",
  startedAt: DateTime.unsafeMake(1_700_000_000_123),
  requestId: "9c1b6f0e-3e0a-4a53-8d0a-0d8d5a7f9e11"
})

/** One of each detail type, as JSON. */
export const details = [
  {
    "@type": `${rpcType}.ErrorInfo`,
    reason: "R",
    domain: "d.googleapis.com",
    metadata: { k: "v" }
  },
  { "@type": `${rpcType}.RetryInfo`, retryDelay: "45.837906927s" },
  { "@type": `${rpcType}.DebugInfo`, stackEntries: ["a", "b"], detail: "x" },
  {
    "@type": `${rpcType}.QuotaFailure`,
    violations: [{
      subject: "project:p",
      description: "d",
      quotaMetric: "m",
      quotaDimensions: { region: "r" },
      quotaValue: "9007199254740993",
      futureQuotaValue: "5"
    }]
  },
  {
    "@type": `${rpcType}.PreconditionFailure`,
    violations: [{ type: "TOS", subject: "s", description: "d" }]
  },
  {
    "@type": `${rpcType}.BadRequest`,
    fieldViolations: [{
      field: "hub.name",
      description: "d",
      localizedMessage: { locale: "de", message: "nein" }
    }]
  },
  { "@type": `${rpcType}.RequestInfo`, requestId: "req-1", servingData: "s" },
  {
    "@type": `${rpcType}.ResourceInfo`,
    resourceType: "t",
    resourceName: "n",
    owner: "o",
    description: "d"
  },
  {
    "@type": `${rpcType}.Help`,
    links: [{ description: "Read", url: "https://help" }, { url: "https://two" }]
  },
  { "@type": `${rpcType}.LocalizedMessage`, locale: "en-US", message: "Please wait." },
  { "@type": "type.googleapis.com/other.Type", x: [1, { y: null }] },
  { reason: "without a type" }
]
export const status = (code: Code.ErrorCode) =>
  Status.fromUnknown({ code: Code.toNumber(code), message: "The server said no.", details })

export const rpcError = (code: Code.ErrorCode) =>
  makeRpcError(code, {
    method: get,
    operation,
    status: status(code),
    httpStatus: Code.httpStatus(code),
    codeFrom: "body",
    retryAfter: Duration.millis(45_838),
    attempts: 3,
    seenBefore: true
  })

export const cause = new LroError.ForeignCause({
  name: "Error",
  code: "ECONNRESET",
  message: "ECONNRESET"
})
export const raw = {
  name,
  done: true,
  metadata: { "@type": "x/y", percent: 1 },
  response: [1, null]
}
export const sixteen = Code.errors.map(rpcError)
export const callErrors: ReadonlyArray<LroError.CallError> = [
  ...sixteen,
  new LroError.TransportError({
    method: get,
    operation,
    reason: "Reset",
    sent: "maybe",
    host: "bakery.googleapis.com",
    attempts: 3,
    hint: "look for it",
    cause
  }),
  new LroError.MalformedResponse({
    method: get,
    reason: "NotJson",
    httpStatus: 200,
    url,
    description: "content-type text/html",
    attempts: 1
  }),
  new LroError.CredentialsError({
    method: get,
    operation,
    reason: "Rejected",
    transient: false,
    description: "revoked",
    cause
  }),
  new LroError.InvalidRequest({
    method: get,
    argument: "name",
    problem: "is empty",
    expected: ["a/*"],
    hint: "a/b"
  })
]
export const pageTokenError = new LroError.PageTokenError({
  method: get,
  reason: "cycle",
  page: 7,
  parent
})
export const outcomes: ReadonlyArray<LroError.OutcomeError> = [
  new LroError.OperationFailed({
    operation,
    code: "ABORTED",
    status: status("ABORTED"),
    metadata: raw.metadata
  }),
  new LroError.OperationCancelled({ operation, status: status("CANCELLED") })
]
export const results: ReadonlyArray<LroError.ResultError> = [
  new LroError.MissingResult({ operation, raw: { name, done: true } }),
  new LroError.ResultDecodeError({ operation, raw, path: "a.b", problem: "Expected string" })
]
export const waitTimeouts = [
  new LroError.WaitTimeout({
    operation,
    reason: "deadline",
    last: { name, done: false },
    polls: 12,
    elapsed: Duration.minutes(5),
    lastError: rpcError("UNAVAILABLE")
  }),
  new LroError.WaitTimeout({ operation, reason: "schedule", polls: 0, elapsed: Duration.zero })
]
export const settings = new LroError.InvalidSettings({
  setting: "endpoint",
  problem: "is not a URL"
})
export const all: ReadonlyArray<LroError.LroError> = [
  ...callErrors,
  pageTokenError,
  ...outcomes,
  ...results,
  ...waitTimeouts,
  settings
]
