/**
 * One request and its whole reply, within a time and a size. A transport of this package does it in one step; any other HttpClient
 * runs in a fiber that is cut off.
 *
 * @internal
 */
import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as Headers from "@effect/platform/Headers"
import * as HttpClient from "@effect/platform/HttpClient"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Cause from "effect/Cause"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as FiberId from "effect/FiberId"
import * as FiberRef from "effect/FiberRef"
import * as FiberRefs from "effect/FiberRefs"
import { constTrue } from "effect/Function"
import * as Option from "effect/Option"
import * as Runtime from "effect/Runtime"
import * as Stream from "effect/Stream"
import { after } from "../base/timers.ts"

/** @internal */
export interface Sent {
  readonly verb: "GET" | "POST" | "DELETE" | "PATCH" | "PUT"
  readonly url: string
  /** Lowercase names. */
  readonly headers: Headers.Headers
  /** JSON. */
  readonly body: string | undefined
}

/**
 * A body as text, without a byte order mark. What is not UTF-8 in it is replaced.
 *
 * @internal
 */
export interface Text {
  readonly text: string
  readonly isUtf8: boolean
}

/** @internal */
export interface Received extends Text {
  readonly status: number
  readonly headers: { readonly [name: string]: string | ReadonlyArray<string> | undefined }
}

/** @internal */
export interface Limits {
  readonly millis: number
  readonly bytes: number
}

/**
 * Why there is no whole reply. `httpStatus` is there when the reply had begun.
 *
 * @internal
 */
export class Broken {
  readonly _tag = "Broken"
  readonly reason: "Timeout" | "TooLarge" | "Transport"
  readonly httpStatus: number | undefined
  readonly cause: unknown
  constructor(reason: Broken["reason"], httpStatus: number | undefined, cause?: unknown) {
    this.reason = reason
    this.httpStatus = httpStatus
    this.cause = cause
  }
}

/** @internal */
export type Exchange = (sent: Sent, limits: Limits) => Effect.Effect<Received, Broken>

/** A runtime for a fiber of one's own: made once for the fiber references of a caller, which hardly ever change between calls. */
const runtimeOf = (
  change: (fiberRefs: FiberRefs.FiberRefs, id: FiberId.Runtime) => FiberRefs.FiberRefs
) => {
  const made = new WeakMap<FiberRefs.FiberRefs, Runtime.Runtime<never>>()
  return (parent: Fiber.RuntimeFiber<unknown, unknown>): Runtime.Runtime<never> => {
    const own = parent.getFiberRefs()
    const known = made.get(own)
    if (known !== undefined) return known
    const fiberRefs = change(own, parent.id())
    const runtime = Runtime.make({
      context: FiberRefs.getOrDefault(fiberRefs, FiberRef.currentContext),
      fiberRefs,
      runtimeFlags: Runtime.defaultRuntimeFlags
    })
    made.set(own, runtime)
    return runtime
  }
}

/** Where a transport of this package keeps its own exchange. */
const ExchangeId: unique symbol = Symbol.for("effect-lro/Exchange")

/**
 * Gives an HttpClient its own exchange. A client that is made from it, by `mapRequest` and the like, has none.
 *
 * @internal
 */
export const attach = (client: HttpClient.HttpClient, exchange: Exchange): HttpClient.HttpClient =>
  // Not enumerable: a copy with another `execute` is another client.
  Object.defineProperty(client, ExchangeId, { value: exchange })

/** @internal */
export const of = (client: HttpClient.HttpClient): Exchange => {
  const own = Object.getOwnPropertyDescriptor(client, ExchangeId)?.value as unknown
  return typeof own === "function" ? own as Exchange : over(client)
}

/** Tells `fetch` not to follow redirects, which would carry the credentials along; other settings of the caller stay. */
const withoutRedirects = (context: Context.Context<never>) =>
  Context.add(context, FetchHttpClient.RequestInit, {
    ...context.unsafeMap.get(FetchHttpClient.RequestInit.key),
    redirect: "manual"
  })

