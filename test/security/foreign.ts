/** Operations named in every form, at endpoints of all kinds, and every method that takes one. */
import { Effect, Schema, Stream } from "effect"
import { OperationRef } from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import * as DateTime from "effect/DateTime"
import { bake, binding, http, name } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"

export const ref = new OperationRef({
  service: "bakery.googleapis.com",
  version: "v1",
  name,
  startedAt: DateTime.unsafeMake("2026-01-01T00:00:00Z")
})

/** Hosts, schemes, ports and paths that are not the service's. */
export const foreign: ReadonlyArray<string> = [
  "https://evil.example",
  "http://evil.example",
  "https://storage.googleapis.com/bucket",
  "https://storage.googleapis.com",
  "https://bakery.googleapis.com.evil.example",
  "https://bakery.googleapis.com/prefix",
  "https://bakery.googleapis.com:8443",
  "https://user@bakery.googleapis.com",
  "https://evilbakery.googleapis.com",
  "https://bakery.mtls.evil.example",
  "http://bakery.googleapis.com",
  "http://localhost:1",
  "bakery.googleapis.com",
  "file:///etc/passwd",
  "javascript:alert(1)",
  ""
]

export const own = [
  "https://bakery.googleapis.com",
  "https://bakery.googleapis.com/",
  "https://eu-bakery.googleapis.com",
  "https://bakery.mtls.googleapis.com",
  "https://eu-bakery.mtls.googleapis.com",
  "https://bakery.europe-west3.rep.googleapis.com",
  "https://bakery.europe-west3.rep.mtls.googleapis.com",
  "https://bakery-psc1.p.googleapis.com"
]

/** Every form in which a caller may name an operation at an endpoint. */
export const forms = (endpoint: string) => {
  const referred = new OperationRef({ ...ref, endpoint })
  const started = { operation: { name, done: false }, ref: referred, name, method: bake }
  return {
    reference: referred,
    "JSON of a reference": JSON.parse(JSON.stringify(Schema.encodeSync(OperationRef)(referred))),
    "spread of a reference": { ...referred },
    "child of a reference": Object.create(referred),
    "name with endpoint": { name, endpoint },
    "operation with endpoint": { name, done: false, endpoint },
    started,
    "JSON of a started operation": JSON.parse(JSON.stringify(started)),
    "started around JSON": { ...started, ref: JSON.parse(JSON.stringify(referred)) }
  }
}

type Bakeries = Operations.ClientOf<typeof binding>

export const methods: {
  readonly [method: string]: (bakery: Bakeries, target: never) => Effect.Effect<unknown, unknown>
} = {
  get: (bakery, target) => bakery.get(target),
  cancel: (bakery, target) => bakery.cancel(target),
  delete: (bakery, target) => bakery.delete(target),
  wait: (bakery, target) => bakery.wait(target),
  poll: (bakery, target) => bakery.poll(target),
  untilDone: (bakery, target) => bakery.untilDone(target),
  untilFinal: (bakery, target) => bakery.untilFinal(target),
  watch: (bakery, target) => Stream.runDrain(bakery.watch(target)),
  cancelAndWait: (bakery, target) => bakery.cancelAndWait(target)
}
export const waits = ["poll", "untilDone", "untilFinal", "watch", "cancelAndWait"]

/** How each method takes each form at all foreign endpoints: how many were refused, and what was sent. */
const outcomes = Effect.gen(function*() {
  const bakery = yield* Operations.make(binding)
  return yield* Effect.forEach(Object.entries(methods), ([method, call]) =>
    Effect.gen(function*() {
      const kinds = Object.keys(forms(""))
      const cells = yield* Effect.forEach(kinds, (kind) =>
        Effect.gen(function*() {
          const before = (yield* FakeHttp.calls).length
          const refused = yield* Effect.filter(foreign, (endpoint) => {
            const target = Object.entries(forms(endpoint)).find(([form]) => form === kind)?.[1]
            return Effect.match(call(bakery, target as never), {
              onFailure: (error) =>
                (error as { readonly _tag?: unknown })._tag === "InvalidRequest",
              onSuccess: () => false
            })
          })
          const sent = (yield* FakeHttp.calls).length - before
          return `${refused.length} of ${foreign.length}, ${sent} sent`
        }))
      return [method, ...cells]
    }))
}).pipe(
  Effect.scoped,
  Effect.orDie,
  Effect.provide(http(() => FakeHttp.json({ name, done: true })))
)

const begin = "<!-- trust: written by `npm run reliability -- --table` -->"
const end = "<!-- end of trust -->"

/** A document with the table renewed. */
export const renew = (document: string): Effect.Effect<string> =>
  Effect.map(outcomes, (rows) => {
    const line = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
    const head = ["method", ...Object.keys(forms(""))]
    const table = [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n")
    const [before = "", rest = ""] = document.split(begin)
    const [, after = ""] = rest.split(end)
    return `${before}${begin}\n\n${table}\n\n${end}${after}`
  })
