import { assert } from "@effect/vitest"
import { Effect } from "effect"
import * as Testing from "effect-lro/testing"
import { name, parent, send, type Sent, type Test } from "./harness.ts"

/** A batch as the Python client writes it: lines that end with a line feed, MIME headers in every part. */
const python = (calls: ReadonlyArray<string>): Pick<Sent, "body" | "headers"> => {
  const boundary = "===============7330845974216740156=="
  const parts = calls.map((call, i) =>
    [
      `--${boundary}`,
      "Content-Type: application/http",
      "MIME-Version: 1.0",
      "Content-Transfer-Encoding: binary",
      `Content-ID: <b29c5de2-0db4-490b-b421-6a51b598bd22 + ${i + 1}>`,
      "",
      call,
      ""
    ].join("\n")
  )
  return {
    headers: {
      "content-type": `multipart/mixed; boundary="${boundary}"`,
      "x-goog-user-project": "outer"
    },
    body: [...parts, `--${boundary}--`, ""].join("\n")
  }
}

const post = (path: string, sent: Pick<Sent, "body" | "headers">, host = "localhost") =>
  send({ verb: "POST", path, host, ...sent })

const read = (body: string) =>
  [`GET /v1/${name}?alt=json HTTP/1.1`, "Accept: application/json", "Host: localhost", "", body]
    .join("\n")

export const batches = (test: Test): void => {
  test(
    "[31] a batch: calls of several kinds, their replies in order, under the ids of the calls",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      const calls = [
        read(""),
        [
          `POST /v1/${parent}/hubs?hubId=h HTTP/1.1`,
          "Content-Type: application/json",
          "X-Goog-User-Project: inner",
          "",
          "{\"description\":\"d\"}"
        ].join("\n"),
        `GET /v1/operations/none`,
        "GET /nothing HTTP/1.1\n\n"
      ]
      const reply = yield* post("/batch", python(calls))
      assert.deepStrictEqual([reply.status, reply.type], [200, "multipart/mixed; boundary=batch"])
      const parts = reply.text.split("--batch\r\n")
      assert.strictEqual(parts.length, 5)
      assert.isTrue(reply.text.endsWith("\r\n--batch--\r\n"))
      const id = (i: number) => `<response-b29c5de2-0db4-490b-b421-6a51b598bd22 + ${i}>`
      const heads = parts.slice(1).map((part) => part.split("\r\n").slice(0, 4))
      assert.deepStrictEqual(heads, [
        ["Content-Type: application/http", `Content-ID: ${id(1)}`, "", "HTTP/1.1 200 OK"],
        ["Content-Type: application/http", `Content-ID: ${id(2)}`, "", "HTTP/1.1 200 OK"],
        ["Content-Type: application/http", `Content-ID: ${id(3)}`, "", "HTTP/1.1 404 Not Found"],
        ["Content-Type: application/http", `Content-ID: ${id(4)}`, "", "HTTP/1.1 404 Not Found"]
      ])
      const bodies = parts.slice(1).map((part) => part.split("\r\n\r\n")[2] ?? "")
      assert.deepStrictEqual(JSON.parse(bodies[0] ?? ""), { name })
      assert.strictEqual(JSON.parse(bodies[1] ?? "").name, `${parent}/operations/operation-1`)
      assert.strictEqual(JSON.parse(bodies[2] ?? "").error.status, "NOT_FOUND")
      assert.include(parts[4], "content-type: text/html")
      const requests = yield* server.requests
      assert.deepStrictEqual(
        requests.map(({ body, headers, method, verb }) => [
          verb,
          method,
          headers["x-goog-user-project"],
          headers["content-type"],
          body?.slice(0, 2)
        ]),
        [
          ["POST", undefined, "outer", requests[0]?.headers["content-type"], "--"],
          ["GET", "get", "outer", undefined, undefined],
          ["POST", "start", "inner", "application/json", "{\""],
          ["GET", "get", "outer", undefined, undefined],
          ["GET", undefined, "outer", undefined, undefined]
        ]
      )
    })
  )

  test(
    "[31] a batch goes to the path of a service that is there",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      yield* server.put(name, Testing.neverDone())
      const status = (path: string, host?: string) =>
        Effect.map(post(path, python([read("")]), host), (reply) => reply.status)
      const host = "networkconnectivity.googleapis.com"
      assert.strictEqual(yield* status("/batch/networkconnectivity/v1"), 200)
      assert.strictEqual(yield* status("/batch", host), 200)
      assert.strictEqual(yield* status("/batch", "compute.googleapis.com"), 404)
      assert.strictEqual(yield* status("/batch/networkconnectivity/v9"), 404)
      assert.strictEqual(yield* status("/batch/compute/v1"), 404)
      const got = yield* send({ verb: "GET", path: "/batch" })
      assert.strictEqual(got.status, 404)
    })
  )

  test(
    "[31] a batch without calls is refused; one that loses a call's connection is lost",
    Effect.gen(function*() {
      const server = yield* Testing.OperationsServer
      for (
        const sent of [
          { headers: { "content-type": "application/json" }, body: "{}" },
          { headers: { "content-type": "multipart/mixed; boundary=b" }, body: "--b--" }
        ]
      ) {
        const { status, text } = yield* post("/batch", sent)
        assert.strictEqual(status, 400)
        assert.strictEqual(
          JSON.parse(text).error.message,
          "Failed to parse batch request, error: 0 items. " +
            `Received batch body: (${sent.body.length}) bytes redacted`
        )
      }
      yield* server.fail({ method: "get" }, Testing.loseConnection("before"))
      const lost = yield* Effect.flip(post("/batch", python([read("")])))
      assert.deepStrictEqual(lost, { _tag: "Lost" })
      yield* server.fail({}, Testing.replyError("UNAVAILABLE"))
      assert.strictEqual((yield* post("/batch", python([read("")]))).status, 503)
    })
  )
}
