import { assert, describe, it } from "@effect/vitest"
import { Chunk, Clock, Effect, Either, Fiber, Option, Stream, TestClock } from "effect"
import { RecentTokens } from "effect-lro/internal/list/tokens"
import { type ListError, PageTokenError } from "effect-lro/LroError"
import * as Operations from "effect-lro/Operations"
import { binding, http, parent, parentUrl, token } from "../kit/bakery.ts"
import { count } from "../kit/counts.ts"
import * as FakeHttp from "../kit/FakeHttp.ts"
import * as Heap from "../kit/heap.ts"
import * as LeanHttp from "../kit/LeanHttp.ts"
import { withDice } from "../kit/services.ts"
import { turn } from "../kit/turn.ts"

const list = "google.longrunning.Operations.ListOperations"
const item = (id: number) => ({ name: `${parent}/operations/${id}`, done: false })
const ids = (operations: Iterable<{ readonly name: string }>) =>
  Array.from(operations, ({ name }) => Number(name.slice(`${parent}/operations/`.length)))

const tokenOf = ({ url }: FakeHttp.Call) => new URL(url).searchParams.get("pageToken") ?? ""

/** A collection of pages of this size; the token of page n is `t<n>`. */
const pages = (count: number, size: number): FakeHttp.Handler => (call) => {
  const page = Number(tokenOf(call).slice(1) || 1)
  return FakeHttp.json({
    operations: Array.from({ length: size }, (_, i) => item((page - 1) * size + i)),
    ...(page < count ? { nextPageToken: `t${page + 1}` } : {})
  })
}

const tokens = Effect.map(FakeHttp.calls, (calls) => calls.map(tokenOf))

/** What a list emitted, and how it ended. */
const collect = <A>(stream: Stream.Stream<A, ListError>) =>
  Effect.gen(function*() {
    const emitted: Array<A> = []
    const result = yield* Effect.either(
      Stream.runForEach(stream, (value) => Effect.sync(() => void emitted.push(value)))
    )
    return { emitted, error: Option.getOrUndefined(Either.getLeft(result)) }
  })

