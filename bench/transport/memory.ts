// One after another on purpose.
// oxlint-disable no-await-in-loop
/** Heap bytes per waiting operation, at 10,000 waits, above a fiber that sleeps. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Effect, Fiber, Layer, Schedule } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Service from "effect-lro/services/networkconnectivity/v1"

const count = 10_000

const settle = async () => {
  for (let i = 0; i < 4; i++) {
    await new Promise((done) => setTimeout(done, 100))
    globalThis.gc?.()
  }
  return process.memoryUsage().heapUsed
}

const measure = async <A, E>(make: (index: number) => Effect.Effect<A, E>) => {
  const before = await settle()
  const fibers = Array.from({ length: count }, (_, index) => Effect.runFork(make(index)))
  await new Promise((done) => setTimeout(done, 3_000))
  const after = await settle()
  await Effect.runPromise(Fiber.interruptAll(fibers))
  return (after - before) / count
}

const http = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make((request, url) =>
    Effect.succeed(HttpClientResponse.fromWeb(
      request,
      new Response(`{"name":"${url.pathname.slice(4)}","done":false}`)
    ))
  )
)

export const perWait = async () => {
  const sleeping = await measure(() => Effect.sleep("1 hour"))
  const waiting = await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const context = yield* Layer.build(
      Service.layer().pipe(Layer.provide(Credentials.layerNone), Layer.provide(http))
    )
    const wait = (index: number) =>
      Effect.flatMap(
        NetworkConnectivity,
        (client) =>
          client.untilDone(
            `projects/p/locations/l/operations/o${index}`,
            { schedule: Schedule.spaced("1 hour") }
          )
      ).pipe(
        Effect.provide(context)
      )
    return yield* Effect.promise(() => measure(wait))
  })))
  return { sleeping, waiting }
}
