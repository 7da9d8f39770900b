/** What calls leave behind: sockets, fibers and timers, after failures in the body and after interruptions. */
import { Headers } from "@effect/platform"
import { Effect, Exit, Layer, Scope, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import type { LroError } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import { bake } from "../kit/bakery.ts"
import { census, interruptAndAwait } from "../kit/fibers.ts"
import * as Logs from "../kit/logs.ts"
import { binding } from "./cells.ts"
import * as Chance from "./chance.ts"
import * as FaultServer from "./FaultServer.ts"
import * as Replies from "./replies.ts"
import { type Transport, transports } from "./transports.ts"

export interface Report {
  readonly transport: Transport
  readonly seed: number
  readonly calls: number
  readonly failed: number
  /** Connections that were opened in all. */
  readonly connections: number
  /** What was there at the end and not at the beginning. */
  readonly left: { readonly sockets: number; readonly fibers: number; readonly timers: number }
}

const credentials: Credentials.Service = {
  ...Credentials.none,
  headers: () => Effect.succeed(Headers.empty)
}

const timers = (): number =>
  process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length

type Client = Operations.ClientOf<typeof binding>
const id = "r"
const parent = `projects/${id}/locations/l`
const name = Replies.nameOf(id)

const calls = (client: Client): ReadonlyArray<() => Effect.Effect<unknown, LroError>> => [
  () => client.get({ name }),
  () => Stream.runDrain(client.list({ name: parent })),
  () => client.cancel({ name }),
  () => client.delete({ name }),
  () => client.start(bake, { parent, cake: {} }),
  () => client.untilDone(name),
  () => Stream.runDrain(client.watch(name))
]

/** Runs a program against a server on a transport, and says what it leaves. */
const measure = (
  transport: Transport,
  seed: number,
  reply: (chance: Chance.Chance) => FaultServer.Reply,
  program: (
    client: Client,
    chance: Chance.Chance
  ) => Effect.Effect<{ calls: number; failed: number }>
): Effect.Effect<Report> =>
  Effect.gen(function*() {
    const chance = Chance.make(seed)
    // `fetch` has no end of its own: its idle connections go when the server says so.
    const server = yield* FaultServer.makeWith({ keepAliveMillis: 3000 })
    const conversation = server.serve(id, (exchange) => reply(chance)(exchange))
    const before = { sockets: server.open(), timers: timers() }
    const fibers = census()
    const scope = yield* Scope.make()
    const counted = yield* Effect.gen(function*() {
      const context = yield* Layer.buildWithScope(transports[transport], scope)
      const client = yield* Operations.make(binding, {
        endpoint: server.url,
        retry: "none",
        timeout: "20 seconds",
        polling: { schedule: Polling.fixed(5), maxOutage: 1 }
      }).pipe(
        Effect.provide(context),
        Effect.provideService(Credentials.Credentials, credentials),
        Scope.extend(scope),
        Effect.orDie
      )
      return yield* program(client, chance)
    }).pipe(Effect.provide(fibers.layer), Logs.silent)
    yield* Scope.close(scope, Exit.void)
    const left = Effect.gen(function*() {
      return {
        sockets: server.open() - before.sockets + conversation.pending,
        fibers: (yield* fibers.others).length,
        timers: Math.max(0, timers() - before.timers)
      }
    })
    const settled = yield* left.pipe(
      Effect.delay(50),
      Effect.repeat({
        until: ({ fibers, sockets, timers }) => sockets + fibers + timers === 0,
        times: 400
      })
    )
    return { transport, seed, ...counted, connections: server.accepted(), left: settled }
  }).pipe(Effect.scoped)

const broken: ReadonlyArray<FaultServer.Reply> = [
  Replies.cut(Replies.reset),
  Replies.cut(Replies.hangUp),
  Replies.cutChunk,
  Replies.halfJson,
  Replies.html(200)
]

/** Many calls, of which half fail in the body. */
export const failures = (
  transport: Transport,
  { calls: wanted, seed }: { readonly calls: number; readonly seed: number }
): Effect.Effect<Report> =>
  measure(
    transport,
    seed,
    (chance) => chance.often(0.5) ? chance.pick(broken) : Replies.json(Replies.honest),
    (client, chance) =>
      Effect.gen(function*() {
        const all = calls(client)
        let failed = 0
        yield* Effect.forEach(
          Array.from({ length: wanted }),
          () =>
            Effect.suspend(chance.pick(all)).pipe(
              Effect.catchAll(() => Effect.sync(() => void failed++))
            ),
          { concurrency: 32, discard: true }
        )
        return { calls: wanted, failed }
      })
  )

/** Many calls, each interrupted at a random instant. */
export const interruptions = (
  transport: Transport,
  { calls: wanted, seed }: { readonly calls: number; readonly seed: number }
): Effect.Effect<Report> =>
  measure(
    transport,
    seed,
    (chance) => {
      const reply = chance.often(0.3)
        ? chance.pick(broken)
        : chance.often(0.3)
        ? Replies.shown({ done: false, response: undefined })
        : Replies.json(Replies.honest)
      const delay = chance.below(20)
      return (exchange) => void setTimeout(() => reply(exchange), delay)
    },
    (client, chance) =>
      Effect.gen(function*() {
        const all = calls(client)
        let failed = 0
        yield* Effect.forEach(
          Array.from({ length: wanted }),
          () =>
            Effect.gen(function*() {
              const fiber = yield* Effect.fork(Effect.suspend(chance.pick(all)))
              yield* Effect.sleep(chance.below(40))
              const exit = yield* interruptAndAwait(fiber)
              if (Exit.isInterrupted(exit)) failed++
            }),
          { concurrency: 32, discard: true }
        )
        return { calls: wanted, failed }
      })
  )
