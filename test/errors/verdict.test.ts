import { assert, describe, it } from "@effect/vitest"
import * as Code from "effect-lro/Code"
import { about } from "effect-lro/internal/errors/about"
import * as Verdict from "effect-lro/internal/errors/verdict"
import * as LroError from "effect-lro/LroError"
import { make as makeRpcError } from "effect-lro/RpcError"
import * as Status from "effect-lro/Status"
import { callErrors, get, operation, rpcType } from "../kit/errors.ts"

const method = get

const rpc = (
  code: Code.ErrorCode,
  codeFrom: LroError.RpcError["codeFrom"] = "body",
  httpStatus = Code.httpStatus(code),
  details: ReadonlyArray<unknown> = []
) =>
  makeRpcError(code, {
    method,
    status: Status.fromUnknown({ code: Code.toNumber(code), details }),
    httpStatus,
    codeFrom,
    attempts: 1
  })

const transport = (
  reason: LroError.TransportError["reason"],
  sent: LroError.TransportError["sent"]
) => new LroError.TransportError({ method, reason, sent, host: "h", attempts: 1 })

const malformed = (reason: LroError.MalformedResponse["reason"], httpStatus = 200) =>
  new LroError.MalformedResponse({
    method,
    reason,
    httpStatus,
    url: "u",
    description: "d",
    attempts: 1
  })

const credentials = (transient: boolean) =>
  new LroError.CredentialsError({ reason: "Unavailable", transient, description: "d" })

/** The answers to every question, those that are no left out. */
const answers = (error: LroError.CallError): string =>
  [
    Verdict.mayRepeat(error) && "repeat",
    Verdict.mayRepeatUnsent(error) && "also a start",
    Verdict.tolerance(error),
    Verdict.isDoneAlready(error, "cancel") && "cancelled",
    Verdict.isDoneAlready(error, "delete") && "deleted",
    Verdict.isNotServed(error) && "not served",
    Verdict.cannotBeCancelled(error) && "no cancel",
    !Verdict.mayHaveArrived(error) && "never arrived",
    Verdict.mayBeCarriedOut(error) && "maybe carried out"
  ].filter((answer) => answer !== false).join(", ")

const { TransportError, MalformedResponse } = LroError

const sixteen: { readonly [C in Code.ErrorCode]: readonly [body: string, bare: string] } = {
  CANCELLED: ["fatal, maybe carried out", "fatal"],
  UNKNOWN: ["unexpected, maybe carried out", "unexpected, maybe carried out"],
  INVALID_ARGUMENT: ["fatal", "fatal"],
  DEADLINE_EXCEEDED: ["transient, maybe carried out", "repeat, transient, maybe carried out"],
  NOT_FOUND: ["fatal, deleted", "fatal, deleted"],
  ALREADY_EXISTS: ["fatal", "fatal"],
  PERMISSION_DENIED: ["fatal", "fatal"],
  RESOURCE_EXHAUSTED: ["transient", "transient"],
  FAILED_PRECONDITION: ["fatal, cancelled, no cancel", "fatal, no cancel"],
  ABORTED: ["fatal", "fatal"],
  OUT_OF_RANGE: ["fatal", "fatal"],
  UNIMPLEMENTED: [
    "fatal, not served, no cancel",
    "fatal, not served, no cancel, maybe carried out"
  ],
  INTERNAL: ["unexpected, maybe carried out", "unexpected, maybe carried out"],
  UNAVAILABLE: ["repeat, transient", "repeat, transient, maybe carried out"],
  DATA_LOSS: ["fatal", "fatal, maybe carried out"],
  UNAUTHENTICATED: ["fatal", "fatal"]
}

const ofTransport: {
  readonly [R in LroError.TransportError["reason"]]: readonly [no: string, maybe: string]
} = {
  Dns: ["repeat, also a start, transient, never arrived", "repeat, transient, maybe carried out"],
  Refused: [
    "repeat, also a start, transient, never arrived",
    "repeat, transient, maybe carried out"
  ],
  Unreachable: [
    "repeat, also a start, transient, never arrived",
    "repeat, transient, maybe carried out"
  ],
  Tls: ["fatal, never arrived", "fatal, maybe carried out"],
  Proxy: ["repeat, also a start, transient, never arrived", "repeat, transient, maybe carried out"],
  Reset: ["repeat, also a start, transient, never arrived", "repeat, transient, maybe carried out"],
  Timeout: [
    "repeat, also a start, transient, never arrived",
    "repeat, transient, maybe carried out"
  ],
  Truncated: [
    "repeat, also a start, transient, never arrived",
    "repeat, transient, maybe carried out"
  ],
  Interrupted: [
    "repeat, also a start, transient, never arrived",
    "repeat, transient, maybe carried out"
  ],
  Closed: ["fatal, never arrived", "fatal, maybe carried out"],
  Busy: ["transient, never arrived", "transient, maybe carried out"],
  Other: ["repeat, also a start, transient, never arrived", "repeat, transient, maybe carried out"]
}

