/**
 * The one place that talks HTTP: credentials, the attempt, the retry, and the mapping of everything that can happen to a
 * `CallError`.
 */
import * as Headers from "@effect/platform/Headers"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import type { CallError } from "../../LroError.ts"
import {
  CredentialsError,
  type InvalidRequest,
  isRetryable,
  type MalformedResponse
} from "../../LroError.ts"
import type { CallOptions } from "../../Requests.ts"
import * as RpcError from "../../RpcError.ts"
import { cutOff } from "../base/cutOff.ts"
import * as Json from "../base/json.ts"
import * as Telemetry from "../base/telemetry.ts"
import { peek } from "../credentials/port.ts"
import type { Endpoint } from "../wire/endpoint.ts"
import * as ErrorBody from "../wire/errorBody.ts"
import type { Received } from "../wire/exchange.ts"
import { isHeaderValue, lowerCased } from "../wire/headers.ts"
import * as Redaction from "../wire/redaction.ts"
import {
  type Call,
  empty,
  failAbout,
  invalid,
  malformed,
  type Reply,
  type Resolved,
  transportFailed
} from "./call.ts"
import { CurrentCallOptions, optionsProblem, overAmbient } from "./options.ts"
import { mergeRetry, type Retry } from "./retry.ts"
import type { Settings } from "./settings.ts"

const resolveCall = (
  settings: Settings,
  call: Call,
  options: CallOptions
): Effect.Effect<Resolved, InvalidRequest> => {
  const endpoint = call.endpoint ?? settings.endpoints.at(call.location)
  return typeof endpoint === "string"
    ? invalid(settings, call, "endpoint", endpoint)
    : resolveAt(settings, call, options, endpoint)
}

const resolveAt = (
  settings: Settings,
  call: Call,
  options: CallOptions,
  endpoint: Endpoint
): Effect.Effect<Resolved, InvalidRequest> => {
  const retry = mergeRetry(settings.retry, options.retry)
  const problem = optionsProblem(options, retry)
  if (problem !== undefined) return invalid(settings, call, ...problem)
  const quotaProject = options.quotaProject ?? settings.quotaProject
  const errorFormat = options.errorFormat ?? settings.errorFormat
  const query = errorFormat === undefined
    ? call.query
    : `${call.query === "" ? "" : `${call.query}&`}$.xgafv=${errorFormat}`
  const url = `${endpoint.url}${call.path}`
  return Effect.succeed({
    url: query === "" ? url : `${url}?${query}`,
    host: endpoint.host,
    headers: options.headers === undefined && quotaProject === settings.quotaProject
      ? settings.ownHeaders
      : {
        ...settings.headers,
        ...(options.headers === undefined ? undefined : lowerCased(options.headers)),
        accept: "application/json",
        ...(quotaProject === undefined ? undefined : { "x-goog-user-project": quotaProject })
      },
    timeoutMillis: Duration.toMillis(options.timeout ?? settings.timeout),
    retry,
    renewed: false,
    hint: undefined
  })
}

/**
 * Sends a call.
 *
 * @internal
 */
export const execute = (
  settings: Settings,
  call: Call,
  options: CallOptions
): Effect.Effect<Reply, CallError> =>
  Effect.withFiberRuntime((fiber) => {
    const ambient = Context.get(fiber.currentContext, CurrentCallOptions)
    return Effect.flatMap(
      resolveCall(settings, call, overAmbient(ambient, options)),
      (resolved) => attempt(settings, call, resolved, 1, false)
    )
  })

const attempt = (
  settings: Settings,
  call: Call,
  resolved: Resolved,
  number: number,
  maybeArrived: boolean
): Effect.Effect<Reply, CallError> =>
  Effect.catchAll(authorised(settings, call, resolved, number), (error) => {
    if (call.progress !== undefined) {
      Object.assign(call.progress, { sending: false, failure: error })
    }
    if (maybeArrived && isAlreadyDone(call, error)) {
      const { httpStatus } = error
      return Effect.succeed({ json: empty, url: resolved.url, httpStatus, attempts: number })
    }
    if (
      number >= resolved.retry.attempts || !mayRepeat(call, error) ||
      call.progress?.stopped === true
    ) {
      return Effect.fail(error)
    }
    const hint = RpcError.isRpcError(error) && error.retryAfter !== undefined
      ? Duration.toMillis(error.retryAfter)
      : 0
    if (hint > resolved.retry.maxHint) return Effect.fail(error)
    const arrived = maybeArrived || !(error._tag === "TransportError" && error.sent === "no")
    return backoff(resolved.retry, number, hint).pipe(
      Effect.tap((delay) =>
        Effect.logWarning(
          `${call.method} failed with ${error._tag}, tried again in ${Math.ceil(delay)} ms`
        )
      ),
      Effect.flatMap((delay) => Effect.sleep(delay)),
      Effect.zipRight(Effect.suspend(() => attempt(settings, call, resolved, number + 1, arrived)))
    )
  })

