/** The process that is measured; see memory.ts. */
import { Effect } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Operations from "effect-lro/Operations"
import { binding } from "./cells.ts"
import * as Replies from "./replies.ts"
import { type Transport, transports } from "./transports.ts"

const [transport = "", endpoint = "", repeat = "", limit = ""] = process.argv.slice(2)
const kinds = ["declared", "chunked", "endless", "gzip bomb"]

/** The resident set, which may have had room to spare, and what is in use by objects and buffers. */
const now = () => {
  const { external, heapUsed, rss } = process.memoryUsage()
  return { resident: rss, used: heapUsed + external }
}

/** Runs an effect, and says by how many bytes either of them exceeded what it was before at most. */
const highest = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    globalThis.gc?.()
    const before = now()
    let peak = 0
    const sample = () => {
      const { resident, used } = now()
      peak = Math.max(peak, resident - before.resident, used - before.used)
    }
    const timer = setInterval(sample, 1)
    const result = yield* effect
    clearInterval(timer)
    sample()
    return [result, peak] as const
  })

const ask = (id: string, maxResponseBytes: number) =>
  Effect.gen(function*() {
    const { get } = yield* Operations.make(binding, {
      endpoint,
      maxResponseBytes,
      retry: "none",
      timeout: "2 minutes"
    })
    return yield* get({ name: Replies.nameOf(id) }).pipe(
      Effect.match({
        onFailure: (error) => "reason" in error ? `${error._tag} ${error.reason}` : error._tag,
        onSuccess: () => "ok"
      }),
      // What counts is what reading one body takes, not when the engine clears up after others.
      Effect.ensuring(Effect.sync(() => globalThis.gc?.()))
    )
  }).pipe(Effect.scoped)

const program = Effect.gen(function*() {
  for (let i = 0; i < 20; i++) yield* ask("honest", Number(limit))
  const [outcomes, growth] = yield* highest(
    Effect.forEach(kinds, (kind) =>
      Effect.map(
        Effect.replicateEffect(ask(kind.replace(" ", "-"), Number(limit)), Number(repeat)),
        (outcomes) => [kind, [...new Set(outcomes)]] as const
      ))
  )
  const [, unlimited] = yield* highest(ask("control", Number.MAX_SAFE_INTEGER))
  return { outcomes: Object.fromEntries(outcomes), growth, unlimited }
}).pipe(
  Effect.provide(transports[transport as Transport]),
  Effect.provideService(Credentials.Credentials, Credentials.none)
)

console.log(JSON.stringify(await Effect.runPromise(program)))
