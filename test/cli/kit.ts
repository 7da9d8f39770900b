/** A command line in a test: its words, the world it runs in, and what came of it. */
import { HttpClient } from "@effect/platform"
import { Context, Effect } from "effect"
import * as Credentials from "effect-lro/Credentials"
import * as Registry from "effect-lro/services/registry"
import type { ExitCode } from "google-lro/exitCode"
import { Globals, type Options } from "google-lro/globals"
import { colorsOf, Io, type Output, type Service } from "google-lro/io"
import * as Program from "google-lro/program"
import * as Fields from "google-lro/request/fields"
import { codeOf, type Connect, effectOf } from "google-lro/run"
import * as Live from "google-lro/terminal/live"
import { usage } from "google-lro/usage"
import { turn } from "../kit/turn.ts"

export interface World {
  readonly env?: { readonly [name: string]: string } | undefined
  readonly files?: { readonly [path: string]: string } | undefined
  readonly stdin?: string | undefined
  /** Standard error is a terminal, and so is the input. */
  readonly terminal?: { readonly columns: number; readonly rows: number } | undefined
  readonly answer?: string | undefined
}

export interface Said {
  stdout: string
  stderr: string
  questions: Array<string>
}

/** The world of a test, and what is said in it. */
export const worldOf = (world: World = {}): { readonly io: Service; readonly said: Said } => {
  const said: Said = { stdout: "", stderr: "", questions: [] }
  const isTerminal = world.terminal !== undefined
  const output = (name: "stdout" | "stderr"): Output => ({
    write: (text) => {
      said[name] += text
    },
    isTerminal,
    colors: colorsOf(world.env ?? {}, isTerminal),
    size: () => world.terminal ?? { columns: 80, rows: 24 }
  })
  const io: Service = {
    ...Live.make(output("stdout"), output("stderr")),
    stdinIsTerminal: isTerminal && world.stdin === undefined,
    stdin: Effect.succeed(world.stdin ?? ""),
    ask: (question) => {
      said.questions.push(question)
      return Effect.succeed(world.answer ?? "")
    },
    readFile: (path) => {
      const text = world.files?.[path]
      return text === undefined ? usage(`${path} can't be read`) : Effect.succeed(text)
    },
    exists: (path) => world.files?.[path] !== undefined,
    env: world.env ?? {}
  }
  return { io, said }
}

/** Calls go to the `HttpClient` of the test, without credentials. */
const connect = (client: HttpClient.HttpClient): Connect => (run) =>
  run.pipe(
    Effect.provideService(HttpClient.HttpClient, client),
    Effect.provideService(Credentials.Credentials, Credentials.none)
  )

export interface Ended extends Said {
  readonly code: ExitCode
}

/** A line of a shell as its words: quotes, no expansions; what follows `<` is left out. */
export const shellWords = (line: string): ReadonlyArray<string> =>
  [...line.replace(/\s<\s\S+$/, "").matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)]
    .map(([word]) => word.replaceAll(/["']/g, ""))

/** Loads what commands load when they are called: in virtual time nothing may wait for a file. */
export const preload = (services: ReadonlyArray<string>): Promise<unknown> =>
  Promise.all([
    import("google-lro/commands/cancel"),
    import("google-lro/commands/completion"),
    import("google-lro/commands/describe"),
    import("google-lro/commands/get"),
    import("google-lro/commands/list"),
    import("google-lro/commands/search"),
    import("google-lro/commands/start"),
    import("google-lro/commands/wait"),
    import("google-lro/commands/watch"),
    import("effect-lro/RateLimit"),
    ...services.flatMap((service) => [
      Effect.runPromise(Registry.load(service)),
      Fields.load(service, "")
    ])
  ])

/** Until a run that was forked has loaded what it needs, and waits for a reply or for the clock. */
export const settled: Effect.Effect<void> = Effect.repeatN(turn, 50)

/** Runs a command line; what it says is in `said` already while it runs. */
export const lroIn = (
  line: string,
  { io, said }: ReturnType<typeof worldOf>
): Effect.Effect<Ended, never, HttpClient.HttpClient> =>
  Effect.gen(function*() {
    const client = yield* HttpClient.HttpClient
    const parsed = yield* Effect.promise(() => Program.parse(shellWords(line), io))
    if (typeof parsed === "number") return { ...said, code: parsed }
    const exit = yield* Effect.exit(effectOf(parsed, io, connect(client)))
    const code = codeOf(exit, io)
    return { ...said, code }
  })

/** Runs a command line, without the program's name. */
export const lro = (
  line: string,
  world?: World
): Effect.Effect<Ended, never, HttpClient.HttpClient> => lroIn(line, worldOf(world))

/** Runs an effect that needs the world alone. */
export const inWorld = <A, E>(
  effect: Effect.Effect<A, E, Io | Globals>,
  world: World = {},
  globals: Options = {}
): Effect.Effect<A, E> =>
  Effect.provide(effect, Context.make(Io, worldOf(world).io).pipe(Context.add(Globals, globals)))