const strict = new TextDecoder("utf-8", { fatal: true })

const textOf = (bytes: Uint8Array): Text => {
  try {
    return { text: strict.decode(bytes), isUtf8: true }
  } catch {
    return { text: new TextDecoder().decode(bytes), isUtf8: false }
  }
}

/** A request without its URL. The headers are the same object from call to call, so the one of a get is made once. */
const withHeaders = ({ headers, verb }: Sent): HttpClientRequest.HttpClientRequest => {
  const known = lastGet.get(headers)
  if (known !== undefined && verb === "GET") return known
  const made = HttpClientRequest.make(verb)("", { headers })
  if (verb === "GET") lastGet.set(headers, made)
  return made
}

const lastGet = new WeakMap<Headers.Headers, HttpClientRequest.HttpClientRequest>()

/** The exchange over any HttpClient. */
const over = (client: HttpClient.HttpClient): Exchange => (sent, limits) => {
  const bare = HttpClientRequest.setUrl(withHeaders(sent), sent.url)
  const request = sent.body === undefined
    ? bare
    : HttpClientRequest.bodyText(bare, sent.body, "application/json")
  let httpStatus: number | undefined
  const whole = Effect.flatMap(client.execute(request), (response) => {
    const { headers, status } = response
    httpStatus = status
    return Effect.map(readBody(response, limits.bytes, headers), (body): Received => {
      const { isUtf8, text } = textOf(body)
      return { status, headers, text, isUtf8 }
    })
  })
  const broken = (error: HttpClientError.HttpClientError | TooLarge) =>
    error._tag === "TooLarge"
      ? new Broken("TooLarge", httpStatus)
      : new Broken("Transport", error._tag === "ResponseError" ? httpStatus : undefined, error)
  return cutOff(
    Effect.mapError(whole, broken),
    limits.millis,
    () => new Broken("Timeout", undefined),
    foreign
  )
}

/** What a cut-off fiber runs under: as its parent, but its failure is the caller's business and not logged. */
const quiet = runtimeOf((fiberRefs, id) =>
  FiberRefs.updateAs(fiberRefs, {
    fiberId: id,
    fiberRef: FiberRef.unhandledErrorLogLevel,
    value: Option.none()
  })
)

/** Of headers with secrets what platform's list has not; a client that makes platform's span shows all others there. */
const secretHeaders = /-key$|-auth/

/**
 * What a foreign client runs under: also without redirects, and with neither platform's span, which would carry the query and every
 * header beside the SDK's own, nor its trace headers. A client that says otherwise itself wins.
 */
const foreign = runtimeOf((fiberRefs, id) =>
  FiberRefs.updateManyAs(fiberRefs, {
    forkAs: id,
    entries: [
      [FiberRef.currentContext, [[
        id,
        withoutRedirects(FiberRefs.getOrDefault(fiberRefs, FiberRef.currentContext))
      ]]],
      [HttpClient.currentTracerDisabledWhen, [[id, constTrue]]],
      [HttpClient.currentTracerPropagation, [[id, false]]],
      [Headers.currentRedactedNames, [[
        id,
        [...FiberRefs.getOrDefault(fiberRefs, Headers.currentRedactedNames), secretHeaders]
      ]]],
      [FiberRef.unhandledErrorLogLevel, [[id, Option.none()]]]
    ]
  })
)

/**
 * `Effect.async` without a gap: there, a fiber that yields after the registration can be interrupted before its cancellation is in
 * place, and what was begun would go on with nobody to stop it.
 *
 * @internal
 */