describe("a list", () => {
  it.effect.each([[1, 1], [3, 1], [4, 2], [6, 2], [7, 3]] as const)(
    "of which %i are taken costs %i requests",
    ([take, requests]) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        const taken = yield* Stream.runCollect(Stream.take(client.list({ name: parent }), take))
        assert.deepStrictEqual(ids(taken), Array.from({ length: take }, (_, i) => i))
        assert.strictEqual((yield* FakeHttp.calls).length, requests)
      }).pipe(Effect.provide(http(pages(5, 3))))
  )

  it.effect("asks for a page when its consumer does", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const stream = client.list({ name: parent })
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
      const fiber = yield* Effect.fork(Stream.runForEach(stream, () => Effect.sleep("1 second")))
      yield* TestClock.adjust("1 minute")
      yield* Fiber.join(fiber)
      assert.deepStrictEqual((yield* FakeHttp.calls).map((call) => call.at), [0, 3_000, 6_000])
    }).pipe(Effect.provide(http(pages(3, 3)))))

  it.effect("begins anew each time it is run", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const stream = client.list({ name: parent })
      const [first, second] = [yield* collect(stream), yield* collect(stream)]
      assert.deepStrictEqual(first, second)
      assert.deepStrictEqual(ids(first.emitted), [0, 1, 2, 3])
      assert.deepStrictEqual(yield* tokens, ["", "t2", "", "t2"])
    }).pipe(Effect.provide(http(pages(2, 2)))))

  it.effect("keeps every other argument between pages, and tokens byte for byte", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding, { errorFormat: "2" })
      const request = { name: parent, filter: "a=b", pageSize: 7, returnPartialSuccess: true }
      yield* Stream.runDrain(client.list(request, { quotaProject: "q", headers: { "x-a": "b" } }))
      const calls = yield* FakeHttp.calls
      const base = `${parentUrl}/operations?filter=a%3Db&pageSize=7`
      assert.deepStrictEqual(calls.map((call) => call.url), [
        `${base}&returnPartialSuccess=true&$.xgafv=2`,
        `${base}&pageToken=a%2B%2F%3D%26%23%25%3F%20%C3%A9&returnPartialSuccess=true&$.xgafv=2`
      ])
      for (const { headers } of calls) {
        assert.strictEqual(headers["x-goog-user-project"], "q")
        assert.strictEqual(headers["x-a"], "b")
      }
    }).pipe(
      Effect.provide(
        http((_, index) => FakeHttp.json(index === 0 ? { nextPageToken: "a+/=&#%? é" } : {}))
      )
    ))

  it.effect.each([{}, { nextPageToken: "" }, { nextPageToken: null }])(
    "[25] ends with %j",
    (last) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        const { emitted, error } = yield* collect(client.list({ name: parent }))
        assert.deepStrictEqual([emitted, error], [[item(1)], undefined])
        assert.strictEqual((yield* FakeHttp.calls).length, 1)
      }).pipe(Effect.provide(http(() => FakeHttp.json({ operations: [item(1)], ...last }))))
  )

  it.effect("[25] goes on over empty pages, any number of them", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const { emitted, error } = yield* collect(client.list({ name: parent }))
      assert.deepStrictEqual([ids(emitted), error], [[1], undefined])
      assert.strictEqual((yield* FakeHttp.calls).length, 301)
    }).pipe(Effect.provide(http((_, index) =>
      FakeHttp.json(index < 300 ? { nextPageToken: `t${index}` } : { operations: [item(1)] })
    ))))

  it.effect("shows its pages with what was unreachable", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const first = {
        operations: [],
        nextPageToken: "t2",
        unreachable: ["projects/p/locations/l2"]
      }
      const second = { operations: [item(1)], nextPageToken: "", unreachable: [] }
      const { emitted } = yield* collect(client.listPages({ name: parent }))
      assert.deepStrictEqual(emitted, [first, second])
      assert.deepStrictEqual(yield* client.listPage({ name: parent, pageToken: "t2" }), second)
    }).pipe(Effect.provide(http((call) =>
      FakeHttp.json(
        tokenOf(call) === ""
          ? { nextPageToken: "t2", unreachable: ["projects/p/locations/l2"] }
          : { operations: [item(1)] }
      )
    ))))

  it.effect("can be walked by hand with nextPage", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const seen: Array<number> = []
      let request = Option.some<Operations.ListRequest>({ name: parent, pageSize: 2 })
      while (Option.isSome(request)) {
        const page = yield* client.listPage(request.value)
        seen.push(...ids(page.operations))
        request = Operations.nextPage(request.value, page)
      }
      assert.deepStrictEqual(seen, [0, 1, 2, 3, 4, 5])
      assert.deepStrictEqual(
        Operations.nextPage({ name: parent, filter: "f", pageToken: "t1" }, {
          operations: [],
          nextPageToken: "t2",
          unreachable: []
        }),
        Option.some({ name: parent, filter: "f", pageToken: "t2" })
      )
    }).pipe(Effect.provide(http(pages(3, 2)))))

  it.effect.each(
    [
      ["an array", [], "NotAPage", "the reply is not an object"],
      ["null", null, "NotAPage", "the reply is not an object"],
      ["operations that are none", { operations: {} }, "NotAPage", "`operations` is not an array"],
      [
        "a broken operation",
        { operations: [item(1), { name: "x", done: "true" }] },
        "NotAPage",
        "`operations[1]`: `done` is not a boolean"
      ],
      [
        "a token that is a number",
        { nextPageToken: 7 },
        "NotAPage",
        "`nextPageToken` is not a string"
      ],
      [
        "an unreachable that is none",
        { unreachable: [1] },
        "NotAPage",
        "`unreachable` is not an array of strings"
      ]
    ] as const
  )("refuses a page that is %s", ([, body, reason, description]) =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const { emitted, error } = yield* collect(client.list({ name: parent }))
      assert.deepStrictEqual(emitted, [])
      assert.strictEqual(error?._tag, "MalformedResponse")
      if (error?._tag !== "MalformedResponse") return
      assert.deepStrictEqual([error.reason, error.description], [reason, description])
    }).pipe(Effect.provide(http(() => FakeHttp.json(body)))))
})

