/** A process that is killed while it starts a batch: nothing is lost, and nothing started twice. */
import { FetchHttpClient } from "@effect/platform"
import { NodeHttpServer } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Exit, Layer, Redacted, Schema, Stream } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Fleet from "effect-lro/Fleet"
import { OperationRef } from "effect-lro/OperationRef"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { createServer } from "node:http"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { requestOf } from "./hubs.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

const decode = Schema.decode(Schema.parseJson(OperationRef))

const count = 40
const stored = 9

/** Runs the program until it has started one more than it stores, and kills it. */
const killed = (url: string, file: string): Effect.Effect<void> =>
  Effect.async((resume) => {
    const child = spawn(
      process.execPath,
      ["--import", "tsx", "test/fleet/startsAndDies.ts", url, file, `${count}`, `${stored}`],
      { cwd: root, stdio: ["ignore", "pipe", "inherit"] }
    )
    child.stdout.once("data", () => child.kill("SIGKILL"))
    child.once("close", () => resume(Effect.void))
  })

const server = Testing.layerServer({
  services: [NetworkConnectivity],
  onStart: () => Testing.succeedAfter("1 second")
}).pipe(Layer.provide(NodeHttpServer.layer(createServer, { port: 0 })))

describe("[15, 46] a fleet whose process is killed while it starts", () => {
  it.scopedLive("goes on from what was stored; the rest is started by the same request ids, once", () =>
    Effect.gen(function*() {
      const { operations, url } = yield* Testing.OperationsServer
      const folder = fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-fleet-"))
      const file = path.join(folder, "references")
      yield* killed(url, file)
      const lines = fs.readFileSync(file, "utf8").trim().split("\n")
      const refs = yield* Effect.forEach(lines, (line) => decode(line))
      assert.strictEqual(refs.length, stored)
      const before = (yield* operations).map(({ name }) => name)
      // What is on the wire, or not stored yet, is at most what may be started at a time.
      assert.isAbove(before.length, stored)
      assert.isAtMost(before.length, stored + 4)
      assert.includeMembers(before, refs.map(({ name }) => name))

      const known = new Set(refs.map(({ requestId }) => requestId))
      const rest = Arr.makeBy(count, requestOf).filter(({ requestId }) => !known.has(requestId))
      const rows = yield* Effect.all([
        Stream.runCollect(
          Stream.map(
            Fleet.outcomes(NetworkConnectivity.NetworkConnectivity, refs),
            ({ exit, ref }) => [ref.name, Exit.isSuccess(exit)] as const
          )
        ),
        Stream.runCollect(
          Stream.map(
            Fleet.run(
              NetworkConnectivity.NetworkConnectivity,
              NetworkConnectivity.createHub,
              rest,
              { concurrency: 4 }
            ),
            ({ exit, ref }) =>
              [ref._tag === "Some" ? ref.value.name : "", Exit.isSuccess(exit)] as const
          )
        )
      ], { concurrency: 2 }).pipe(
        Effect.provide(
          Fleet.layer(NetworkConnectivity.NetworkConnectivity, {
            endpoint: url,
            tick: "200 millis"
          }).pipe(
            Layer.provide(Credentials.layerToken(Redacted.make("token"))),
            Layer.provide(FetchHttpClient.layer)
          )
        )
      )
      const ended = rows.flatMap((each) => Array.from(each))
      assert.isTrue(ended.every(([, succeeded]) => succeeded))
      const all = (yield* operations).map(({ name }) => name)
      assert.strictEqual(all.length, count)
      assert.sameMembers(ended.map(([name]) => name), all)
      fs.rmSync(folder, { recursive: true })
    }).pipe(Effect.provide(server)))
})
