/** Generated replies through every method: structured mutations of valid ones, then damage to their bytes. */
import { Headers, HttpClient, HttpClientError, HttpClientResponse } from "@effect/platform"
import { Cause, Effect, Exit, Option, Schema, Stream } from "effect"
import * as Code from "effect-lro/Code"
import * as Credentials from "effect-lro/Credentials"
import * as LroError from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { bake, bakeOnce, binding, name, parent } from "../kit/bakery.ts"
import * as Heap from "../kit/heap.ts"
import * as Logs from "../kit/logs.ts"
import { withTime } from "../kit/services.ts"
import { VirtualClock } from "../kit/VirtualClock.ts"
import * as Chance from "./chance.ts"

const running = { name, metadata: { "@type": "type.googleapis.com/x.M", percent: 1 } }
const ended = { ...running, done: true }
const response = { "@type": "type.googleapis.com/example.bakery.v1.Cake", flavour: "plum" }
const rpc = (detail: string, fields: object) => ({
  "@type": `type.googleapis.com/google.rpc.${detail}`,
  ...fields
})
const details = [
  rpc("ErrorInfo", { reason: "RATE_LIMIT_EXCEEDED", domain: "x", metadata: { a: "b" } }),
  rpc("RetryInfo", { retryDelay: "4.5s" }),
  rpc("QuotaFailure", { violations: [{ subject: "s", quotaValue: "7" }] }),
  rpc("BadRequest", { fieldViolations: [{ field: "f", description: "d" }] }),
  rpc("Help", { links: [{ description: "d", url: "https://x" }] }),
  rpc("LocalizedMessage", { locale: "en", message: "m" })
]

type Valid = readonly [httpStatus: number, body: unknown]

/** What the methods that return an operation are answered with. */
const operations: ReadonlyArray<Valid> = [
  [200, running],
  [200, running],
  [200, { ...ended, response }],
  [200, { ...ended, response: { ...response, flavour: 5 } }],
  [200, ended],
  [200, { ...ended, error: { code: 8, message: "no", details } }],
  [200, { ...ended, error: { code: 1 } }]
]

/** What a list is answered with; the tokens come around again, or are new. */
const pages = (chance: Chance.Chance): Valid => [200, {
  operations: chance.often(0.2) ? [] : [running, ended],
  nextPageToken: chance.often(0.1)
    ? ""
    : chance.often(0.5)
    ? chance.pick(["t", "u", "v"])
    : `t${chance.below(1e9)}`,
  unreachable: ["x"]
}]

/** An error body for each code of google.rpc, and the other shapes of one. */
const failures: ReadonlyArray<Valid> = [
  ...Code.errors.map((code): Valid => [
    Code.httpStatus(code),
    { error: { code: Code.httpStatus(code), status: code, message: "m", details } }
  ]),
  [503, { error: { code: 503, status: "UNAVAILABLE", message: "m" } }],
  [403, { error: { code: 403, errors: [{ domain: "usageLimits", reason: "rateLimitExceeded" }] } }],
  [400, { error: "invalid_grant", error_description: "d" }],
  [500, [{ error: { code: 500, status: "INTERNAL", message: "m" } }]]
]

const oddValues: ReadonlyArray<unknown> = [
  null,
  true,
  false,
  0,
  -1,
  1e308,
  0.5,
  2 ** 53,
  "",
  "x",
  "5",
  "\u0000",
  "\ud800",
  "__proto__",
  [],
  {},
  [[]],
  [null],
  { "@type": 5 },
  { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "1e9s" },
  "9".repeat(400),
  "projects/../x",
  "true",
  -0,
  { length: 3 }
]
const oddKeys = [
  "__proto__",
  "constructor",
  "toString",
  "@type",
  "name",
  "done",
  "error",
  "code",
  "details",
  "message",
  ""
]
const statuses = [
  100,
  200,
  201,
  204,
  206,
  299,
  300,
  302,
  304,
  400,
  401,
  403,
  404,
  405,
  408,
  409,
  412,
  416,
  429,
  499,
  500,
  501,
  502,
  503,
  504,
  599
]
const retryAfter = [
  "7",
  "-1",
  "soon",
  "1e3",
  "10000000000",
  "Tue, 31 Dec 2999 23:59:59 GMT",
  "0",
  "",
  "1.5"
]
const contentTypes = ["application/json", "text/html", "", "application/json; charset=utf-16", "x"]

/** One random change somewhere in a value. */
const mutate = (chance: Chance.Chance, value: unknown): unknown => {
  if (typeof value !== "object" || value === null || chance.often(0.15)) {
    return chance.pick(oddValues)
  }
  if (Array.isArray(value)) {
    if (value.length === 0 || chance.often(0.2)) return [...value, chance.pick(oddValues)]
    const at = chance.below(value.length)
    return value.map((item: unknown, index) => index === at ? mutate(chance, item) : item)
  }
  const entries = Object.entries(value)
  const at = chance.below(entries.length + 1)
  const changed = at === entries.length || chance.often(0.15)
    ? [...entries, [chance.pick(oddKeys), chance.pick(oddValues)] as const]
    : chance.often(0.2)
    ? entries.filter((_, index) => index !== at)
    : entries.map(([key, item], index) =>
      [key, index === at ? mutate(chance, item) : item] as const
    )
  // An own `__proto__`, as JSON.parse makes it.
  return Object.fromEntries(changed)
}

