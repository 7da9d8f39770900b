/** `lro search WORDS`. */
import * as Registry from "effect-lro/services/registry"
import * as Effect from "effect/Effect"
import { ExitCode } from "../exitCode.ts"
import { Io } from "../io.ts"
import { type Format, one } from "../output/format.ts"
import * as Directory from "../services/directory.ts"
import * as Search from "../services/search.ts"
import { style } from "../terminal/style.ts"

export interface Options {
  readonly format: Format
  readonly limit: number
}

export const search = (words: ReadonlyArray<string>, options: Options) =>
  Effect.gen(function*() {
    const { stdout } = yield* Io
    const titles = new Map(Registry.entries.map(({ module, title }) => [module, title]))
    const services = Search.services(words, titles)
    const methods = Search.methods(words, titles)
    const shown = methods.slice(0, options.limit)
    const paint = style(stdout.colors)
    const text = (): string => {
      const width = Math.max(...services.map(({ module }) => module.length), 0)
      const lines = [
        ...(services.length === 0 ? [] : [paint.bold("services")]),
        ...services.map(({ module, product, title }) =>
          `  ${module.padEnd(width)}  ${title}${
            product === undefined ? "" : paint.dim(`  (${product})`)
          }`
        ),
        ...(shown.length === 0 ? [] : [paint.bold("methods")]),
        ...shown.map(({ method, module }) => `  lro start ${Directory.shortOf(module)} ${method}`),
        ...(methods.length > shown.length
          ? [paint.dim(`  and ${methods.length - shown.length} more: --limit ${methods.length}`)]
          : [])
      ]
      return lines.length === 0 ? `nothing has ${words.join(" ")}` : lines.join("\n")
    }
    stdout.write(yield* one(options.format, { services, methods: shown }, text))
    return ExitCode.succeeded
  })
