/** Listings that fail in every way, and operations that vanish: each wait ends with its true outcome all the same. */
import { assert, describe, it } from "@effect/vitest"
import {
  Duration,
  Effect,
  Exit,
  FastCheck as fc,
  Fiber,
  Layer,
  Redacted,
  Stream,
  TestClock
} from "effect"
import { Polling } from "effect-lro"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import { Bakery } from "../kit/bakery.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as Server from "../kit/fleetServer.ts"
import { holds } from "../kit/property.ts"
import { inVirtualTime } from "../kit/services.ts"

const every = (seconds: number) => ({ schedule: Polling.fixed(Duration.seconds(seconds)) })

interface Known {
  readonly how: string
  /** In seconds. */
  readonly at: number
}

/** What becomes of all operations of a world, by their number. */
const outcomes = (world: Server.World, during: Duration.DurationInput = "1 hour") =>
  Effect.gen(function*() {
    const ended = new Map<number, Known>()
    const clock = yield* Effect.clock
    const fiber = yield* Effect.fork(Stream.runForEach(
      Fleet.outcomes(Bakery, Server.namesOf(world), every(5)),
      ({ exit, index }) =>
        Effect.sync(() => {
          const how = Exit.match(exit, {
            onSuccess: ({ response }) =>
              response._tag === "Some" ? "succeeded" : "without a response",
            onFailure: (cause) => cause._tag === "Fail" ? cause.error._tag : cause._tag
          })
          ended.set(index, { how, at: clock.unsafeCurrentTimeMillis() / 1000 })
        })
    ))
    yield* TestClock.adjust(during)
    yield* Fiber.join(fiber)
    return Array.from(world.plans, (_, i) => ended.get(i) ?? { how: "nothing", at: NaN })
  })

const truth = {
  succeeded: "succeeded",
  failed: "OperationFailed",
  cancelled: "OperationCancelled",
  deleted: "NOT_FOUND"
} as const

const plansOf = (count: number): ReadonlyArray<Server.Plan> =>
  Array.from({ length: count }, (_, i) => ({
    endsAt: 3000 + 1700 * i,
    end: (["succeeded", "succeeded", "failed", "cancelled", "deleted"] as const)[i % 5] ??
      "succeeded",
    unclear: i % 7 === 0
  }))

const endsTruly = (world: Server.World) =>
  Effect.map(outcomes(world), (known) =>
    assert.deepStrictEqual(
      known.map(({ how }) => how),
      world.plans.map(({ end }) => truth[end])
    ))

const token = (call: FakeHttp.Call) => new URL(call.url).searchParams.get("pageToken")

describe("[46] a listing whose", () => {
  const faults: ReadonlyArray<readonly [title: string, fault: NonNullable<Server.World["fault"]>]> =
    [
      [
        "pages fail now and then",
        (kind, _, index) =>
          kind === "list" && index % 20 === 7 ? FakeHttp.failure(503, "UNAVAILABLE") : undefined
      ],
      [
        "pages always fail",
        (kind) => kind === "list" ? FakeHttp.failure(500, "INTERNAL") : undefined
      ],
      [
        "pages are cut off",
        (kind, _, index) =>
          kind === "list" && index % 3 === 0
            ? FakeHttp.truncated("{\"operations\":[", "ECONNRESET")
            : undefined
      ],
      [
        "second page has a token that expired",
        (kind, call) =>
          kind === "list" && token(call) !== null
            ? FakeHttp.failure(400, "INVALID_ARGUMENT")
            : undefined
      ],
      [
        "page token repeats",
        (kind, call) =>
          kind === "list" && token(call) !== null
            ? FakeHttp.json({ operations: [], nextPageToken: token(call) })
            : undefined
      ],
      [
        "pages are out of reach",
        (kind) => kind === "list" ? FakeHttp.broken("ECONNREFUSED") : undefined
      ],
      [
        "pages are more than is read",
        (kind, call) =>
          kind === "list" && Number(new URL(call.url).searchParams.get("pageSize")) > 100
            ? FakeHttp.json({}, { headers: { "content-length": String(65 * 1024 * 1024) } })
            : undefined
      ],
      [
        "parent is nothing that it knows",
        (kind) => kind === "list" ? FakeHttp.failure(404, "NOT_FOUND") : undefined
      ]
    ]
  for (const [title, fault] of faults) {
    it.effect(`${title}: every wait ends with its true outcome`, () => {
      const world: Server.World = { plans: plansOf(40), fault, maxPageSize: 10 }
      return Effect.provide(endsTruly(world), Server.layer(world))
    })
  }

  it.effect("calls need another token from the middle on: every wait ends with its true outcome", () => {
    let current = 1
    const source = Credentials.layerTokenEffect(() =>
      Effect.sync(() => ({ token: Redacted.make(`token-${current}`), expiresAt: 1e12 }))
    )
    const world: Server.World = {
      plans: plansOf(40),
      maxPageSize: 10,
      fault: (kind, call) => {
        if (kind === "list" && token(call) === "20") current = 2
        return call.headers["authorization"] === `Bearer token-${current}`
          ? undefined
          : FakeHttp.failure(401, "UNAUTHENTICATED")
      }
    }
    return Effect.provide(
      endsTruly(world),
      Fleet.layer(Bakery).pipe(
        Layer.provideMerge(Layer.merge(FakeHttp.layer(Server.handler(world)), source))
      )
    )
  })
})