describe("arguments", () => {
  it.effect.each(
    [
      [{ pageSize: -1 }, "pageSize", "is not a whole number from 0"],
      [{ pageSize: 1.5 }, "pageSize", "is not a whole number from 0"],
      [{ pageSize: Number.NaN }, "pageSize", "is not a whole number from 0"],
      [{ pageSize: Number.POSITIVE_INFINITY }, "pageSize", "is not a whole number from 0"],
      [{ pageSize: 2 ** 31 }, "pageSize", "is more than 2147483647"],
      [{ filter: "" }, "filter", "is empty"],
      [{ filter: " " }, "filter", "is empty"],
      [{ filter: "\ud800" }, "filter", "contains a lone surrogate"],
      [{ pageToken: "\udc00" }, "pageToken", "contains a lone surrogate"]
    ] as const
  )("%j are refused and nothing is sent", ([request, argument, problem]) =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const whole = { name: parent, ...request }
      const errors = [
        yield* Effect.flip(client.listPage(whole)),
        (yield* collect(client.list(whole))).error,
        (yield* collect(client.listPages(whole))).error
      ]
      for (const error of errors) {
        assert.strictEqual(error?.message, `${list}: \`${argument}\` ${problem}`)
      }
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(pages(1, 1)))))

  it.effect.each([0, 1, 50, 100, 101, 100_000])(
    "[8] a page size of %i is sent as it is",
    (pageSize) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        yield* client.listPage({ name: parent, pageSize })
        assert.strictEqual(
          (yield* FakeHttp.calls)[0]?.url,
          `${parentUrl}/operations?pageSize=${pageSize}`
        )
      }).pipe(Effect.provide(http(pages(1, 1))))
  )

  it.effect.each([0, -1, 1.5, Number.NaN])(
    "a cap of %d pages is refused",
    (maxPages) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        for (
          const stream of [
            client.list({ name: parent }, { maxPages }),
            client.listPages({ name: parent }, { maxPages })
          ]
        ) {
          const { error } = yield* collect<unknown>(stream)
          assert.strictEqual(error?.message, `${list}: \`maxPages\` is not a whole number from 1`)
        }
        assert.deepStrictEqual(yield* FakeHttp.calls, [])
      }).pipe(Effect.provide(http(pages(1, 1))))
  )

  it.effect("a wrong parent fails the stream", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const { error } = yield* collect(client.list({ name: "projects/p" }))
      assert.strictEqual(error?._tag, "InvalidRequest")
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
    }).pipe(Effect.provide(http(pages(1, 1)))))
})

/** A server whose tokens come round again: page n has one operation and the token `next(n)`. */
const turning = (next: (page: number) => string): FakeHttp.Handler => (_, index) =>
  FakeHttp.json({ operations: [item(index)], nextPageToken: next(index + 1) })

const assertPageToken = (
  error: ListError | undefined,
  reason: PageTokenError["reason"],
  page: number
) => {
  assert.instanceOf(error, PageTokenError)
  if (!(error instanceof PageTokenError)) return
  assert.deepStrictEqual(
    [error.method, error.reason, error.page, error.parent],
    [list, reason, page, parent]
  )
}