const damage = (chance: Chance.Chance, bytes: Buffer): Uint8Array => {
  const at = chance.below(bytes.length + 1)
  switch (chance.below(5)) {
    case 0:
      return bytes.subarray(0, at)
    case 1:
      return Buffer.concat([
        bytes.subarray(0, at),
        Buffer.from([chance.below(256)]),
        bytes.subarray(at)
      ])
    case 2:
      return Buffer.concat([Buffer.from("\ufeff"), bytes])
    case 3:
      return Buffer.concat([bytes, bytes])
    default:
      return Buffer.from(
        bytes.map((byte, index) => index === at ? byte ^ (1 << chance.below(8)) : byte)
      )
  }
}

/** Connections that break, as transports say it. */
const breakages = ["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "CERT_HAS_EXPIRED", "EPIPE", ""]

/** A body that breaks off. */
const cutOff = (bytes: Uint8Array): ReadableStream<Uint8Array> =>
  new ReadableStream({
    pull: (controller) => {
      if (bytes.length > 0) controller.enqueue(bytes)
      controller.error(Object.assign(new Error("cut off"), { code: "ECONNRESET" }))
    }
  })

const reply = (chance: Chance.Chance, isList: boolean): Response => {
  const [likely, body] = chance.often(0.3)
    ? chance.pick(failures)
    : isList !== chance.often(0.1)
    ? pages(chance)
    : chance.often(0.1)
    ? [200, {}]
    : chance.pick(operations)
  // Half of them are whole, or hardly a wait or a list would get far.
  const whole = chance.often(0.5)
  let value = body
  if (!whole) { for (let i = chance.below(5); i > 0; i--) value = mutate(chance, value) }
  const text = Buffer.from(JSON.stringify(value) ?? "")
  const bytes = !whole && chance.often(0.2) ? damage(chance, text) : text
  const status = !whole && chance.often(0.25) ? chance.pick(statuses) : likely
  const headers: Record<string, string> = { "content-type": chance.pick(contentTypes) }
  if (chance.often(0.2)) headers["retry-after"] = chance.pick(retryAfter)
  if (!whole && chance.often(0.2)) {
    headers["content-length"] = String(chance.below(2) * bytes.length)
  }
  if (status < 200) return Response.error()
  const own = Uint8Array.from(bytes)
  return new Response(
    [204, 205, 304].includes(status) ? null : chance.often(0.02) ? cutOff(own) : own,
    { status, headers }
  )
}

/** The methods, each with the guard of its declared errors. */
const calls = (
  client: Operations.ClientOf<typeof binding>,
  chance: Chance.Chance,
  pageCaps: readonly [listPages: number, list: number]
) => {
  // Waits for one operation share their polls.
  const any = (): string =>
    chance.often(0.01) ? chance.pick(["", "operations/../o", "v1/x"]) : `${name}${chance.below(64)}`
  const request = () => ({ name: any() })
  const parents = () => ({ name: chance.often(0.01) ? "x?y" : parent })
  const cake = { parent, cake: {} }
  const schema = Schema.Struct({ flavour: Schema.String })
  return [
    ["get", LroError.isCallError, () => client.get(request())],
    ["cancel", LroError.isCallError, () => client.cancel(request())],
    ["delete", LroError.isCallError, () => client.delete(request())],
    ["wait", LroError.isCallError, () => client.wait({ ...request(), timeout: 10_000 })],
    ["start", LroError.isCallError, () => client.start(bake, cake)],
    ["start with a request id", LroError.isCallError, () => client.start(bakeOnce, cake)],
    ["listPage", LroError.isCallError, () => client.listPage(parents())],
    [
      "listPages",
      LroError.isListError,
      () => Stream.runDrain(client.listPages(parents(), { maxPages: pageCaps[0] }))
    ],
    [
      "list",
      LroError.isListError,
      () => Stream.runDrain(client.list(parents(), { maxPages: pageCaps[1] }))
    ],
    ["run", LroError.isWaitError, () => client.run(bake, cake, { response: schema })],
    ["untilDone", LroError.isWaitError, () => client.untilDone(any(), { response: schema })],
    ["untilDone by get", LroError.isWaitError, () => client.untilDone(any(), { longPoll: "off" })],
    ["watch", LroError.isWaitError, () => Stream.runDrain(client.watch(any()))],
    ["cancelAndWait", LroError.isWaitError, () => client.cancelAndWait(any())]
  ] as const
}

/** Virtual time in whole milliseconds, as the timers of a runtime keep it. */
class Milliseconds extends VirtualClock {
  override timer(millis: number, wake: () => void): () => void {
    return super.timer(Math.ceil(millis), wake)
  }
}

export interface Report {
  readonly seed: number
  readonly replies: number
  readonly calls: number
  readonly successes: number
  /** How many calls of each method succeeded and failed. */
  readonly methods: Readonly<Record<string, { readonly ok: number; readonly failed: number }>>
  /** How many calls ended with each error: its tag, and its reason where it has one. */
  readonly errors: Readonly<Record<string, number>>
  /** How many calls did not end in a declared error. */
  readonly undeclared: number
  /** The first ten of them, with the number of the call. */
  readonly examples: ReadonlyArray<string>
  /** The heap after three garbage collections, in bytes: after the warm-up and later on. */
  readonly heap: ReadonlyArray<{ readonly replies: number; readonly bytes: number }>
  /** Growth of the heap between the first of these and the last, as a share. */
  readonly heapGrowth: number
}

/** Feeds the client so many replies, and so many before to warm up. */
export const run = (
  { heapSamples, pageCaps, replies: wanted, seed, warmUp }: {
    readonly seed: number
    /** How often the heap is measured, but for the end; without any, there neither. */
    readonly heapSamples: number
    readonly replies: number
    readonly warmUp: number
    /** The page caps of `listPages` and `list`. */
    readonly pageCaps: readonly [listPages: number, list: number]
  }
): Effect.Effect<Report, LroError.InvalidSettings> => {
  const chance = Chance.make(seed)
  let replies = 0
  const client = HttpClient.make((request) =>
    Effect.suspend(() => {
      replies++
      if (chance.often(0.03)) {
        const cause = Object.assign(new Error("broken"), { code: chance.pick(breakages) })
        return Effect.fail(
          new HttpClientError.RequestError({ request, reason: "Transport", cause })
        )
      }
      const isList = request.method === "GET" && /\/operations(?:\?|$)/.test(request.url)
      return Effect.succeed(HttpClientResponse.fromWeb(request, reply(chance, isList)))
    })
  )
  const token = (value: string) => Headers.fromInput({ authorization: `Bearer ${value}` })
  const fallible = <A>(effect: Effect.Effect<A>) =>
    Effect.suspend(() =>
      chance.often(0.01)
        ? Effect.fail(
          new LroError.CredentialsError({
            reason: "Unavailable",
            transient: chance.often(0.5),
            description: "no token"
          })
        )
        : effect
    )
  const credentials: Credentials.Service = {
    kind: "token",
    headers: () => fallible(Effect.sync(() => token("a"))),
    refresh: () =>
      fallible(
        Effect.sync(() => chance.often(0.5) ? Option.some(token("b")) : Option.none())
      ),
    universeDomain: Effect.succeedNone
  }
  const settings = {
    polling: {
      schedule: Polling.fixed("1 second"),
      deadline: "5 seconds",
      maxHint: "2 seconds",
      spread: 0
    }
  } as const
  const errors: Record<string, number> = {}
  const methods: Record<string, { ok: number; failed: number }> = {}
  const examples: Array<string> = []
  let called = 0
  let successes = 0
  let undeclared = 0

  return Effect.gen(function*() {
    const kinds = calls(yield* Operations.make(binding, settings), chance, pageCaps)
    const one = Effect.suspend(() => {
      const number = called++
      const [method, declared, call] = chance.pick(kinds)
      const count = methods[method] ??= { ok: 0, failed: 0 }
      return Effect.map(
        Effect.exit(call() as Effect.Effect<unknown, LroError.LroError>),
        (exit) => {
          if (Exit.isSuccess(exit)) {
            count.ok++
            return void successes++
          }
          count.failed++
          const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
          if (declared(error)) {
            const key = "reason" in error ? `${error._tag} ${error.reason}` : error._tag
            errors[key] = (errors[key] ?? 0) + 1
          } else {
            undeclared++
            if (examples.length < 10) {
              examples.push(`${method}, call ${number}: ${Cause.pretty(exit.cause)}`)
            }
          }
        }
      )
    })
    const until = (count: number) =>
      Effect.all(
        Array.from({ length: 256 }, () =>
          Effect.whileLoop({
            while: () => replies < count,
            body: () => Effect.zipRight(Effect.yieldNow(), one),
            step: () => {}
          })),
        { concurrency: "unbounded", discard: true }
      )
    const heap: Array<{ readonly replies: number; readonly bytes: number }> = []
    for (let sample = 0; sample < heapSamples; sample++) {
      yield* until(warmUp + wanted * sample / heapSamples)
      heap.push({ replies, bytes: yield* Effect.promise(Heap.used) })
    }
    yield* until(warmUp + wanted)
    if (heapSamples > 0) heap.push({ replies, bytes: yield* Effect.promise(Heap.used) })
    const [first, last] = [heap[0]?.bytes ?? 0, heap.at(-1)?.bytes ?? 0]
    return {
      seed,
      replies,
      calls: called,
      successes,
      methods,
      errors,
      undeclared,
      examples,
      heap,
      heapGrowth: last / first - 1
    }
  }).pipe(
    Effect.scoped,
    Effect.provideService(HttpClient.HttpClient, client),
    Effect.provideService(Credentials.Credentials, credentials),
    Logs.instead(Logs.written("json", () => {})),
    Logs.all,
    withTime(new Milliseconds())
  )
}