describe("[17, 46] an outage", () => {
  const out = (from: number, to: number): NonNullable<Server.World["fault"]> => (_, call) =>
    call.at >= from && call.at < to ? FakeHttp.failure(503, "UNAVAILABLE") : undefined

  it.effect("of some minutes passes, at the price of a listing and a get a tick", () => {
    const world = { plans: plansOf(40), fault: out(20_000, 320_000) }
    return Effect.gen(function*() {
      const known = yield* outcomes(world)
      assert.deepStrictEqual(known.map(({ how }) => how), world.plans.map(({ end }) => truth[end]))
      const meanwhile = (yield* FakeHttp.calls).filter(({ at }) => at >= 20_000 && at < 320_000)
      // A listing is tried three times.
      assert.isAtMost(meanwhile.length, 60 * 4)
    }).pipe(Effect.provide(Server.layer(world)))
  })

  it.effect("of more than `maxOutage` ends every wait with the failure of its own operation", () => {
    const world = { plans: plansOf(10), fault: out(0, Infinity) }
    return Effect.gen(function*() {
      const fiber = yield* Effect.fork(
        Stream.runCollect(Fleet.outcomes(Bakery, Server.namesOf(world), every(5)))
      )
      yield* TestClock.adjust("20 minutes")
      const rows = Array.from(yield* Fiber.join(fiber))
      assert.lengthOf(rows, 10)
      for (const { exit, ref } of rows) {
        assert(Exit.isFailure(exit) && exit.cause._tag === "Fail")
        const { error } = exit.cause
        assert(error._tag === "UNAVAILABLE")
        assert.strictEqual(error.operation?.name, ref.name)
      }
    }).pipe(Effect.provide(Server.layer(world)))
  })

  it.effect("is over for all at the instant that a hint names", () => {
    const world: Server.World = {
      plans: Array.from({ length: 6 }, () => ({ endsAt: 12_000, end: "succeeded" as const })),
      fault: (_, call) =>
        call.at >= 5000 && call.at < 6000
          ? FakeHttp.failure(429, "RESOURCE_EXHAUSTED", { headers: { "retry-after": "60" } })
          : undefined
    }
    return Effect.gen(function*() {
      const known = yield* outcomes(world)
      for (const { at, how } of known) assert.deepStrictEqual([how, at], ["succeeded", 65])
      assert.deepStrictEqual(yield* Server.asked, [["list", 0], ["list", 5], ["list", 65]])
    }).pipe(Effect.provide(Server.layer(world)))
  })
})

describe("[46] any fleet", () => {
  const plan: fc.Arbitrary<Server.Plan> = fc.record({
    endsAt: fc.integer({ min: 0, max: 90_000 }),
    end: fc.constantFrom("succeeded", "failed", "cancelled", "deleted"),
    unclear: fc.boolean(),
    listedFrom: fc.constantFrom(0, 0, 0, 20_000, 1e9)
  })
  const world = fc.record({
    plans: fc.array(plan, { minLength: 1, maxLength: 30 }),
    old: fc.constantFrom(0, 0, 5, 200),
    maxPageSize: fc.constantFrom(3, 10, 100),
    project: fc.constantFrom("p", "4711"),
    broken: fc.constantFrom(0, 0, 5, 30),
    seed: fc.integer({ min: 0, max: 1000 })
  })

  it.effect("ends each wait with its true outcome, late by its schedule and a tick where nothing fails, for at most one request more than gets alone", () =>
    holds(world, 60, ({ broken, seed, ...given }) => {
      const world: Server.World = {
        ...given,
        fault: (kind, _, index) =>
          kind === "list" && (index * 7919 + seed) % 100 < broken
            ? [
              FakeHttp.failure(500, "INTERNAL"),
              FakeHttp.failure(503, "UNAVAILABLE"),
              FakeHttp.failure(400, "INVALID_ARGUMENT"),
              FakeHttp.html(502)
            ][(index + seed) % 4]
            : undefined
      }
      return Effect.gen(function*() {
        const known = yield* outcomes(world)
        assert.deepStrictEqual(
          known.map(({ how }) => how),
          world.plans.map(({ end }) => truth[end])
        )
        if (broken > 0) return
        const alone = world.plans.reduce((sum, { endsAt }) => sum + 1 + Math.ceil(endsAt / 5000), 0)
        // The page that finds out, where all had ended before it.
        assert.isAtMost((yield* FakeHttp.calls).length, alone + 1)
        known.forEach(({ at }, i) => {
          const plan = world.plans[i]
          // What list lacks is got once a minute.
          if (plan?.listedFrom === 0 && plan.end !== "deleted") {
            assert.isAtMost(at - plan.endsAt / 1000, 10 + 1e-9)
          }
        })
      }).pipe(Effect.provide(Server.layer(world)), inVirtualTime)
    }))
})
