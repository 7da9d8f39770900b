/** `lro start SERVICE METHOD`: checks a request against the service's own catalogue, and calls the method. */
import * as Operation from "effect-lro/Operation"
import type { OperationRef } from "effect-lro/OperationRef"
import * as Registry from "effect-lro/services/registry"
import * as Effect from "effect/Effect"
import { build } from "../../../../src/internal/start/request.ts"
import { ExitCode } from "../exitCode.ts"
import { Globals, shellLine, words } from "../globals.ts"
import { Io } from "../io.ts"
import * as Record from "../operations/record.ts"
import { type Format, one } from "../output/format.ts"
import { check } from "../request/check.ts"
import * as Fields from "../request/fields.ts"
import * as Sets from "../request/sets.ts"
import { moduleOf } from "../services/aliases.ts"
import * as Method from "../services/method.ts"
import * as Session from "../session.ts"
import { style } from "../terminal/style.ts"
import { Usage, usage } from "../usage.ts"
import * as Outcome from "../waiting/outcome.ts"
import { needsWait, type Options as ShowOptions, show } from "../waiting/show.ts"

export interface Options extends ShowOptions {
  readonly json?: string | undefined
  readonly set?: ReadonlyArray<string> | undefined
  readonly dryRun?: boolean | undefined
  readonly wait?: boolean | undefined
}

type Request = { readonly [key: string]: unknown }

const readJson = (path: string) =>
  Effect.gen(function*() {
    const io = yield* Io
    const text = path === "-" ? yield* io.stdin : yield* io.readFile(path)
    const value = yield* Effect.try({
      try: () => JSON.parse(text) as unknown,
      catch: (error) =>
        usage(
          `${path === "-" ? "standard input" : path} is not JSON: ${
            error instanceof Error ? error.message : ""
          }`
        )
    })
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return yield* usage(`${path} is not a JSON object`)
    }
    return value as Request
  })

/** Top-level fields in camelCase, as methods take them; the proto's own names are accepted. One in both spellings is left to the check. */
const camel = (request: Request, known: Fields.Known | undefined): Request =>
  known === undefined ? request : Object.fromEntries(
    Object.entries(request).map(([name, value]) => {
      const field = Fields.fieldOf(known.request, name)
      const isOnly = field !== undefined && Fields.keyOf(field, request) === name
      return [isOnly ? field.jsonName : name, value]
    })
  )

/** What is required at the top, and missing: all of it at once. */
const missing = (method: Registry.StartMethod, request: Request): ReadonlyArray<string> =>
  Object.entries(method.request).flatMap(([name, field]) =>
    field.required === true && request[name] === undefined ? [`${name} is missing`] : []
  )

const requestOf = (
  module: Registry.ServiceModule,
  { method, name }: Method.Named,
  options: Options
) =>
  Effect.gen(function*() {
    const known = yield* Effect.promise(() => Fields.load(module.module, method.rpc))
    const given = options.json === undefined ? {} : yield* readJson(options.json)
    const request = Sets.apply(camel(given, known), options.set ?? [], known)
    const fields = `\`lro describe ${module.module} ${name}\` has its fields`
    if (request instanceof Usage) return yield* usage(request.message, fields)
    const problems = [
      ...(known === undefined ? [] : check(known, request)),
      ...missing(method, request)
    ]
    if (problems.length > 0) {
      return yield* usage(
        `the request does not fit ${name} of ${module.module}; nothing was sent`,
        ...problems.map((problem) => `  ${problem}`),
        fields
      )
    }
    return request
  })

/** Verb, URL and body as they would be sent. */
const dryRun = (
  module: Registry.ServiceModule,
  method: Registry.StartMethod,
  request: Request,
  format: Format
) =>
  Effect.gen(function*() {
    const { endpoint } = yield* Globals
    const io = yield* Io
    const built = yield* build(
      method,
      request,
      () => "A-RANDOM-UUID",
      module.binding.operationFormat?.refuse
    )
    const base = endpoint ?? module.binding.host ?? `https://${module.service}`
    const query = built.query === "" ? "" : `?${built.query}`
    const { verb } = method
    const url = `${base.replace(/\/+$/, "")}${built.path}${query}`
    const body: unknown = built.body === undefined ? undefined : JSON.parse(built.body)
    const text = yield* one(format, body === undefined ? { verb, url } : { verb, url, body }, () =>
      [`${verb} ${url}`, ...(body === undefined ? [] : ["", JSON.stringify(body, null, 2)])].join(
        "\n"
      ))
    io.stdout.write(text)
    return ExitCode.succeeded
  })

export const start = (service: string, word: string, options: Options) =>
  Effect.gen(function*() {
    const globals = yield* Globals
    const io = yield* Io
    if (options.timeout !== undefined && options.wait !== true) return yield* needsWait
    const name = moduleOf(service)
    if (name instanceof Usage) return yield* name
    const opened = yield* (yield* Session.make)(name)
    const { client, module } = opened
    const named = Method.find(module, word)
    if (named instanceof Usage) return yield* named
    const { method } = named
    const request = yield* requestOf(module, named, options)
    if (options.dryRun === true) return yield* dryRun(module, method, request, options.format)
    if (client.start === undefined) return yield* usage(`${module.module} starts nothing`)
    const wait = options.wait === true ? yield* Session.served(opened, "untilFinal") : undefined

    const resumeLine = (ref: OperationRef): string =>
      shellLine([
        "lro",
        "wait",
        ...words(globals),
        Outcome.wordOf({ module, ref }, globals.endpoint)
      ])
    const paint = style(io.stderr.colors)
    let known: OperationRef | undefined
    const started = yield* client.start(method, request, {
      onStarted: (ref) =>
        Effect.sync(() => {
          known = ref
          if (globals.quiet !== true) io.stderr.write(`${paint.dim("started")} ${ref.name}\n`)
        }),
      onInterrupt: options.cancelOnInterrupt === true ? "cancel" : undefined
    }).pipe(Effect.onInterrupt(() =>
      Effect.sync(() => {
        // The reply was awaited: its name is not lost.
        if (known !== undefined) io.stderr.write(`to wait for it:\n  ${resumeLine(known)}\n`)
      })
    ))
    if (wait !== undefined) {
      return yield* show([{ ...opened, ref: started.ref, method, started, wait }], options)
    }
    const state = Operation.state(started.operation)
    const record = Record.ofState(module.module, started.ref, state)
    const text = yield* one(options.format, record, () => `${module.module}:${started.name}`)
    io.stdout.write(text)
    if (globals.quiet !== true && state._tag === "Running") {
      io.stderr.write(`to wait for it:\n  ${resumeLine(started.ref)}\n`)
    }
    return ExitCode.succeeded
  })