export const begun = <A, E>(
  begin: (resume: (result: Effect.Effect<A, E>) => void) => Effect.Effect<void>
): Effect.Effect<A, E> =>
  Effect.uninterruptibleMask((restore) => {
    let early: Effect.Effect<A, E> | undefined
    let resume = (result: Effect.Effect<A, E>): void => void (early ??= result)
    const cancel = begin((result) => resume(result))
    if (early !== undefined) return early
    const end = Effect.async<A, E>((end) => {
      if (early === undefined) resume = end
      else end(early)
    })
    // What `onInterrupt` does, without a mask of its own.
    return Effect.catchAllCause(
      restore(end),
      (cause) =>
        Cause.isInterrupted(cause)
          ? Effect.zipRight(cancel, Effect.failCause(cause))
          : Effect.failCause(cause)
    )
  })

/**
 * Runs an effect in a fiber of its own and gives it up after a while, at once: its clean-up goes on behind. Costs a fraction of
 * `Effect.timeoutFail`, which races two; next to nothing where the effect ends without waiting.
 *
 * @internal
 */
export const cutOff = <A, E>(
  effect: Effect.Effect<A, E>,
  millis: number,
  onTimeout: () => E,
  runtime: (parent: Fiber.RuntimeFiber<unknown, unknown>) => Runtime.Runtime<never> = quiet
): Effect.Effect<A, E> =>
  Effect.withFiberRuntime<A, E>((parent) =>
    begun((resume) => {
      const fiber = Runtime.runFork(runtime(parent))(effect)
      const exit = fiber.unsafePoll()
      if (exit !== null) {
        resume(exit)
        return Effect.void
      }
      const cancel = after(parent, millis, () => {
        resume(Effect.fail(onTimeout()))
        fiber.unsafeInterruptAsFork(parent.id())
      })
      fiber.addObserver((exit) => {
        cancel()
        resume(exit)
      })
      return Effect.suspend(() => {
        cancel()
        return Fiber.interrupt(fiber)
      })
    })
  )

/** The body is longer than the layer's limit. */
export class TooLarge {
  readonly _tag = "TooLarge"
}

/**
 * Reads a body as bytes, never more than `limit` of them. A trusted content-length needs no counting: without a
 * content-encoding the transport delivers exactly that many.
 *
 * @internal
 */
export const readBody = (
  response: HttpClientResponse.HttpClientResponse,
  limit: number,
  // Some transports make these anew whenever they are asked.
  headers: HttpClientResponse.HttpClientResponse["headers"] = response.headers
): Effect.Effect<Uint8Array, HttpClientError.ResponseError | TooLarge> => {
  const declared = headers["content-length"]
  const length = declared !== undefined && /^\d+$/.test(declared) ? Number(declared) : undefined
  if (length !== undefined && length > limit) return drop(response)
  if (length !== undefined && headers["content-encoding"] === undefined) {
    return Effect.flatMap(
      response.arrayBuffer,
      (buffer) =>
        buffer.byteLength > limit
          ? Effect.fail(new TooLarge())
          : Effect.succeed(new Uint8Array(buffer))
    )
  }
  return Stream.runFoldEffect(response.stream, new Collected(), (collected, chunk) => {
    collected.add(chunk)
    return collected.size > limit ? Effect.fail(new TooLarge()) : Effect.succeed(collected)
  }).pipe(
    Effect.map((collected) => collected.concat()),
    Effect.catchIf(
      (error): error is HttpClientError.ResponseError =>
        error._tag === "ResponseError" && error.reason === "EmptyBody",
      () => Effect.succeed(new Uint8Array(0))
    )
  )
}

/** Cancels a body that is not read: its socket is closed. */
const drop = (response: HttpClientResponse.HttpClientResponse) =>
  Stream.runHead(response.stream).pipe(Effect.ignore, Effect.zipRight(Effect.fail(new TooLarge())))

class Collected {
  readonly chunks: Array<Uint8Array> = []
  size = 0
  add(chunk: Uint8Array): void {
    this.chunks.push(chunk)
    this.size += chunk.length
  }
  concat(): Uint8Array {
    const [first] = this.chunks
    if (first !== undefined && this.chunks.length === 1) return first
    const out = new Uint8Array(this.size)
    let offset = 0
    for (const chunk of this.chunks) {
      out.set(chunk, offset)
      offset += chunk.length
    }
    return out
  }
}