describe("[9] [25] page tokens", () => {
  it.effect("the same one twice in a row end the list after what came", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const { emitted, error } = yield* collect(client.list({ name: parent }))
      assert.deepStrictEqual(ids(emitted), [0, 1])
      assertPageToken(error, "repeated", 2)
      assert.strictEqual(
        error?.message,
        `${list}: the server returned the token of the page again, page 2 of ${parent}`
      )
      assert.strictEqual((yield* FakeHttp.calls).length, 2)
    }).pipe(Effect.provide(http(turning(() => "same")))))

  it.effect("the token that the caller began with counts", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const { emitted, error } = yield* collect(client.list({ name: parent, pageToken: "same" }))
      assert.deepStrictEqual(ids(emitted), [0])
      assertPageToken(error, "repeated", 1)
    }).pipe(Effect.provide(http(turning(() => "same")))))

  it.scoped.each(Array.from({ length: 63 }, (_, i) => i + 2))(
    "a cycle of %i is found",
    (period) =>
      Effect.gen(function*() {
        let pages = 0
        const client = yield* Operations.make(binding).pipe(
          Effect.provide(LeanHttp.layer(() => ({
            operations: [item(pages++)],
            nextPageToken: `t${pages % period}`
          })))
        )
        const { emitted, error } = yield* collect(client.list({ name: parent }))
        assert.strictEqual(emitted.length, period + 1)
        assertPageToken(error, "cycle", period + 1)
        assert.strictEqual(pages, period + 1)
      }).pipe(Effect.provide(token))
  )

  it.effect("a cycle that begins late is found", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const { error } = yield* collect(client.listPages({ name: parent }))
      assertPageToken(error, "cycle", 253)
    }).pipe(Effect.provide(http(turning((page) => page < 250 ? `u${page}` : `t${page % 3}`)))))

  it.effect("the page cap ends the list after what came", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const { emitted, error } = yield* collect(client.list({ name: parent }, { maxPages: 3 }))
      assert.deepStrictEqual(ids(emitted), [0, 1, 2])
      assertPageToken(error, "pageCap", 3)
      assert.strictEqual(error?.message, `${list}: the page cap is reached, page 3 of ${parent}`)
      assert.strictEqual((yield* FakeHttp.calls).length, 3)
    }).pipe(Effect.provide(http(turning((page) => `t${page}`)))))

  it.effect("a list of as many pages as the cap is whole", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const { emitted, error } = yield* collect(client.list({ name: parent }, { maxPages: 3 }))
      assert.deepStrictEqual([emitted.length, error], [6, undefined])
    }).pipe(Effect.provide(http(pages(3, 2)))))

  it.effect("who has enough does not see a later error", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const taken = yield* Stream.runCollect(Stream.take(client.list({ name: parent }), 2))
      assert.strictEqual(Chunk.size(taken), 2)
    }).pipe(Effect.provide(http(turning(() => "same")))))

  it("millions of different tokens are never taken for repeated ones", () => {
    const shapes: ReadonlyArray<(i: number) => string> = [
      (i) => `${i}`,
      (i) => `projects/p/operations/${i}`,
      (i) => "a".repeat(i % 200) + i,
      (i) => Buffer.from(`page:${i}`).toString("base64url"),
      (i) => String.fromCharCode(0x4e00 + i % 20_000, 0x4e00 + i / 20_000)
    ]
    for (const shape of shapes) {
      const recent = new RecentTokens(undefined)
      let mistakes = 0
      for (let i = 0; i < 200_000; i++) if (recent.add(shape(i)) !== undefined) mistakes++
      assert.strictEqual(mistakes, 0)
    }
  })
})

describe("a failure in the middle", () => {
  it.effect("is tried again: nothing is lost or doubled", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const fiber = yield* collect(client.list({ name: parent })).pipe(
        withDice(0.5),
        Effect.fork
      )
      yield* TestClock.adjust("1 minute")
      const { emitted, error } = yield* Fiber.join(fiber)
      assert.deepStrictEqual([ids(emitted), error], [[0, 1, 2, 3, 4, 5], undefined])
      assert.deepStrictEqual(yield* tokens, ["", "t2", "t2", "t2", "t3"])
      assert.deepStrictEqual((yield* FakeHttp.calls).map((call) => call.at), [
        0,
        0,
        375,
        1125,
        1125
      ])
    }).pipe(Effect.provide(http((call, index) =>
      index === 1
        ? FakeHttp.failure(503, "UNAVAILABLE")
        : index === 2
        ? FakeHttp.truncated("{\"operations\":[{\"name\":\"x\"}", "ECONNRESET")
        : pages(3, 2)(call, index)
    ))))

  const failing: ReadonlyArray<readonly [tag: string, step: FakeHttp.Handler]> = [
    [
      "INVALID_ARGUMENT",
      () => FakeHttp.failure(400, "INVALID_ARGUMENT", { message: "token expired" })
    ],
    ["TransportError", () => FakeHttp.broken("CERT_HAS_EXPIRED")],
    ["MalformedResponse", () => FakeHttp.json({ operations: 1 })]
  ]
  it.effect.each(failing)(
    "that ends it (%s) says which page of which parent",
    ([tag, step]) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        const { emitted, error } = yield* collect(client.list({ name: parent }))
        assert.deepStrictEqual(ids(emitted), [0, 1])
        assert.strictEqual(error?._tag, tag)
        assert.deepStrictEqual([error?.page, error?.parent], [2, parent])
        assert.include(error?.message ?? "", ` (page 2 of ${parent})`)
        const single = yield* Effect.flip(client.listPage({ name: parent }))
        assert.deepStrictEqual([single.page, single.parent], [undefined, parent])
        assert.include(single.message, ` (${parent})`)
      }).pipe(
        Effect.provide(
          http((call, index) => index >= 1 ? step(call, index) : pages(3, 2)(call, index))
        )
      )
  )

  it.effect("an interruption sends nothing more", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const fiber = yield* Effect.fork(Stream.runDrain(client.list({ name: parent })))
      yield* TestClock.adjust("1 second")
      yield* Fiber.interrupt(fiber)
      yield* TestClock.adjust("1 hour")
      assert.strictEqual((yield* FakeHttp.calls).length, 2)
    }).pipe(
      Effect.provide(http((call, index) => index === 1 ? Effect.never : pages(3, 2)(call, index)))
    ))
})

