/** Runs a command line in a world, and gives the code to end with. */
import * as HttpClient from "@effect/platform/HttpClient"
import { Credentials } from "effect-lro/Credentials"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import { ExitCode, ofError } from "./exitCode.ts"
import { Globals } from "./globals.ts"
import { Io, type Service } from "./io.ts"
import * as Program from "./program.ts"
import { plain, style } from "./terminal/style.ts"

/** Transport and credentials. Tests give others. */
export type Connect = <A>(
  run: Effect.Effect<
    A,
    Program.Failure,
    HttpClient.HttpClient | Credentials | Globals | Io | Scope.Scope
  >
) => Effect.Effect<A, Program.Failure, Globals | Io | Scope.Scope>

/** Those that the options ask for. */
export const connect: Connect = (run) =>
  Effect.gen(function*() {
    const NodeTransport = yield* Effect.promise(() => import("effect-lro/NodeTransport"))
    const credentials = yield* Effect.promise(() => import("./credentials.ts"))
    const client = yield* NodeTransport.make()
    const own = yield* Effect.provideService(credentials.make, HttpClient.HttpClient, client)
    return yield* run.pipe(
      Effect.provideService(HttpClient.HttpClient, client),
      Effect.provideService(Credentials, own)
    )
  })

const logger = ({ stderr }: Service): Logger.Logger<unknown, void> =>
  Logger.make(({ annotations, logLevel, message }) => {
    const paint = style(stderr.colors)
    const words = (Array.isArray(message) ? message : [message]).map(String).join(" ")
    const name = [...annotations].find(([key]) => key === "name")?.[1]
    const about = typeof name === "string" && !words.includes(name) ? `${name}: ` : ""
    const level = logLevel.label.toLowerCase()
    const label = LogLevel.greaterThanEqual(logLevel, LogLevel.Error)
      ? paint.red(level)
      : paint.yellow(level)
    stderr.write(`${label}: ${plain(about + words)}\n`)
  })

/** What an error looks like: its first line after the word, further lines below. */
const told = (error: Program.Failure, { stderr }: Service): string => {
  const [first = "", ...rest] = error.message.split("\n")
  return `${[`${style(stderr.colors).red("error:")} ${first}`, ...rest].join("\n")}\n`
}

/** The code of an exit; what failed is told of. */
export const codeOf = (exit: Exit.Exit<ExitCode, Program.Failure>, io: Service): ExitCode => {
  if (Exit.isSuccess(exit)) return exit.value
  const failure = Cause.failureOption(exit.cause)
  if (failure._tag === "Some") {
    io.stderr.write(told(failure.value, io))
    return ofError(failure.value)
  }
  io.stderr.write(`fault of lro: ${Cause.pretty(exit.cause)}\n`)
  return ExitCode.fault
}

/** The effect of an invocation, with all that it needs. */
export const effectOf = (
  { calls, globals, run }: Program.Invocation,
  io: Service,
  connecting: Connect
): Effect.Effect<ExitCode, Program.Failure> => {
  const connected = calls
    ? connecting(run)
    : run as Effect.Effect<ExitCode, Program.Failure, Globals | Io | Scope.Scope>
  return connected.pipe(
    Effect.scoped,
    Effect.provideService(Globals, globals),
    Effect.provideService(Io, io),
    Effect.provide(Logger.replace(Logger.defaultLogger, logger(io))),
    // Whatever fails is told of once, by who waits for it.
    Effect.withUnhandledErrorLogLevel(Option.none()),
    Logger.withMinimumLogLevel(globals.verbose === true ? LogLevel.Debug : LogLevel.Warning)
  )
}

/** How a run is told to end early: by the code that it then ends with. */
export type OnSignal = (listener: (code: ExitCode) => void) => () => void

/** Runs a command line. A signal interrupts it, and what it has to say then is still said. */
export const run = async (
  words: ReadonlyArray<string>,
  io: Service,
  onSignal: OnSignal,
  connecting: Connect = connect
): Promise<ExitCode> => {
  const parsed = await Program.parse(words, io)
  if (typeof parsed === "number") return parsed
  const fiber = Effect.runFork(effectOf(parsed, io, connecting))
  let signalled: ExitCode | undefined
  const forget = onSignal((code) => {
    signalled = code
    Effect.runFork(Fiber.interruptFork(fiber))
  })
  const exit = await Effect.runPromise(Fiber.await(fiber))
  forget()
  // What ended by itself while the signal came in has its own code.
  return signalled !== undefined && Exit.isInterrupted(exit) ? signalled : codeOf(exit, io)
}