const isAlreadyDone = (
  call: Call,
  error: CallError
): error is RpcError.NotFound | RpcError.FailedPrecondition =>
  (call.repeat === "delete" && error._tag === "NOT_FOUND") ||
  // Of a body of Google's: 408 without one has this code, too.
  (call.repeat === "cancel" && error._tag === "FAILED_PRECONDITION" && error.codeFrom === "body")

const mayRepeat = (call: Call, error: CallError): boolean => {
  if (error._tag === "CredentialsError") return false
  if (call.repeat === "unsent") {
    return error._tag === "TransportError" && error.sent === "no" && error.reason !== "Tls"
  }
  return isRetryable(error)
}

/** Exponential, jittered between half and whole, at least the server's hint, in milliseconds. */
const backoff = (retry: Retry, failures: number, hint: number): Effect.Effect<number> =>
  Effect.map(Random.next, (random) => {
    const delay = Math.min(retry.cap, retry.initial * retry.multiplier ** (failures - 1))
    return Math.max(hint, delay * (0.5 + random / 2))
  })

/** One attempt, and after a 401 one more if the credentials could be renewed. */
const authorised = (settings: Settings, call: Call, resolved: Resolved, number: number) => {
  const request = { scopes: settings.scopes, host: resolved.host }
  const { credentials } = settings
  const obtained = <A>(effect: Effect.Effect<A, CredentialsError>) =>
    Effect.catchAll(
      cutOff(effect, resolved.timeoutMillis, () => noCredentials(resolved.timeoutMillis)),
      (error) => credentialsFailed(settings, call, error, resolved.hint)
    )
  const headers = Effect.flatMap(
    credentials.universeDomain,
    (own) =>
      Option.isNone(own) || own.value === settings.universeDomain
        ? credentials.headers(request)
        : wrongUniverse(own.value, settings.universeDomain)
  )
  const authorisedBy = (headers: Headers.Headers) =>
    Effect.catchAll(
      send(settings, call, resolved, headers, number),
      (error) => {
        if (
          error._tag !== "UNAUTHENTICATED" || error.httpStatus !== 401 || resolved.renewed ||
          call.progress?.stopped === true
        ) {
          return Effect.fail(error)
        }
        if (call.progress !== undefined) call.progress.sending = false
        return Effect.flatMap(
          obtained(credentials.refresh(request, headers)),
          Option.match({
            onNone: () => Effect.fail(error),
            onSome: (fresh) => {
              resolved.renewed = true
              return send(settings, call, resolved, fresh, number)
            }
          })
        )
      }
    )
  return Effect.withFiberRuntime<Reply, CallError>((fiber) => {
    const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
    const known = peek(credentials, settings.scopes, clock.unsafeCurrentTimeMillis())
    // Headers that a call has sent before are of the right universe.
    return known !== undefined && lastMerged.get(settings)?.own === known
      ? authorisedBy(known)
      : Effect.flatMap(obtained(headers), authorisedBy)
  })
}

const credentialsFailed = (
  settings: Settings,
  call: Call,
  error: CredentialsError,
  hint: string | undefined
) =>
  failAbout(settings, call, (about) =>
    new CredentialsError({
      ...about,
      reason: error.reason,
      transient: error.transient,
      description: hint === undefined ? error.description : `${error.description}; ${hint}`,
      cause: error.cause
    }))

/** A source that hangs holds up a call no longer than an attempt may take. */
const noCredentials = (millis: number) =>
  new CredentialsError({
    reason: "Timeout",
    transient: true,
    description: `no credentials within ${Duration.format(Duration.millis(millis))}`
  })

/** No token leaves for another universe than its own. */
const wrongUniverse = (own: string, other: string) =>
  Effect.fail(
    new CredentialsError({
      reason: "UniverseMismatch",
      transient: false,
      description: `the credentials are of the universe ${own}, the client is of ${other}`
    })
  )

/**
 * Headers of the credentials and of the call, merged. Both are the same objects from call to call, until the token is another one.
 * `undefined` when HTTP does not allow what the credentials gave.
 */
const merged = (
  settings: Settings,
  own: Headers.Headers,
  resolved: Resolved
): Headers.Headers | undefined => {
  const known = lastMerged.get(settings)
  if (known !== undefined && known.own === own && known.headers === resolved.headers) {
    return known.merged
  }
  if (!Object.values(own).every(isHeaderValue)) return undefined
  const merged = Headers.fromInput({ ...own, ...resolved.headers })
  lastMerged.set(settings, { own, headers: resolved.headers, merged })
  return merged
}

