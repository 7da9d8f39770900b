/**
 * One program for every runtime: the calls of a client, over the runtime's own fetch against a server, and in memory. It uses nothing
 * but what `effect` and this package bring, and gives what became of each check.
 */
import { FetchHttpClient, type HttpClient } from "@effect/platform"
import { Cause, Effect, Exit, Fiber, Layer, Logger, LogLevel, Schema, Stream } from "effect"
import { TestClock, TestContext } from "effect"
import { Credentials, LroError } from "effect-lro"
import { OperationRef } from "effect-lro/OperationRef"
import * as Polling from "effect-lro/Polling"
import * as Network from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import { served } from "./served.ts"

const { createHub } = Network
const parent = "projects/p/locations/global"
const Stored = Schema.parseJson(OperationRef)

/** What became of a check: `ok`, or why not. */
export type Results = Readonly<Record<string, string>>

export const same = (actual: unknown, expected: unknown) =>
  Effect.suspend(() =>
    JSON.stringify(actual) === JSON.stringify(expected)
      ? Effect.void
      : Effect.dieMessage(`${JSON.stringify(actual)} is not ${JSON.stringify(expected)}`)
  )

/** What an operation does follows from the id of its hub, so that the same calls fit a server that runs elsewhere. */
const start = (hubId: string) =>
  Effect.flatMap(
    Network.NetworkConnectivity,
    (operations) => operations.start(createHub, { parent, hubId, hub: { description: "é" } })
  )

/** A check fails with whatever error comes first. */
type Call = Effect.Effect<void, unknown, Network.NetworkConnectivity>

/** Starts an operation and waits for it. */
export const wait: Call = Effect.gen(function*() {
  const operations = yield* Network.NetworkConnectivity
  const hub = yield* operations.untilDone(yield* start("succeeds"))
  yield* same([hub.name, hub.description], [`${parent}/hubs/succeeds`, "é"])
})

const calls: Readonly<Record<string, Call>> = {
  start: Effect.gen(function*() {
    const started = yield* start("succeeds")
    yield* same(started.name.startsWith(`${parent}/operations/`), true)
    yield* same(started.operation.done ?? false, false)
  }),
  wait,
  watch: Effect.gen(function*() {
    const operations = yield* Network.NetworkConnectivity
    const states = yield* Stream.runCollect(operations.watch(yield* start("succeeds")))
    const tags = Array.from(states, ({ _tag }) => _tag)
    yield* same([tags[0], tags.at(-1)], ["Running", "Succeeded"])
  }),
  list: Effect.gen(function*() {
    const operations = yield* Network.NetworkConnectivity
    const { name } = yield* start("never-ends")
    const all = yield* Stream.runCollect(operations.list({ name: parent, pageSize: 1 }))
    yield* same(Array.from(all).some((operation) => operation.name === name), true)
  }),
  cancel: Effect.gen(function*() {
    const operations = yield* Network.NetworkConnectivity
    const final = yield* operations.cancelAndWait(yield* start("never-ends"))
    yield* same(final._tag, "Cancelled")
  }),
  errors: Effect.gen(function*() {
    const operations = yield* Network.NetworkConnectivity
    const missing = yield* Effect.flip(operations.get({ name: `${parent}/operations/none` }))
    yield* same([missing._tag, LroError.isRpcError(missing)], ["NOT_FOUND", true])
    const failed = yield* Effect.flip(operations.untilDone(yield* start("fails")))
    yield* same([failed._tag, LroError.failedWith("ABORTED")(failed)], ["OperationFailed", true])
    const late = yield* Effect.flip(
      operations.untilDone(yield* start("never-ends"), { deadline: "300 millis" })
    )
    yield* same(late._tag, "WaitTimeout")
    const refused = yield* Effect.flip(operations.get({ name: "../x" }))
    yield* same(refused._tag, "InvalidRequest")
  }),
  resume: Effect.gen(function*() {
    const operations = yield* Network.NetworkConnectivity
    const { ref } = yield* start("succeeds")
    const resumed = yield* Schema.decode(Stored)(yield* Schema.encode(Stored)(ref))
    const hub = yield* operations.untilDone(resumed, { method: createHub })
    yield* same(hub.name, `${parent}/hubs/succeeds`)
  }),
  interruption: Effect.gen(function*() {
    const operations = yield* Network.NetworkConnectivity
    const started = yield* start("never-ends")
    const fiber = yield* Effect.fork(operations.untilDone(started, { onInterrupt: "cancel" }))
    yield* Effect.sleep("200 millis")
    yield* Fiber.interrupt(fiber)
    yield* same((yield* operations.poll(started))._tag, "Cancelled")
  })
}

export const polling = { schedule: Polling.fixed("50 millis") }

/** A day of waiting, in the time of a moment. */
const day = Effect.gen(function*() {
  const operations = yield* Network.NetworkConnectivity
  const server = yield* Testing.OperationsServer
  yield* server.script(createHub, Testing.succeedAfter("20 hours"))
  const fiber = yield* Effect.fork(
    operations.run(createHub, { parent, hubId: "day", hub: {} }, {
      schedule: Polling.fixed("1 hour")
    })
  )
  yield* TestClock.adjust("1 day")
  yield* same((yield* Fiber.join(fiber)).name, `${parent}/hubs/day`)
}).pipe(
  Effect.provide(
    Network.layer().pipe(
      Layer.provideMerge(Testing.layer(served)),
      Layer.provide(Credentials.layerNone),
      Layer.provideMerge(TestContext.TestContext)
    )
  )
)

/** What became of each. */
export const outcomes = (
  checks: ReadonlyArray<readonly [string, Effect.Effect<void, unknown>]>
): Promise<Results> =>
  Effect.forEach(
    checks,
    ([what, check]) =>
      Effect.map(
        Effect.exit(check),
        (exit) => [what, Exit.isSuccess(exit) ? "ok" : Cause.pretty(exit.cause)] as const
      )
  ).pipe(
    Effect.map((results): Results => Object.fromEntries(results)),
    Logger.withMinimumLogLevel(LogLevel.Error),
    Effect.runPromise
  )

type Needs = HttpClient.HttpClient

const clientOf = (endpoint: string | undefined, http: Layer.Layer<Needs, unknown>) =>
  Network.layer({ polling, ...(endpoint === undefined ? {} : { endpoint }) }).pipe(
    Layer.provide([http, Credentials.layerNone])
  )

/** Runs every check, by fetch to the server and in memory, and further transports that a runtime has. */
export const run = (
  url: string,
  more: Readonly<Record<string, Layer.Layer<Needs, unknown>>> = {}
): Promise<Results> => {
  const clients = {
    memory: clientOf(undefined, Testing.layer(served)),
    fetch: clientOf(url, FetchHttpClient.layer),
    ...Object.fromEntries(Object.entries(more).map(([name, http]) => [name, clientOf(url, http)]))
  }
  const checks = Object.entries(clients).flatMap(([by, client]) =>
    Object.entries(calls).map(([what, call]) =>
      [`${what}, ${by}`, Effect.provide(call, client)] as const
    )
  )
  return outcomes([...checks, ["a day, memory", day]])
}
