/** `lro describe SERVICE [METHOD]`. */
import * as Registry from "effect-lro/services/registry"
import * as Effect from "effect/Effect"
import { ExitCode } from "../exitCode.ts"
import { Io } from "../io.ts"
import * as Fields from "../request/fields.ts"
import * as Tree from "../request/tree.ts"
import * as TypeScript from "../request/typescript.ts"
import { moduleOf } from "../services/aliases.ts"
import * as Directory from "../services/directory.ts"
import * as Method from "../services/method.ts"
import { type Style, style } from "../terminal/style.ts"
import { Usage } from "../usage.ts"

export interface Options {
  readonly depth: number
}

const ofService = (module: Registry.ServiceModule, paint: Style): string => {
  const known = Directory.find(module.module)
  const serves = [
    ...(known !== undefined && known.get.length > 0 ? ["get"] : []),
    ...(known !== undefined && known.list.length > 0 ? ["list"] : []),
    ...(known?.served ?? [])
  ]
  const patterns = (title: string, all: ReadonlyArray<string> = []) =>
    all.length === 0 ? [] : [
      paint.bold(title),
      ...all.slice(0, 8).map((pattern) => `  ${pattern}`),
      ...(all.length > 8 ? [`  and ${all.length - 8} more`] : [])
    ]
  const others = Directory.versionsOf(Directory.shortOf(module.module)).filter((each) =>
    each !== module.module
  )
  const methods = Method.all(module)
  return [
    `${paint.bold(module.module)}  ${module.title}, ${module.service}`,
    `${paint.bold("serves")}  ${serves.join(", ") || "no operations"}`,
    ...(others.length === 0 ? [] : [`${paint.bold("other versions")}  ${others.join(", ")}`]),
    ...patterns("names of operations", known?.get),
    ...patterns("parents of lists", known?.list),
    paint.bold(`methods (${methods.length})`),
    ...methods.map(({ name }) => `  ${name}`)
  ].join("\n")
}

const last = (type: string): string => type.slice(type.lastIndexOf(".") + 1)

const requiredOf = ({ request }: Registry.StartMethod): ReadonlyArray<string> =>
  Object.entries(request).flatMap(([field, { required }]) => required === true ? [field] : [])

const ofMethod = (
  module: Registry.ServiceModule,
  named: Method.Named,
  known: Fields.Known | undefined,
  depth: number,
  paint: Style
): string => {
  const { method, name } = named
  const required = requiredOf(method)
  return [
    `${paint.bold(name)}  ${method.rpc}`,
    ...method.templates.map((template) => `  ${method.verb} ${template}`),
    ...(method.idempotencyField === undefined
      ? []
      : [`  carries a request id (${method.idempotencyField}): safe to repeat`]),
    "",
    paint.bold("request") + paint.dim("  * is required"),
    ...(known === undefined
      ? Object.keys(method.request).map((field) =>
        `  ${required.includes(field) ? "*" : " "} ${field}`
      )
      : Tree.lines(known, known.request, depth, paint, required)),
    "",
    ...(known === undefined ? [] : [
      `${paint.bold("response")}  ${last(known.method.response)}`,
      ...(known.method.metadata === undefined
        ? []
        : [`${paint.bold("metadata")}  ${last(known.method.metadata)}`]),
      ""
    ]),
    paint.bold("TypeScript"),
    ...TypeScript.lines(module, named, known).map((line) => line === "" ? "" : `  ${line}`)
  ].join("\n")
}

export const describe = (service: string, word: string | undefined, options: Options) =>
  Effect.gen(function*() {
    const { stdout } = yield* Io
    const paint = style(stdout.colors)
    const name = moduleOf(service)
    if (name instanceof Usage) return yield* name
    const module = yield* Registry.load(name)
    if (word === undefined) {
      stdout.write(`${ofService(module, paint)}\n`)
      return ExitCode.succeeded
    }
    const named = Method.find(module, word)
    if (named instanceof Usage) return yield* named
    const known = yield* Effect.promise(() => Fields.load(module.module, named.method.rpc))
    stdout.write(`${ofMethod(module, named, known, options.depth, paint)}\n`)
    return ExitCode.succeeded
  })
