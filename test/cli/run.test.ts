/** How a run ends: by itself, by a signal, by a fault. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { ExitCode } from "google-lro/exitCode"
import { run } from "google-lro/run"
import { worldOf } from "./kit.ts"

const noSignal = () => () => {}

const get = ["get", "alloydb:projects/p/locations/l/operations/o"]

describe("a run", () => {
  it("that dies is a fault of the program: 1", async () => {
    const { io, said } = worldOf()
    const code = await run(get, io, noSignal, () => Effect.die(new Error("a bug")))
    assert.strictEqual(code, 1)
    assert.match(said.stderr, /^fault of lro: Error: a bug/)
  })

  it("that is interrupted ends with the code of the signal, once it has said what it has to", async () => {
    for (const wanted of [ExitCode.interrupted, ExitCode.terminated]) {
      const { io, said } = worldOf()
      const code = await run(get, io, (listener) => {
        setImmediate(listener, wanted)
        return () => {}
      }, () => Effect.onInterrupt(Effect.never, () => Effect.sync(() => io.stderr.write("bye\n"))))
      assert.strictEqual(code, wanted)
      assert.strictEqual(said.stderr, "bye\n")
    }
  })

  it("that calls nothing asks for no credentials", async () => {
    const { io } = worldOf()
    assert.strictEqual(await run(["search", "gke"], io, noSignal, () => Effect.die("connected")), 0)
  })
})
