/** One way to wait for all operations of a world, in a process of its own: what it costs, and how late it knows. */
import * as HttpClient from "@effect/platform/HttpClient"
import { Deferred, Effect, Exit, Fiber, Layer, RateLimiter, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import * as NodeTransport from "effect-lro/NodeTransport"
import * as Polling from "effect-lro/Polling"
import * as RateLimit from "effect-lro/RateLimit"
import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Service from "effect-lro/services/networkconnectivity/v1"
import { GoogleAuth, OAuth2Client } from "google-auth-library"
import * as Gax from "google-gax"

export interface Task {
  readonly way:
    | "fleet"
    | "each"
    | "gax"
    | "hand"
    | "rate"
    | "memory"
    | "memoryWaits"
    | "memoryFibers"
  readonly origin: string
  readonly count: number
  readonly tick: number
  readonly limit?: number
  readonly interval?: number
  readonly millis?: number
}

export interface Result {
  /** Milliseconds of CPU from the first request to the last. */
  readonly cpu: number
  /** When each was known to be done, by its number; milliseconds since the epoch. */
  readonly known: ReadonlyArray<number>
  readonly bytes: number
  readonly heap: number
  readonly cancelMillis: number
}

const nameOf = (i: number) => `projects/p/locations/global/operations/o${i}`
const numberOf = (name: string) => Number(/(\d+)$/.exec(name)?.[1])

const pause = (millis: number) => new Promise<void>((done) => setTimeout(done, millis))

const collect = async () => {
  for (let i = 0; i < 4; i++) {
    await pause(50)
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}

const http = Layer.merge(NodeTransport.layer({ connections: 64 }), Credentials.layerNone)

const run = async (task: Task): Promise<Partial<Result>> => {
  const { count, origin, tick } = task
  // As they come from a reply or a database: whole texts.
  const names = JSON.parse(
    JSON.stringify(Array.from({ length: count }, (_, i) => nameOf(i)))
  ) as Array<string>
  const known: Array<number> = Array(count).fill(0)
  const schedule = Polling.fixed(tick)
  const note = (i: number) => Effect.sync(() => void (known[i] = Date.now()))
  const fleet = Fleet.layer(NetworkConnectivity, { endpoint: origin, tick, pageSize: 1000 }).pipe(
    Layer.provide(http)
  )
  const alone = Service.layer({ endpoint: origin }).pipe(Layer.provide(http))
  switch (task.way) {
    case "fleet":
      await Effect.runPromise(
        Stream.runForEach(
          Fleet.outcomes(NetworkConnectivity, names, { schedule }),
          ({ exit, index }) => Exit.isSuccess(exit) ? note(index) : Effect.die(exit)
        ).pipe(Effect.provide(fleet))
      )
      return { known }
    case "each":
      await Effect.runPromise(
        Effect.flatMap(NetworkConnectivity, (client) =>
          Effect.forEach(
            names,
            (name, i) => Effect.zipRight(client.untilDone(name, { schedule }), note(i)),
            { concurrency: "unbounded", discard: true }
          )).pipe(Effect.provide(alone))
      )
      return { known }
    case "hand":
      // What one writes: a fiber each, a limiter that spreads the requests, a get, a sleep.
      await Effect.runPromise(
        Effect.scoped(Effect.gen(function*() {
          const client = yield* HttpClient.HttpClient
          const limited = yield* RateLimiter.make({
            limit: Math.max(1, Math.ceil(count / tick * 1000)),
            interval: "1 second"
          })
          const get = (name: string) =>
            Effect.flatMap(client.get(`${origin}/v1/${name}`), ({ json }) => json)
          const poll = (name: string): Effect.Effect<void, unknown> =>
            Effect.flatMap(
              limited(get(name)),
              (body) =>
                (body as { readonly done?: boolean }).done === true
                  ? note(numberOf(name))
                  : Effect.zipRight(Effect.sleep(tick), Effect.suspend(() => poll(name)))
            )
          yield* Effect.forEach(names, poll, { concurrency: "unbounded", discard: true })
        })).pipe(Effect.provide(http))
      )
      return { known }
    case "gax": {
      const authClient = new OAuth2Client()
      authClient.setCredentials({ access_token: "ya29.token", expiry_date: 4_000_000_000_000 })
      const auth = new GoogleAuth({ authClient: authClient as never, projectId: "p" }) as never
      const root = await import("@google-cloud/cloudbuild")
      const client = new root.CloudBuildClient({
        fallback: true,
        apiEndpoint: "127.0.0.1",
        port: Number(new URL(origin).port),
        protocol: "http",
        auth
      })
      await client.initialize()
      const undecoded = () => ({})
      const descriptor = new Gax.LongrunningDescriptor(
        client.operationsClient as never,
        undecoded as never,
        undecoded as never
      )
      await Promise.all(names.map(async (name, i) => {
        const backoff = Gax.createBackoffSettings(
          tick,
          1,
          tick,
          null as never,
          null as never,
          null as never,
          1e9
        )
        const operation = Gax.operation(
          { name, done: false } as never,
          descriptor as never,
          backoff
        )
        await operation.promise()
        known[i] = Date.now()
      }))
      return { known }
    }
    case "rate": {
      const { interval = 60_000, limit = 600, millis = 0 } = task
      const layer = Service.layer({
        endpoint: origin,
        rateLimit: RateLimit.make({
          reads: { limit, interval },
          writes: { limit: 1000, interval }
        })
      }).pipe(Layer.provide(http))
      let cancelMillis = 0
      await Effect.runPromise(
        Effect.flatMap(NetworkConnectivity, (client) =>
          Effect.gen(function*() {
            const waits = yield* Effect.fork(
              Effect.forEach(names, (name) =>
                client.untilDone(name, { schedule: Polling.fixed(100) }), {
                concurrency: "unbounded",
                discard: true
              })
            )
            // Thousands queue for their turn by now.
            yield* Effect.sleep(millis / 2)
            const before = performance.now()
            yield* client.cancel({ name: nameOf(0) })
            cancelMillis = performance.now() - before
            yield* Effect.sleep(millis / 2)
            yield* Fiber.interrupt(waits)
          })).pipe(Effect.provide(layer))
      )
      return { cancelMillis }
    }
    case "memory":
      return Effect.runPromise(
        Effect.gen(function*() {
          yield* NetworkConnectivity
          // What is loaded and compiled once is no operation's.
          const warm = yield* Effect.fork(
            Stream.runDrain(Fleet.outcomes(NetworkConnectivity, names.slice(0, 500), { schedule }))
          )
          yield* Effect.sleep(tick * 2.5)
          yield* Fiber.interrupt(warm)
          const before = yield* Effect.promise(collect)
          const fiber = yield* Effect.fork(
            Stream.runDrain(Fleet.outcomes(NetworkConnectivity, names, { schedule }))
          )
          yield* Effect.sleep(tick * 2.5)
          const heap = yield* Effect.promise(collect)
          yield* Fiber.interrupt(fiber)
          return { bytes: (heap - before) / count, heap }
        }).pipe(Effect.provide(fleet))
      )
    case "memoryWaits":
    case "memoryFibers":
      return Effect.runPromise(
        Effect.gen(function*() {
          const client = yield* NetworkConnectivity
          const wait = (name: string): Effect.Effect<unknown, unknown> =>
            task.way === "memoryFibers"
              ? Effect.flatMap(Deferred.make<void>(), Deferred.await)
              : client.untilDone(name, { schedule })
          const warm = yield* Effect.forEach(names.slice(0, 500), (name) => Effect.fork(wait(name)))
          yield* Effect.sleep(tick * 2.5)
          yield* Fiber.interruptAll(warm)
          const before = yield* Effect.promise(collect)
          const fibers = yield* Effect.forEach(names, (name) => Effect.fork(wait(name)))
          yield* Effect.sleep(tick * 2.5)
          const heap = yield* Effect.promise(collect)
          yield* Fiber.interruptAll(fibers)
          return { bytes: (heap - before) / count, heap }
        }).pipe(Effect.provide(fleet))
      )
  }
}

process.once("message", (task: Task) => {
  const begun = process.cpuUsage()
  run(task).then((result) => {
    const { system, user } = process.cpuUsage(begun)
    process.send?.({ cpu: (system + user) / 1000, ...result })
    process.disconnect?.()
  }, (error: unknown) => {
    console.error(error)
    process.exitCode = 1
    process.disconnect?.()
  })
})