const ofReply: { readonly [R in LroError.MalformedResponse["reason"]]: string } = {
  Empty: "unexpected, maybe carried out",
  NotJson: "unexpected, maybe carried out",
  InvalidUtf8: "unexpected, maybe carried out",
  NotAnOperation: "unexpected, maybe carried out",
  NotAPage: "unexpected, maybe carried out",
  TooLarge: "fatal, maybe carried out",
  UnusableName: "fatal, maybe carried out",
  Redirect: "fatal, maybe carried out",
  WrongEndpoint: "fatal, not served, no cancel, maybe carried out"
}

describe("the verdict", () => {
  it.each(Code.errors)("[10, 14, 17] on %s, with a Google error body and without", (code) => {
    assert.deepStrictEqual([rpc(code), rpc(code, "httpStatus")].map(answers), [...sixteen[code]])
  })

  it.each(TransportError.fields.reason.literals)("[14, 17] on a transport's %s", (reason) => {
    const both = (["no", "maybe"] as const).map((sent) => answers(transport(reason, sent)))
    assert.deepStrictEqual(both, [...ofTransport[reason]])
  })

  it.each(MalformedResponse.fields.reason.literals)("[10, 17] on a reply that is %s", (reason) => {
    assert.strictEqual(answers(malformed(reason)), ofReply[reason])
  })

  it("[10, 15] on a reply depends on its HTTP status in one answer", () => {
    for (const [httpStatus, maybe] of [[302, false], [404, false], [408, true], [502, true]]) {
      const error = malformed("TooLarge", Number(httpStatus))
      assert.strictEqual(Verdict.mayBeCarriedOut(error), maybe)
    }
  })

  it("[17] on credentials, and on what was never sent", () => {
    assert.strictEqual(answers(credentials(true)), "transient")
    assert.strictEqual(answers(credentials(false)), "fatal")
    assert.strictEqual(
      answers(new LroError.InvalidRequest({ method, argument: "a", problem: "p" })),
      "fatal"
    )
  })

  it.each([
    [408, "repeat, transient, no cancel, maybe carried out", "transient, cancelled, no cancel"],
    [502, "repeat, transient, no cancel, maybe carried out", "transient, cancelled, no cancel"],
    [503, "repeat, transient, no cancel, maybe carried out", "transient, cancelled, no cancel"],
    [504, "repeat, transient, no cancel, maybe carried out", "transient, cancelled, no cancel"],
    [405, "fatal, not served, no cancel", "fatal, cancelled, not served, no cancel"]
  ])("[10, 14, 17] HTTP %i says more than the code", (httpStatus, bare, body) => {
    assert.strictEqual(answers(rpc("FAILED_PRECONDITION", "httpStatus", httpStatus)), bare)
    assert.strictEqual(answers(rpc("FAILED_PRECONDITION", "body", httpStatus)), body)
  })

  it.each(["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"])(
    "[17] a refusal for the rate is transient: %s",
    (reason) => {
      const details = [{ "@type": `${rpcType}.ErrorInfo`, reason }]
      assert.strictEqual(answers(rpc("PERMISSION_DENIED", "body", 403, details)), "transient")
      assert.strictEqual(answers(rpc("ABORTED", "body", 409, details)), "fatal")
    }
  )

  it.each([["quotaId", "RequestsPerDay"], ["quotaMetric", "x/per_day"], [
    "description",
    "per day"
  ]])(
    "[17] a quota of a day is fatal: %s %s",
    (field, text) => {
      const violations = [{ [field]: text }]
      const details = [{ "@type": `${rpcType}.QuotaFailure`, violations }]
      assert.strictEqual(answers(rpc("RESOURCE_EXHAUSTED", "body", 429, details)), "fatal")
    }
  )

  it("[34] on a held poll: what is cut or refused, whatever the body says, is asked again by get", () => {
    const { fields: { reason } } = TransportError
    assert.deepStrictEqual(
      reason.literals.filter((reason) => Verdict.isCut(transport(reason, "maybe"))),
      ["Reset", "Timeout"]
    )
    for (const codeFrom of ["body", "httpStatus"] as const) {
      const cut = Code.errors.filter((code) => Verdict.isCut(rpc(code, codeFrom)))
      assert.deepStrictEqual(cut.map(Code.httpStatus), [400, 504, 403, 400, 400])
      assert.isTrue(Verdict.isCut(rpc("UNKNOWN", codeFrom, 504)))
    }
    for (const reason of MalformedResponse.fields.reason.literals) {
      assert.isFalse(Verdict.isCut(malformed(reason, 504)))
    }
    assert.isFalse(Verdict.isCut(credentials(true)))
  })

  it("[14] is public as isRetryable", () => {
    for (const error of callErrors) {
      assert.strictEqual(LroError.isRetryable(error), Verdict.mayRepeat(error))
    }
  })
})

describe("an error that is told what it is about", () => {
  it.each(callErrors)("[9] %s keeps all that it has, its cause too", (error) => {
    const again = about(error, { page: 7, hint: undefined })
    assert.strictEqual(again.constructor, error.constructor)
    assert.deepStrictEqual({ ...again }, { ...error, page: 7 })
    assert.deepStrictEqual(again.cause, error.cause)
    assert.strictEqual(again.page, 7)
    assert.strictEqual(about(error, { operation }).operation, operation)
  })
})
