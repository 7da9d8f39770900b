/** What waits and calls do to a server when there are many of them: polls, connections, and who goes without. */
import { HttpClient, HttpClientResponse } from "@effect/platform"
import { Cron, Effect, Exit, Fiber, Redacted, Schedule, TestClock } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as NodeTransport from "effect-lro/NodeTransport"
import * as Operations from "effect-lro/Operations"
import type * as Http from "node:http"
import * as Logs from "../kit/logs.ts"
import { inVirtualTime } from "../kit/services.ts"
import * as Wire from "../kit/wire.ts"

const binding = Operations.binding({
  service: "bakery.googleapis.com",
  version: "v1",
  scopes: [],
  methods: {
    get: { verb: "GET", templates: ["/v1/{name=operations/*}"] },
    cancel: { verb: "POST", templates: ["/v1/{name=operations/*}:cancel"], body: "*" },
    wait: Operations.waitRule({
      verb: "POST",
      templates: ["/v1/{name=operations/*}:wait"],
      body: "*"
    })
  }
})

const credentials = Effect.provideServiceEffect(
  Credentials.Credentials,
  Credentials.makeToken(Redacted.make("token"))
)

const client = (
  endpoint: string,
  transport: NodeTransport.Options,
  options: Operations.LayerOptions = {}
) =>
  Operations.make(binding, { endpoint, retry: "none", ...options }).pipe(
    Effect.provideServiceEffect(HttpClient.HttpClient, NodeTransport.make(transport)),
    credentials
  )

const operation = (i: number) => `operations/o${i}`

const until = (what: () => boolean) =>
  Effect.repeat(Effect.sleep("5 millis"), { until: () => Effect.sync(what) })

/** The most polls that a wait for one of twenty operations makes in ten minutes, the first at once, by a schedule of one a minute. */
const pollsBy = (schedule: Schedule.Schedule<unknown>) =>
  Effect.gen(function*() {
    const polls = new Map<string, number>()
    const http = HttpClient.make((request, url) =>
      Effect.sync(() => {
        const name = url.pathname.slice("/v1/".length)
        polls.set(name, (polls.get(name) ?? 0) + 1)
        return HttpClientResponse.fromWeb(request, Response.json({ name }))
      })
    )
    const bakery = yield* Operations.make(binding).pipe(
      Effect.provideService(HttpClient.HttpClient, http),
      credentials
    )
    const waits = yield* Effect.forkAll(
      Array.from(
        { length: 20 },
        (_, i) => bakery.untilDone(operation(i), { schedule, longPoll: "off" })
      )
    )
    yield* TestClock.adjust("10 minutes")
    // The last may be late by a fifth of a minute.
    yield* TestClock.adjust("15 seconds")
    yield* Fiber.interrupt(waits)
    return Math.max(...polls.values())
  }).pipe(
    Effect.scoped,
    Logs.warnings,
    inVirtualTime
  )

/** See {@link pollsBy}. A run of its own: a fiber keeps the clock of the tests once it was provided. */
export const spread = Effect.promise(() =>
  Effect.runPromise(Effect.all({
    fixed: pollsBy(Schedule.fixed("1 minute")),
    windowed: pollsBy(Schedule.windowed("1 minute")),
    cron: pollsBy(Schedule.cron(Cron.unsafeParse("0 * * * * *"))),
    spaced: pollsBy(Schedule.spaced("1 minute"))
  }))
)

/**
 * Eighty waits over four connections at a server that holds `WaitOperation`: how many were lost, and whether a cancel went through
 * meanwhile.
 */
export const held = Effect.gen(function*() {
  let isDone = false
  let holding = 0
  let mostHeld = 0
  const wire = yield* Wire.serve((request, response) => {
    const answer = () => {
      if (!response.writableEnded && !response.destroyed) {
        const name = /operations\/\w+/.exec(request.url ?? "")?.[0]
        Wire.json(response, { name, done: isDone })
      }
    }
    if (request.url?.endsWith(":cancel") === true) return Wire.json(response, {})
    if (request.url?.endsWith(":wait") !== true || isDone) return answer()
    mostHeld = Math.max(mostHeld, ++holding)
    response.on("close", () => holding--)
    setTimeout(answer, 900)
  })
  const bakery = yield* client(wire.origin, { connections: 4 }, {
    timeout: "2 seconds",
    polling: {
      longPoll: "1 second",
      maxOutage: "5 seconds",
      schedule: Schedule.fixed("200 millis")
    }
  })
  const waits = yield* Effect.forkAll(
    Array.from({ length: 80 }, (_, i) => Effect.exit(bakery.untilDone(operation(i))))
  )
  yield* until(() => holding > 0)
  const cancelled = yield* Effect.exit(bakery.cancel({ name: operation(0) }))
  yield* Effect.sleep("8 seconds")
  isDone = true
  const ends = yield* Fiber.join(waits)
  return {
    waits: ends.length,
    lost: ends.filter(Exit.isFailure).length,
    cancelled: Exit.isSuccess(cancelled),
    mostHeld
  }
}).pipe(Effect.scoped)

/** Connections that a hundred calls cost which are given up while both connections are busy, with those two. */
export const queue = Effect.gen(function*() {
  const busy: Array<Http.ServerResponse> = []
  const wire = yield* Wire.serve((_, response) => void busy.push(response))
  const bakery = yield* client(wire.origin, { connections: 2 })
  const first = yield* Effect.forkAll([0, 1].map((i) => bakery.get({ name: operation(i) })))
  yield* until(() => busy.length === 2)
  yield* Effect.all(
    Array.from(
      { length: 100 },
      (_, i) => Effect.exit(bakery.get({ name: operation(i) }, { timeout: "50 millis" }))
    ),
    { concurrency: "unbounded" }
  )
  for (const response of busy) Wire.json(response, { name: operation(0), done: true })
  yield* Fiber.join(first)
  yield* Effect.sleep("100 millis")
  return wire.connections.length
}).pipe(Effect.scoped)

/** Connections of a hundred concurrent gets over HTTP/2. */
export const sessions = Effect.gen(function*() {
  const wire = yield* Wire.serve2((stream) =>
    setTimeout(() => {
      stream.respond({ ":status": 200, "content-type": "application/json" })
      stream.end(JSON.stringify({ name: operation(0), done: true }))
    }, 20)
  )
  const bakery = yield* client(wire.origin, { ca: Wire.ca, http2: true })
  yield* Effect.replicateEffect(bakery.get({ name: operation(0) }), 100, {
    concurrency: "unbounded"
  })
  return wire.connections.length
}).pipe(Effect.scoped)
