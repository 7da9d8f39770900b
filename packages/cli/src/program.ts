/** The commands and their options. What a command does is loaded when it is called. */
import type * as HttpClient from "@effect/platform/HttpClient"
import { Command, CommanderError, InvalidArgumentError, Option } from "commander"
import type { Credentials } from "effect-lro/Credentials"
import type { LroError } from "effect-lro/LroError"
import type { UnknownService } from "effect-lro/services/registry"
import type * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { NoToken } from "./credentials.ts"
import * as Duration from "./duration.ts"
import { ExitCode } from "./exitCode.ts"
import type { Globals, Options as GlobalOptions } from "./globals.ts"
import * as Help from "./help/text.ts"
import type { Io, Service } from "./io.ts"
import type { Usage } from "./usage.ts"
import { version } from "./version.ts"

export type Failure = LroError | UnknownService | Usage | NoToken

export type Run = Effect.Effect<
  ExitCode,
  Failure,
  Io | Globals | HttpClient.HttpClient | Credentials | Scope.Scope
>

export interface Invocation {
  readonly globals: GlobalOptions
  readonly run: Run
  /** Whether it calls a service: transport and credentials are made then. */
  readonly calls: boolean
}

const duration = (text: string): number => {
  const millis = Duration.parse(text)
  if (millis === undefined) {
    throw new InvalidArgumentError("Durations look like 90s, 30m, 1h30m or 2d.")
  }
  if (millis < 1) throw new InvalidArgumentError("It has to be more than 0.")
  return millis
}

/** How often something is asked for. */
const interval = (text: string): number => {
  const millis = duration(text)
  if (millis < 1000) throw new InvalidArgumentError("It has to be at least 1s.")
  return millis
}

const count = (text: string): number => {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError("It is a whole number from 1.")
  return Number(text)
}

const collect = (text: string, before: ReadonlyArray<string> = []): ReadonlyArray<string> => [
  ...before,
  text
]

const format = (formats: ReadonlyArray<string>): Option =>
  new Option("--format <format>", "how results are written").choices(formats).default("text")

const all = ["text", "json", "yaml", "ndjson"] as const

const timeout = (says: string): Option =>
  new Option("--timeout <duration>", `${says}: 90s, 30m, 1h30m`).argParser(duration)

const cancelOnInterrupt = new Option(
  "--cancel-on-interrupt",
  "cancel what still runs on Ctrl-C or SIGTERM"
)

interface Chosen {
  invocation: Invocation | undefined
}

