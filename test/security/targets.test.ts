/** Whatever is given for a target: no request leaves for a host outside of the rule, and nothing ends in a defect. */
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, FastCheck as fc, Option, Stream } from "effect"
import { isLroError } from "effect-lro/LroError"
import { OperationRef } from "effect-lro/OperationRef"
import * as Operations from "effect-lro/Operations"
import * as Polling from "effect-lro/Polling"
import * as DateTime from "effect/DateTime"
import { bake, binding, http, name } from "../kit/bakery.ts"
import { count } from "../kit/counts.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as Logs from "../kit/logs.ts"
import { holds } from "../kit/property.ts"

/** Written apart from the code under test: the service's host, its regional ones, mutual TLS, Private Service Connect. */
const hosts =
  /^(?:(?:[a-z0-9-]+-)?bakery(?:\.mtls)?|bakery\.[a-z0-9-]+\.rep(?:\.mtls)?|bakery-[a-z0-9-]+\.p)\.googleapis\.com$/
const paths = /^\/v1\/projects\/[^/?#]+\/locations\/[^/?#]+\/operations\/[^/?#]+(?::cancel|:wait)?$/

const evil = "evil.example"
const endpoints = fc.constantFrom<unknown>(
  undefined,
  null,
  "",
  7,
  "https://bakery.googleapis.com",
  "https://bakery.googleapis.com/",
  "https://eu-bakery.googleapis.com",
  "https://bakery.mtls.googleapis.com",
  "https://bakery.europe-west3.rep.googleapis.com",
  "https://bakery-psc.p.googleapis.com",
  "http://bakery.googleapis.com",
  "https://bakery.googleapis.com:8443",
  "https://bakery.googleapis.com/v1/..",
  `https://bakery.googleapis.com@${evil}`,
  `https://${evil}`,
  `https://${evil}/bakery.googleapis.com`,
  `https://bakery.googleapis.com.${evil}`,
  `https://${evil}\\@bakery.googleapis.com`,
  `https:${evil}`,
  `//${evil}`,
  "https://storage.googleapis.com",
  "https://xbakery.googleapis.com",
  "http://127.0.0.1:1",
  "http://[::1]:1",
  "https://BAKERY.googleapis.com",
  "https://bakery.googleapis.com.",
  "https://bäkery.googleapis.com",
  new URL(`https://${evil}`),
  { toString: () => `https://${evil}` },
  [`https://${evil}`]
)
const names = fc.constantFrom<unknown>(
  name,
  name,
  name,
  "",
  "operations/o",
  `https://${evil}/v1/o`,
  `//${evil}/v1/o`,
  "projects/p/locations/l/operations/..",
  `projects/p/locations/${evil}%23/operations/o`,
  `projects/p/locations/l/operations/@${evil}`,
  undefined,
  null,
  1,
  { toString: () => name },
  [name]
)
const date = DateTime.unsafeMake("2026-01-01T00:00:00Z")
const fields = fc.record({
  name: names,
  service: fc.constantFrom<unknown>(
    binding.service,
    binding.service,
    binding.service,
    evil,
    undefined,
    1
  ),
  version: fc.constantFrom<unknown>("v1", "v1", "v1", "v2", "../v1", undefined),
  endpoint: endpoints,
  location: fc.constantFrom<unknown>(undefined, "l", evil, "l#", `${evil}/`, 1, null),
  method: fc.constantFrom<unknown>(undefined, bake.rpc, "other", bake, 1),
  startedAt: fc.constantFrom<unknown>(date, "2026-01-01T00:00:00Z", 0, undefined),
  requestId: fc.constantFrom<unknown>(undefined, "id", 1),
  done: fc.constantFrom<unknown>(true, true, false, undefined, "true"),
  metadata: fc.anything(),
  error: fc.constantFrom<unknown>(undefined, null, { code: 1 }, { code: "x" }, "text"),
  response: fc.anything(),
  timeout: fc.constantFrom<unknown>(undefined, "1 second")
}, { requiredKeys: [] })

/** The class where its fields allow it. */
const reference = (given: object): unknown => {
  try {
    return new OperationRef(given as never)
  } catch {
    return Object.assign(Object.create(OperationRef.prototype), given)
  }
}
const json = (value: unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(value) ?? "null")
  } catch {
    return null
  }
}
/** A good reference, whose parts are replaced. */
const valid = { name, service: binding.service, version: "v1", startedAt: date }

