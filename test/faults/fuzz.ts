/** Generated replies through every method: structured mutations of valid ones, then damage to their bytes. */
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Cause, Effect, Exit, Layer, Logger, LogLevel, Option, Schema, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as LroError from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { bake, binding, name, parent } from "../utils/bakery.ts"
import * as Chance from "./chance.ts"
import * as Heap from "./heap.ts"

const operation = { name, metadata: { "@type": "type.googleapis.com/x.M", percent: 1 } }
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
const status = { code: 8, message: "no", details }

const valid: ReadonlyArray<readonly [httpStatus: number, body: unknown]> = [
  [200, operation],
  [200, { ...operation, done: true, response }],
  [200, { ...operation, done: true, error: status }],
  [200, { ...operation, done: true, error: { code: 1 } }],
  [200, { operations: [operation, operation], nextPageToken: "t", unreachable: ["x"] }],
  [200, { operations: [] }],
  [200, {}],
  [503, { error: { code: 503, status: "UNAVAILABLE", message: "m", details } }],
  [429, { error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "m", details } }],
  [404, { error: { code: 404, status: "NOT_FOUND", message: "m" } }],
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

const reply = (chance: Chance.Chance): Response => {
  const [likely, body] = chance.pick(valid)
  let value = body
  for (let i = chance.below(5); i > 0; i--) value = mutate(chance, value)
  const whole = Buffer.from(JSON.stringify(value) ?? "")
  const bytes = chance.often(0.2) ? damage(chance, whole) : whole
  const status = chance.often(0.25) ? chance.pick(statuses) : likely
  const headers: Record<string, string> = { "content-type": chance.pick(contentTypes) }
  if (chance.often(0.2)) headers["retry-after"] = chance.pick(retryAfter)
  if (chance.often(0.2)) headers["content-length"] = String(chance.below(2) * bytes.length)
  if (status < 200) return Response.error()
  return new Response([204, 205, 304].includes(status) ? null : Uint8Array.from(bytes), {
    status,
    headers
  })
}

export interface Report {
  readonly seed: number
  readonly replies: number
  readonly calls: number
  readonly successes: number
  /** How many calls ended with each error. */
  readonly errors: Readonly<Record<string, number>>
  /** Ends that are no declared error, with the number of their call. */
  readonly undeclared: ReadonlyArray<string>
  /** Growth of the heap after three garbage collections, as a share. */
  readonly heapGrowth: number
}

/** Feeds the client so many replies. */
export const run = (
  { replies: wanted, seed }: { readonly seed: number; readonly replies: number }
): Effect.Effect<Report, LroError.InvalidSettings> => {
  const chance = Chance.make(seed)
  let replies = 0
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      replies++
      return HttpClientResponse.fromWeb(request, reply(chance))
    })
  )
  const options = { retry: { initial: 0, maxHint: 0 } } as const
  const settings = {
    polling: { schedule: Polling.fixed(0), maxHint: 0, maxOutage: 30, deadline: 20 },
    ...options
  }
  const errors: Record<string, number> = {}
  const undeclared: Array<string> = []
  let calls = 0
  let successes = 0

  return Effect.gen(function*() {
    const operations = yield* Operations.make(binding, settings)
    const kinds = [
      [LroError.isCallError, () => operations.get({ name })],
      [LroError.isCallError, () => operations.cancel({ name })],
      [LroError.isCallError, () => operations.delete({ name })],
      [LroError.isCallError, () => operations.wait({ name })],
      [LroError.isCallError, () => operations.start(bake, { parent, cake: {} })],
      [
        LroError.isListError,
        () => Stream.runDrain(operations.list({ name: parent }, { maxPages: 5 }))
      ],
      [
        LroError.isWaitError,
        () => operations.untilDone(name, { response: Schema.Struct({ flavour: Schema.String }) })
      ],
      [LroError.isWaitError, () => operations.untilDone(name, { longPoll: "off" })],
      [LroError.isWaitError, () => Stream.runDrain(operations.watch(name))]
    ] as const
    const one = Effect.suspend(() => {
      const number = calls++
      const [declared, call] = chance.pick(kinds)
      return Effect.map(
        Effect.exit(call() as Effect.Effect<unknown, LroError.LroError>),
        (exit) => {
          if (Exit.isSuccess(exit)) return void successes++
          const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
          if (declared(error)) errors[error._tag] = (errors[error._tag] ?? 0) + 1
          else if (undeclared.length < 10) {
            undeclared.push(`call ${number}: ${Cause.pretty(exit.cause)}`)
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
    yield* until(wanted / 10)
    const before = yield* Effect.promise(Heap.used)
    yield* until(wanted)
    const after = yield* Effect.promise(Heap.used)
    return { seed, replies, calls, successes, errors, undeclared, heapGrowth: after / before - 1 }
  }).pipe(
    Effect.scoped,
    Effect.provideService(HttpClient.HttpClient, client),
    Effect.provideService(Credentials.Credentials, Credentials.none),
    Effect.provide(Layer.mergeAll(
      Logger.replace(Logger.defaultLogger, Logger.map(Logger.jsonLogger, () => {})),
      Logger.minimumLogLevel(LogLevel.All)
    ))
  )
}
