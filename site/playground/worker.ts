/**
 * Runs a program of the playground, in a worker: nothing of it leaves the page, and what never ends is ended with the worker. What it
 * prints and each request that its client sends are messages to the page.
 */
import * as effect from "effect"
import * as lro from "effect-lro"
import * as Network from "effect-lro/services/networkconnectivity/v1"
import * as Testing from "effect-lro/testing"
import type { Message } from "../.vitepress/theme/playground.ts"
import { toFunctionBody } from "./compile.ts"

const { Cause, Effect, Exit, Fiber, Layer, TestContext } = effect

const post = (message: Message): void => self.postMessage(message)

const shown = (value: unknown): string => {
  if (typeof value === "string") return value
  if (value instanceof Error) return value.message
  return JSON.stringify(value, (_, inner) => typeof inner === "bigint" ? `${inner}` : inner, 2) ??
    String(value)
}

for (const level of ["log", "info", "warn", "error", "debug", "group", "groupCollapsed"] as const) {
  console[level] = (...values: ReadonlyArray<unknown>) =>
    post({ _tag: "Output", text: values.map(shown).join(" "), level })
}
// What is asked here is answered here.
self.fetch = () => Promise.reject(new Error("nothing leaves the page"))

const served = { services: [Network] }

/** Sends what has arrived at the server since the last time. */
const report = Effect.gen(function*() {
  const server = yield* Testing.OperationsServer
  let known = 0
  return Effect.map(server.requests, (requests) => {
    for (const { at, body, path, query, verb } of requests.slice(known)) {
      post({
        _tag: "Request",
        at,
        text: `${verb} ${path}${query === "" ? "" : `?${query}`}`,
        body: body ?? ""
      })
    }
    known = requests.length
  })
})

type Provided = Network.NetworkConnectivity | Testing.OperationsServer

/** The end of all that was run, one after the other. */
let last: Promise<void> = Promise.resolve()

/** Runs a program with a client and the server in memory; in virtual time where it moves the clock itself. */
const running =
  (virtual: boolean) => (program: effect.Effect.Effect<unknown, unknown, Provided>) => {
    const layer = Network.layer(
      virtual ? {} : { polling: { schedule: lro.Polling.fixed("300 millis") } }
    ).pipe(
      Layer.provideMerge(Testing.layer(served)),
      Layer.provide(lro.Credentials.layerNone)
    )
    const whole = Effect.gen(function*() {
      const next = yield* report
      // In real time the log grows while the program runs.
      const watching = virtual
        ? undefined
        : yield* Effect.fork(Effect.forever(Effect.zipRight(next, Effect.sleep("100 millis"))))
      const exit = yield* Effect.exit(program)
      if (watching !== undefined) yield* Fiber.interrupt(watching)
      yield* next
      return exit
    }).pipe(
      Effect.provide(virtual ? Layer.provideMerge(layer, TestContext.TestContext) : layer),
      Effect.flatten
    )
    last = last.then(async () => {
      const exit = await Effect.runPromiseExit(whole)
      if (Exit.isFailure(exit)) {
        post({ _tag: "Output", text: Cause.pretty(exit.cause), level: "error" })
      } else if (exit.value !== undefined) {
        post({ _tag: "Output", text: shown(exit.value), level: "value" })
      }
    })
  }

/** What a barrel exports, as modules of their own. */
const modulesOf = (name: string, barrel: object): Readonly<Record<string, object>> =>
  Object.fromEntries(
    Object.entries(barrel).map(([module, exports]) => [`${name}/${module}`, exports])
  )

const modules: Readonly<Record<string, object>> = {
  effect,
  "effect-lro": lro,
  "effect-lro/testing": Testing,
  "effect-lro/services/networkconnectivity/v1": Network,
  playground: { run: running(false), runVirtual: running(true) },
  ...modulesOf("effect", effect),
  ...modulesOf("effect-lro", lro)
}

const AsyncFunction = (async () => {}).constructor as new(
  ...texts: ReadonlyArray<string>
) => (require: (name: string) => object) => Promise<unknown>

const require = (name: string): object => {
  const module = modules[name]
  if (module === undefined) {
    throw new Error(`the playground has no ${name}; it has ${Object.keys(modules).join(", ")}`)
  }
  return module
}

self.addEventListener("message", async ({ data }: MessageEvent<string>) => {
  try {
    await new AsyncFunction("require", toFunctionBody(data))(require)
    await last
  } catch (error) {
    post({ _tag: "Output", text: String(error), level: "error" })
  }
  post({ _tag: "End" })
})