/** All is well but one part. */
const near = fc.tuple(
  fc.constantFrom(
    "endpoint",
    "endpoint",
    "name",
    "service",
    "location",
    "method",
    "done",
    "startedAt"
  ),
  fields
).map(([key, given]) => Object.assign({}, valid, { [key]: Reflect.get(given, key) }))

const forms = fc.oneof(
  { depthSize: "small" },
  { arbitrary: near, weight: 2 },
  { arbitrary: near.map(reference), weight: 4 },
  { arbitrary: near.map((given) => json(reference(given))), weight: 4 },
  near.map((given) => Object.create(reference(given) as object)),
  fields,
  fields.map(reference),
  fields.map((given) => reference({ ...valid, endpoint: given.endpoint })),
  fields.map((given) => Object.assign({}, valid, given)),
  fields.map((given) => json({ ...valid, endpoint: given.endpoint, done: given.done })),
  fields.map((given) => json(reference({ ...valid, ...given }))),
  fields.map((given) => Object.create(given)),
  fields.map((given) => Object.create(reference({ ...valid, ...given }) as object)),
  fields.map((given) =>
    JSON.parse(`{"__proto__":${JSON.stringify(json({ ...valid, ...given }))}}`)
  ),
  fields.map((given) => Object.assign(Object.create(null), given)),
  names,
  fc.anything()
)
const methodsOfStarted = fc.constantFrom<unknown>(bake, { rpc: bake.rpc }, undefined, "m", {})
const target = fc.oneof(
  forms,
  fc.record({
    operation: forms,
    ref: forms,
    name: names,
    method: methodsOfStarted,
    endpoint: endpoints
  }, { requiredKeys: ["ref"] }),
  fc.record({ operation: forms, ref: forms, name: names, method: methodsOfStarted }).map(json),
  fc.tuple(fields, forms).map(([given, ref]) => Object.assign(Object.create({ ref }), given)),
  fc.tuple(fields, forms).map(([given, ref]) => Object.assign({}, given, { ref: { ref } }))
)

/** A minute is for what never ends. */
const soon = { schedule: Polling.fixed("1 millis"), spread: 0, deadline: "1 minute" } as const
type Bakeries = Operations.ClientOf<typeof binding>
const methods: ReadonlyArray<
  (bakery: Bakeries, target: never) => Effect.Effect<unknown, unknown>
> = [
  (bakery, target) => bakery.get(target),
  (bakery, target) => bakery.cancel(target),
  (bakery, target) => bakery.delete(target),
  (bakery, target) => bakery.wait(target),
  (bakery, target) => bakery.poll(target),
  (bakery, target) => bakery.untilDone(target, soon),
  (bakery, target) => bakery.untilFinal(target, soon),
  (bakery, target) => Stream.runDrain(bakery.watch(target, soon)),
  (bakery, target) => bakery.cancelAndWait(target, soon)
]

describe("[4] any object for a target", () => {
  it.scopedLive(
    "leads to a host of the service, or to an error of its type",
    () =>
      Effect.gen(function*() {
        const bakery = yield* Operations.make(binding)
        const calls = yield* FakeHttp.Calls
        const seen = { sent: 0, refused: 0 }
        yield* holds(
          fc.tuple(target, fc.integer({ min: 0, max: methods.length - 1 })),
          // On a working day a tenth of the second is done.
          count(100_000, 10_000),
          ([target, method]) =>
            Effect.gen(function*() {
              calls.length = 0
              const call = Effect.suspend(() =>
                methods[method]?.(bakery, target as never) ?? Effect.void
              )
              const exit = yield* Effect.exit(call)
              if (Exit.isFailure(exit)) {
                const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
                if (Cause.isDie(exit.cause) || !isLroError(error)) {
                  assert.fail(Cause.pretty(exit.cause))
                }
              }
              for (const { url } of calls) {
                const { hostname, pathname, port, protocol, username } = new URL(url)
                assert.deepStrictEqual([protocol, port, username], ["https:", "", ""], url)
                assert.match(hostname, hosts)
                assert.match(pathname, paths)
              }
              if (calls.length > 0) seen.sent++
              else seen.refused++
            })
        )
        // The property would also hold if nothing were ever sent, or refused.
        assert.isAbove(seen.sent, 100)
        assert.isAbove(seen.refused, 100)
      }).pipe(
        Effect.provide(http(() => FakeHttp.json({ name, done: true }))),
        Logs.silent
      ),
    3_600_000
  )
})