const lastMerged = new WeakMap<Settings, {
  readonly own: Headers.Headers
  readonly headers: Resolved["headers"]
  readonly merged: Headers.Headers
}>()

const send = (
  settings: Settings,
  call: Call,
  resolved: Resolved,
  credentialHeaders: Headers.Headers,
  number: number
): Effect.Effect<Reply, CallError> => {
  if (call.progress?.stopped === true) return Effect.interrupt
  const headers = merged(settings, credentialHeaders, resolved)
  if (headers === undefined) {
    const description = "the credentials gave a header that HTTP does not allow"
    const error = new CredentialsError({ reason: "Invalid", transient: false, description })
    return credentialsFailed(settings, call, error, resolved.hint)
  }
  if (call.progress !== undefined) call.progress.sending = true
  const exchange = (headers: Headers.Headers) =>
    settings.exchange(
      { verb: call.verb, url: resolved.url, headers, body: call.body },
      { millis: resolved.timeoutMillis, bytes: settings.maxResponseBytes }
    )
  return Effect.matchEffect(
    settings.traceparent ? Telemetry.propagated(headers, exchange) : exchange(headers),
    {
      onFailure: (broken): Effect.Effect<never, CallError> => {
        if (broken.reason !== "TooLarge") {
          return transportFailed(settings, call, resolved, number, broken)
        }
        const status = broken.httpStatus ?? 200
        if (mayBeDone(status)) resolved.hint = call.hint
        return malformed(
          settings,
          call,
          resolved,
          number,
          status,
          "TooLarge",
          `more than ${settings.maxResponseBytes} bytes`
        )
      },
      onSuccess: (received) =>
        interpret(settings, call, resolved, number, received, credentialHeaders)
    }
  )
}

const interpret = (
  settings: Settings,
  call: Call,
  resolved: Resolved,
  number: number,
  received: Received,
  credentialHeaders: Headers.Headers
): Effect.Effect<Reply, CallError> => {
  const { status, text } = received
  const fail = (reason: MalformedResponse["reason"], description: string) =>
    malformed(settings, call, resolved, number, status, reason, description)
  const isGood = status >= 200 && status < 300
  if (isGood) resolved.hint = call.hint
  if (status === 0 || (status >= 300 && status < 400)) {
    return fail("Redirect", "redirects are never followed")
  }
  if (isGood) {
    const reply = { url: resolved.url, httpStatus: status, attempts: number, hint: resolved.hint }
    if (text === "") return Effect.succeed({ ...reply, json: empty })
    const json = received.isUtf8 ? Json.parseJson(text) : undefined
    if (json !== undefined) return Effect.succeed({ ...reply, json: json.value })
    // What an API answers to these is not read; a page of a proxy is no answer.
    const ignored = call.repeat === "cancel" || call.repeat === "delete"
    return ignored && contentType(received).startsWith("content-type application/json")
      ? Effect.succeed({ ...reply, json: empty })
      : fail(received.isUtf8 ? "NotJson" : "InvalidUtf8", contentType(received))
  }
  const shown = Redaction.withoutSecrets(text, credentialHeaders)
  const body = ErrorBody.parse(Json.parseJson(shown)?.value, shown, status)
  if ((status === 404 || status === 405) && !body.googleBody) {
    return fail(
      "WrongEndpoint",
      "no method of this API is here: check the endpoint and the version"
    )
  }
  if (body.googleBody ? undecided.includes(body.code) : mayBeDone(status)) {
    resolved.hint = call.hint
  }
  return Effect.flatMap(Clock.currentTimeMillis, (now) => {
    const retryAfter = ErrorBody.retryAfter(
      body.status,
      received.headers["retry-after"]?.toString(),
      now
    )
    return failAbout(settings, call, (about) =>
      RpcError.make(body.code, {
        ...about,
        status: body.status,
        httpStatus: status,
        codeFrom: body.codeFrom,
        retryAfter: retryAfter === undefined ? undefined : Duration.millis(retryAfter),
        attempts: number,
        hint: resolved.hint
      }))
  })
}

/** Codes of the API itself that may come after the deed, too. */
const undecided = ["CANCELLED", "UNKNOWN", "DEADLINE_EXCEEDED", "INTERNAL"]

/** Whether a reply with this status, which is not the API's own, leaves open what became of the request. */
const mayBeDone = (status: number): boolean =>
  (status >= 200 && status < 300) || status === 408 || status >= 500

const contentType = ({ headers }: Received): string =>
  `content-type ${String(headers["content-type"] ?? "none").slice(0, 100)}`
