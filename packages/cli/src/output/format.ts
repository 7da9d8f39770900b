/** The formats of results. */
import * as Effect from "effect/Effect"

export type Format = "text" | "json" | "yaml" | "ndjson"

/** It is CommonJS: bundled, it has a default and no names. */
const yamlOf = (value: unknown): Effect.Effect<string> =>
  Effect.map(Effect.promise(() => import("yaml")), ({ default: { stringify } }) => stringify(value))

/** One value; `text` is made only where it is asked for. */
export const one = (
  format: Format,
  value: unknown,
  text: () => string
): Effect.Effect<string> => {
  switch (format) {
    case "text":
      return Effect.succeed(`${text()}\n`)
    case "json":
      return Effect.succeed(`${JSON.stringify(value, null, 2)}\n`)
    case "ndjson":
      return Effect.succeed(`${JSON.stringify(value)}\n`)
    case "yaml":
      return yamlOf(value)
  }
}

/** What a list is written as, item by item: whole lines, below which progress may be drawn. */
export interface Items {
  readonly item: (value: unknown, index: number) => Effect.Effect<string>
  readonly close: (count: number) => string
}

/** A list in a format that is not text. */
export const items = (format: Exclude<Format, "text">): Items => {
  switch (format) {
    case "json":
      return {
        item: (value, index) =>
          Effect.succeed(
            `${index === 0 ? "[" : ","}\n${
              JSON.stringify(value, null, 2).replaceAll(/^/gm, "  ")
            }\n`
          ),
        close: (count) => count === 0 ? "[]\n" : "]\n"
      }
    case "ndjson":
      return {
        item: (value) => Effect.succeed(`${JSON.stringify(value)}\n`),
        close: () => ""
      }
    case "yaml":
      return {
        item: (value) => yamlOf([value]),
        close: (count) => count === 0 ? "[]\n" : ""
      }
  }
}