describe("prefetch", () => {
  /** Pages that take the server 20 ms each. */
  const slow = (handler: FakeHttp.Handler): FakeHttp.Handler => (call, index) =>
    Effect.delay(
      Effect.suspend(() => {
        const reply = handler(call, index)
        return Effect.isEffect(reply) ? reply : Effect.succeed(reply)
      }),
      "20 millis"
    )

  /** When pages were asked for and when the consumer, which is busy with each for a while, got them. */
  const timeline = (options: Operations.ListOptions, busy: number) =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const items: Array<readonly [at: number, first: number]> = []
      const fiber = yield* client.listPages({ name: parent }, options).pipe(
        Stream.runForEach((page) =>
          Effect.flatMap(Clock.currentTimeMillis, (at) => {
            items.push([at, ids(page.operations)[0] ?? -1])
            return Effect.sleep(busy)
          })
        ),
        Effect.either,
        Effect.zip(Clock.currentTimeMillis),
        Effect.fork
      )
      yield* TestClock.adjust("1 minute")
      const [result, ended] = yield* Fiber.join(fiber)
      const requests = (yield* FakeHttp.calls).map((call) => call.at)
      return { requests, items, ended, error: Option.getOrUndefined(Either.getLeft(result)) }
    })

  it.effect("is off: a page is asked for when the one before is done with", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* timeline({}, 20), {
        requests: [0, 40, 80, 120],
        items: [[20, 0], [60, 2], [100, 4], [140, 6]],
        ended: 160,
        error: undefined
      })
    }).pipe(Effect.provide(http(slow(pages(4, 2))))))

  it.effect("of one page hides the server behind the consumer", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* timeline({ prefetch: 1 }, 20), {
        requests: [0, 20, 40, 60],
        items: [[20, 0], [40, 2], [60, 4], [80, 6]],
        ended: 100,
        error: undefined
      })
    }).pipe(Effect.provide(http(slow(pages(4, 2))))))

  it.effect("of one page takes 40 pages of 20 ms at each side in 820 ms", () =>
    Effect.gen(function*() {
      const { ended, requests } = yield* timeline({ prefetch: 1 }, 20)
      assert.deepStrictEqual([ended, requests.length], [820, 40])
    }).pipe(Effect.provide(http(slow(pages(40, 2))))))

  it.effect("of two pages is two ahead of a slow consumer, and no more", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* timeline({ prefetch: 2 }, 100), {
        requests: [0, 20, 40, 120, 220, 320],
        items: [[20, 0], [120, 2], [220, 4], [320, 6], [420, 8], [520, 10]],
        ended: 620,
        error: undefined
      })
    }).pipe(Effect.provide(http(slow(pages(6, 2))))))

  it.effect("is as fast as the server for a consumer that is faster", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* timeline({ prefetch: 3 }, 5), {
        requests: [0, 20, 40, 60],
        items: [[20, 0], [40, 2], [60, 4], [80, 6]],
        ended: 85,
        error: undefined
      })
    }).pipe(Effect.provide(http(slow(pages(4, 2))))))

  it.effect("keeps an error until the pages before it are taken", () =>
    Effect.gen(function*() {
      const { error, ...rest } = yield* timeline({ prefetch: 5 }, 100)
      assert.deepStrictEqual(rest, {
        requests: [0, 20, 40, 60],
        items: [[20, 0], [120, 2], [220, 4]],
        ended: 320
      })
      assert.strictEqual(error?._tag, "PERMISSION_DENIED")
      assert.deepStrictEqual([error?.page, error?.parent], [4, parent])
    }).pipe(Effect.provide(http(slow((call, index) =>
      index === 3 ? FakeHttp.failure(403, "PERMISSION_DENIED") : pages(9, 2)(call, index)
    )))))

  it.effect("asks for no page beyond the cap", () =>
    Effect.gen(function*() {
      const { error, ...rest } = yield* timeline({ prefetch: 5, maxPages: 2 }, 100)
      assert.deepStrictEqual(rest, {
        requests: [0, 20],
        items: [[20, 0], [120, 2]],
        ended: 220
      })
      assertPageToken(error, "pageCap", 2)
    }).pipe(Effect.provide(http(slow(pages(9, 2))))))

  it.effect("begins with the first page that is asked for, and anew each time", () =>
    Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      const stream = client.list({ name: parent }, { prefetch: 2 })
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(yield* FakeHttp.calls, [])
      for (let run = 0; run < 2; run++) {
        const fiber = yield* Effect.fork(collect(stream))
        yield* TestClock.adjust("1 second")
        const { emitted, error } = yield* Fiber.join(fiber)
        assert.deepStrictEqual([ids(emitted), error], [[0, 1, 2, 3, 4, 5], undefined])
      }
      assert.deepStrictEqual(yield* tokens, ["", "t2", "t3", "", "t2", "t3"])
    }).pipe(Effect.provide(http(slow(pages(3, 2))))))

  const stops: ReadonlyArray<
    readonly [
      what: string,
      consume: <A>(stream: Stream.Stream<A, ListError>) => Effect.Effect<unknown, ListError>
    ]
  > = [
    [
      "is interrupted",
      (stream) => Effect.timeoutOption(Stream.runForEach(stream, () => Effect.never), "1 second")
    ],
    [
      "has enough",
      (stream) => Stream.runForEach(Stream.take(stream, 1), () => Effect.sleep(1_000))
    ],
    [
      "fails",
      (stream) =>
        Effect.ignore(Stream.runForEach(stream, () => Effect.delay(Effect.fail("enough"), 1_000)))
    ]
  ]
  it.effect.each(stops)(
    "aborts the page on its way when the consumer %s",
    ([, consume]) =>
      Effect.gen(function*() {
        const aborted: Array<number> = []
        yield* Effect.gen(function*() {
          const client = yield* Operations.make(binding)
          for (
            const stream of [
              client.list({ name: parent }, { prefetch: 3, timeout: "1 hour" }),
              client.listPages({ name: parent }, { prefetch: 3, timeout: "1 hour" })
            ]
          ) {
            const fiber = yield* Effect.fork(consume<unknown>(stream))
            yield* TestClock.adjust("1 minute")
            yield* Fiber.join(fiber)
            yield* TestClock.adjust("1 day")
          }
          assert.deepStrictEqual(yield* tokens, ["", "t2", "t3", "", "t2", "t3"])
        }).pipe(Effect.provide(http((call, index) =>
          tokenOf(call) === "t3"
            ? Effect.onInterrupt(
              Effect.never,
              () => Effect.map(Clock.currentTimeMillis, (at) => void aborted.push(at))
            )
            : pages(9, 2)(call, index)
        )))
        assert.deepStrictEqual(aborted, [1_000, 86_461_000])
      })
  )

  it.effect.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "of %d pages is refused",
    (prefetch) =>
      Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        for (
          const stream of [
            client.list({ name: parent }, { prefetch }),
            client.listPages({ name: parent }, { prefetch })
          ]
        ) {
          const { emitted, error } = yield* collect<unknown>(stream)
          assert.deepStrictEqual(emitted, [])
          assert.strictEqual(error?._tag, "InvalidRequest")
          assert.strictEqual(error?.message, `${list}: \`prefetch\` is not a whole number from 0`)
        }
        assert.deepStrictEqual(yield* FakeHttp.calls, [])
      }).pipe(Effect.provide(http(pages(1, 1))))
  )
})

describe("the operations of many pages", () => {
  it.live("pass in constant memory", () => {
    const all = count(1_000, 40)
    return Effect.gen(function*() {
      const client = yield* Operations.make(binding)
      let seen = 0
      let early = 0
      let late = 0
      yield* Stream.runForEachChunk(
        client.list({ name: parent, pageSize: 1_000 }),
        (chunk) =>
          Effect.sync(() => {
            seen += chunk.length
            if (seen === all * 100) early = Heap.usedNow()
            if (seen === all * 1_000) late = Heap.usedNow()
          }).pipe(Effect.zipRight(turn))
      )
      assert.strictEqual(seen, all * 1_000)
      assert.isAbove(early, 0)
      assert.isBelow(late - early, 8 * 1024 * 1024)
      assert.strictEqual((yield* FakeHttp.calls).length, all)
    }).pipe(Effect.provide(http(pages(all, 1_000))))
  })
})
