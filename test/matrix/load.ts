/** Many waits at once over real sockets, while one reply in twenty is broken. */
import { Headers } from "@effect/platform"
import { Effect, Either, Schema } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { bakeOnce } from "../kit/bakery.ts"
import * as Logs from "../kit/logs.ts"
import { binding } from "./cells.ts"
import * as Chance from "./chance.ts"
import * as FaultServer from "./FaultServer.ts"
import * as Replies from "./replies.ts"
import { type Transport, transports } from "./transports.ts"

export interface Report {
  readonly transport: Transport
  readonly seed: number
  readonly waits: number
  readonly seconds: number
  readonly requests: number
  readonly faults: Readonly<Record<string, number>>
  readonly succeeded: number
  readonly failed: number
  readonly cancelled: number
  /** Waits that ended otherwise than their operation did. */
  readonly wrong: ReadonlyArray<string>
}

/** Those that a start with a request id passes, too. */
const transient: Readonly<Record<string, FaultServer.Reply>> = {
  "reset": Replies.reset,
  "closed": Replies.hangUp,
  "cut body": Replies.cut(Replies.hangUp),
  "no reply": Replies.hang,
  "502 HTML": Replies.html(502),
  "503 JSON": Replies.failure(503, "UNAVAILABLE"),
  "504 HTML": Replies.html(504)
}
const throttled: Readonly<Record<string, FaultServer.Reply>> = {
  "429": Replies.failure(429, "RESOURCE_EXHAUSTED", [], { "retry-after": "1" }),
  "401": Replies.failure(401, "UNAUTHENTICATED"),
  "403 rate limit": Replies.json(() => ({
    error: { code: 403, errors: [{ domain: "usageLimits", reason: "rateLimitExceeded" }] }
  }), 403)
}
/** Three of these in a row are borne. */
const unexpected: Readonly<Record<string, FaultServer.Reply>> = {
  "500 JSON": Replies.failure(500, "INTERNAL"),
  "200 HTML": Replies.html(200),
  "200 empty": Replies.text(""),
  "half of the JSON": Replies.halfJson
}

/** Each refresh gives the other token, so that every 401 is followed by a replay. */
const credentials: Credentials.Service = {
  kind: "token",
  headers: () => Effect.succeed(Headers.fromInput({ authorization: "Bearer a" })),
  refresh: () => Effect.succeedSome(Headers.fromInput({ authorization: "Bearer b" })),
  universeDomain: Effect.succeedNone
}

const codes = { 3: "INVALID_ARGUMENT", 8: "RESOURCE_EXHAUSTED", 14: "UNAVAILABLE" } as const
const numbers = [3, 8, 14] as const

export const run = (
  transport: Transport,
  { seconds, seed, waits }: {
    readonly seed: number
    readonly waits: number
    readonly seconds: number
  }
): Effect.Effect<Report> =>
  Effect.gen(function*() {
    const chance = Chance.make(seed)
    const server = yield* FaultServer.make
    const client = yield* Operations.make(binding, {
      endpoint: server.url,
      timeout: "10 seconds",
      retry: { attempts: 6, initial: 100 },
      polling: {
        schedule: Polling.exponential({
          initial: "1 second",
          multiplier: 1.5,
          cap: seconds > 60 ? "30 seconds" : "5 seconds"
        })
      }
    }).pipe(
      Effect.provide(transports[transport]),
      Effect.provideService(Credentials.Credentials, credentials),
      Effect.orDie
    )
    const faults: Record<string, number> = {}
    let requests = 0
    const begun = performance.now()

    const one = (index: number) => {
      const id = `w${index}`
      const duration = (0.05 + 0.65 * chance.next()) * seconds * 1000
      const luck = chance.next()
      const number = chance.pick(numbers)
      const [expected, fields] = luck < 0.7
        ? [`cake ${id}`, { response: { "@type": "x/Cake", flavour: `cake ${id}` } }]
        : luck < 0.9
        ? [codes[number], { response: undefined, error: { code: number, message: "no" } }]
        : ["OperationCancelled", { response: undefined, error: { code: 1, message: "no" } }]
      let started: number | undefined
      let row = 0
      server.serve(id, (exchange) => {
        requests++
        const starting = exchange.kind === "start"
        if (chance.often(0.05)) {
          const strange = !starting && row < 3 && chance.often(0.3)
          row = strange ? row + 1 : 0
          const kinds = strange ? unexpected : starting ? transient : { ...transient, ...throttled }
          const kind = chance.pick(Object.keys(kinds))
          faults[kind] = (faults[kind] ?? 0) + 1
          return kinds[kind]?.(exchange)
        }
        row = 0
        const now = performance.now()
        started ??= now
        const done = now - started >= duration
        Replies.shown(done ? fields : { done: false, response: undefined })(exchange)
      })
      const request = { parent: `projects/${id}/locations/l`, cake: {} }
      return client.run(bakeOnce, request, {
        response: Schema.Struct({ flavour: Schema.String })
      }).pipe(
        // All at once would be 2,000 connections.
        Effect.delay(chance.next() * seconds * 250),
        Effect.either,
        Effect.map(Either.match({
          onLeft: (error) => error._tag === "OperationFailed" ? error.code : error._tag,
          onRight: ({ flavour }): string => flavour
        })),
        Effect.map((actual) => ({ expected, actual }))
      )
    }
    const outcomes = yield* Effect.all(Array.from({ length: waits }, (_, index) => one(index)), {
      concurrency: "unbounded"
    })
    const count = (is: (expected: string) => boolean) =>
      outcomes.filter(({ actual, expected }) => actual === expected && is(expected)).length
    const succeeded = count((expected) => expected.startsWith("cake "))
    const cancelled = count((expected) => expected === "OperationCancelled")
    const right = count(() => true)
    return {
      transport,
      seed,
      waits,
      seconds: (performance.now() - begun) / 1000,
      requests,
      faults,
      succeeded,
      cancelled,
      failed: right - succeeded - cancelled,
      wrong: outcomes.filter(({ actual, expected }) => actual !== expected)
        .map(({ actual, expected }) => `${actual} instead of ${expected}`)
    }
  }).pipe(Effect.scoped, Logs.silent)