const build = (io: Service, chosen: Chosen): Command => {
  const program = new Command("lro")
    .description("Waits for any Google long-running operation, and starts, lists and cancels them.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .option("--service <service>", "the service of bare names: alloydb, alloydb/v1, gke")
    .option("--endpoint <url>", "another endpoint than the service's own")
    .option("--quota-project <project>", "who is billed and whose quota is used")
    .option("--impersonate <account>", "a service account; before it, with commas, its delegates")
    .option("--token-file <file>", "a file with an access token, read again when it is renewed")
    .addOption(
      new Option("--no-credentials", "send none: for emulators").conflicts([
        "impersonate",
        "tokenFile"
      ])
    )
    .option(
      "--requests-per-minute <n>",
      "at most so many reads in any minute, and as many writes",
      count
    )
    .option("-v, --verbose", "say which credentials are used, and what happens")
    .option("-q, --quiet", "no progress")
    .configureHelp({ showGlobalOptions: true, sortSubcommands: false, minWidthToWrap: 24 })
    .configureOutput({
      writeOut: io.stdout.write,
      writeErr: io.stderr.write,
      getOutHelpWidth: () => Math.min(100, io.stdout.size().columns),
      getErrHelpWidth: () => Math.min(100, io.stderr.size().columns),
      getOutHasColors: () => io.stdout.colors,
      getErrHasColors: () => io.stderr.colors
    })
    .showHelpAfterError("`lro --help` and `lro COMMAND --help` say more")
    .exitOverride()
    .addHelpText("after", Help.program)

  const choose = async (run: () => Promise<Run>, calls: boolean): Promise<void> => {
    chosen.invocation = { globals: program.opts(), run: await run(), calls }
  }
  const calling = (run: () => Promise<Run>) => choose(run, true)
  const local = (run: () => Promise<Run>) => choose(run, false)

  const command = (name: string, description: string): Command => {
    const made = program.command(name).description(description).helpOption(
      "-h, --help",
      "print this help"
    )
    return made.addHelpText("after", Help.after(made.name()))
  }

  command("get", "State, code and metadata of an operation")
    .argument("<op>", "the operation, in one of the forms below")
    .addOption(format(all))
    .action((op, options) =>
      calling(async () => (await import("./commands/get.ts")).get(op, options))
    )

  command("list", "The operations of a parent, as they come")
    .argument("<parent>", "where they are, in one of the forms below")
    .addOption(format(all))
    .option("--filter <filter>", "a filter in the service's own words, passed as it is")
    .option("--limit <n>", "at most so many", count)
    .option("--failed", "those that failed or were cancelled")
    .option("--running", "those that run")
    .option("--since <duration>", "those that were started since: 1d", duration)
    .option("--page-size <n>", "how many a request asks for", count)
    .action((parent, options) =>
      calling(async () => (await import("./commands/list.ts")).list(parent, options))
    )

  command("wait", "Wait until all operations are done, through lost connections")
    .argument("<op...>", "the operations, in the forms below")
    .addOption(timeout("one deadline for all"))
    .addOption(cancelOnInterrupt)
    .addOption(format(all))
    .action((ops, options) =>
      calling(async () => (await import("./commands/wait.ts")).wait(ops, options))
    )

  command("watch", "What runs below a parent, drawn anew; what ends leaves a line")
    .argument("<parent>", "where they are, in one of the forms below")
    .addOption(
      new Option("--every <duration>", "how often it is listed, from 1s").argParser(interval)
        .default(10_000, "10s")
    )
    .option("--filter <filter>", "a filter in the service's own words, passed as it is")
    .option("--until-idle", "end when nothing runs")
    .action((parent, options) =>
      calling(async () => (await import("./commands/watch.ts")).watch(parent, options))
    )

  command("cancel", "Ask to cancel operations; they may still succeed")
    .argument("<op...>", "the operations, in the forms below")
    .addOption(format(all))
    .option("-y, --yes", "do not ask first")
    .option("--wait", "wait for what becomes of them")
    .addOption(timeout("with --wait: one deadline for all"))
    .action((ops, options) =>
      calling(async () => (await import("./commands/cancel.ts")).cancel(ops, options))
    )

  command("delete", "Make the service forget operations; it cancels nothing")
    .argument("<op...>", "the operations, in the forms below")
    .option("-y, --yes", "do not ask first")
    .action((ops, options) =>
      calling(async () => (await import("./commands/cancel.ts")).forget(ops, options))
    )

  command("start", "Call a method that starts an operation")
    .argument("<service>", "alloydb, alloydb/v1, gke")
    .argument("<method>", "createCluster")
    .addOption(format(all))
    .option("--json <file>", "the request as JSON; - is standard input")
    .option(
      "--set <field=value>",
      "a field of the request: cluster.name=c, tags=a, labels.env=prod",
      collect
    )
    .option("--dry-run", "check the request and print it; send nothing")
    .option("--wait", "wait until it is done")
    .addOption(timeout("with --wait: a deadline"))
    .addOption(cancelOnInterrupt)
    .action((service, method, options) =>
      calling(async () => (await import("./commands/start.ts")).start(service, method, options))
    )

  command("search", "Find services and methods by the words of products")
    .argument("<words...>", "cloud run, kubernetes, create cluster")
    .addOption(format(all))
    .option("--limit <n>", "at most so many methods", count, 20)
    .action((words, options) =>
      local(async () => (await import("./commands/search.ts")).search(words, options))
    )

  command("describe", "What a service serves, or what a method takes and gives")
    .argument("<service>", "alloydb, alloydb/v1, gke")
    .argument("[method]", "createCluster")
    .option("--depth <n>", "how deep fields are shown", count, 2)
    .action((service, method, options) =>
      local(async () => (await import("./commands/describe.ts")).describe(service, method, options))
    )

  command("completion", "The completion script of a shell")
    .argument("<shell>", "bash, zsh or fish")
    .action((shell) =>
      local(async () => (await import("./commands/completion.ts")).completion(shell))
    )

  program.command("__complete", { hidden: true })
    .argument("[words...]")
    .allowUnknownOption()
    .action((words) =>
      local(async () => (await import("./commands/completion.ts")).complete(words, program))
    )
  return program
}

/** What a command line asks for, or the code that it ends with at once: help was printed, or it was refused. */
export const parse = async (
  words: ReadonlyArray<string>,
  io: Service
): Promise<Invocation | ExitCode> => {
  const chosen: Chosen = { invocation: undefined }
  try {
    await build(io, chosen).parseAsync(words, { from: "user" })
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    return error.exitCode === 0 ? ExitCode.succeeded : ExitCode.usage
  }
  return chosen.invocation ?? ExitCode.usage
}
