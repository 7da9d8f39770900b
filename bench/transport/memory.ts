// One after another on purpose.
// oxlint-disable no-await-in-loop
/** Heap bytes per waiting operation, and of a fiber that sleeps. */
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import { Context, Effect, Fiber, Layer, Schedule } from "effect"
import * as Credentials from "effect-lro/Credentials"
import { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
import * as Service from "effect-lro/services/networkconnectivity/v1"

interface Options {
  /** How many of them wait at the same time. */
  readonly count: number
  /** A full garbage collection. */
  readonly collect: () => void
}

const pause = () => new Promise<void>((done) => setTimeout(done, 1000))

const settle = async (collect: () => void) => {
  for (let i = 0; i < 4; i++) {
    await new Promise((done) => setTimeout(done, 100))
    collect()
  }
  return process.memoryUsage().heapUsed
}

const measure = async <A, E>(
  { collect, count }: Options,
  make: (index: number) => Effect.Effect<A, E>,
  settled: () => Promise<void>
) => {
  const before = await settle(collect)
  const fibers = Array.from({ length: count }, (_, index) => Effect.runFork(make(index)))
  await settled()
  const after = await settle(collect)
  await Effect.runPromise(Fiber.interruptAll(fibers))
  return (after - before) / count
}

const polls = { count: 0 }

const http = Layer.succeed(
  HttpClient.HttpClient,
  HttpClient.make((request, url) =>
    Effect.sync(() => {
      polls.count++
      return HttpClientResponse.fromWeb(
        request,
        new Response(`{"name":"${url.pathname.slice(4)}","done":false}`)
      )
    })
  )
)

/** Every wait has had its first poll, and a second passed since. */
const polled = (count: number) => async (): Promise<void> => {
  while (polls.count < count) await pause()
  await pause()
}

export const perWait = async (options: Options) => {
  polls.count = 0
  const sleeping = await measure(options, () => Effect.sleep("1 hour"), pause)
  const waiting = await Effect.runPromise(Effect.scoped(Effect.gen(function*() {
    const context = yield* Layer.build(
      Service.layer().pipe(Layer.provide(Credentials.layerNone), Layer.provide(http))
    )
    const client = Context.get(context, NetworkConnectivity)
    const schedule = Schedule.spaced("1 hour")
    const wait = (index: number) =>
      client.untilDone(`projects/p/locations/l/operations/o${index}`, { schedule })
    // What Node loads for the first response of all is not a wait's.
    const first = yield* Effect.fork(wait(-1))
    yield* Effect.promise(polled(1))
    yield* Fiber.interrupt(first)
    polls.count = 0
    return yield* Effect.promise(() => measure(options, wait, polled(options.count)))
  })))
  return { sleeping, waiting }
}
