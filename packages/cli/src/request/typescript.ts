/** The lines of TypeScript that call a method: they compile as they stand, with `…` where a value has to be put in. */
import type * as Registry from "effect-lro/services/registry"
import * as Directory from "../services/directory.ts"
import type * as Method from "../services/method.ts"
import * as Fields from "./fields.ts"

const camel = (name: string): string =>
  name.replaceAll(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

/** What the path has of a field: `"projects/…/locations/…"` where it is the field itself, `{ name: "…" }` where it is one within. */
const inPath = ({ templates }: Registry.StartMethod, field: string): string | undefined => {
  for (const template of templates) {
    for (
      const [, variable = "", pattern = "*"] of template.matchAll(/\{([\w.]+)(?:=([^}]+))?\}/g)
    ) {
      const [first = "", ...inner] = variable.split(".").map(camel)
      if (first !== field) continue
      const value = `"${pattern.replaceAll(/\*+/g, "…")}"`
      return inner.reduceRight((value, name) => `{ ${name}: ${value} }`, value)
    }
  }
  return undefined
}

const values: { readonly [type: string]: string } = {
  string: "\"…\"",
  bytes: "\"…\"",
  bool: "true",
  "google.protobuf.Duration": "\"3600s\"",
  "google.protobuf.FieldMask": "\"…\"",
  "google.protobuf.Timestamp": "\"2026-01-31T12:00:00Z\""
}

/** A value that a field takes; of an API without a catalogue only its place is known. */
const valueOf = (known: Fields.Known | undefined, name: string, place: string): string => {
  const field = known && Fields.fieldOf(known.request, name)
  if (known === undefined || field === undefined) return place.startsWith("body") ? "{}" : "\"…\""
  if (field.shape !== "one") return field.shape === "list" ? "[]" : "{}"
  const { kind, name: type } = field.type
  if (kind === "enum") {
    const words = [...known.catalogue.enums.get(type)?.values.keys() ?? []]
    return `"${words.find((word) => !word.endsWith("_UNSPECIFIED")) ?? "…"}"`
  }
  return values[type] ?? (kind !== "scalar" ? "{}" : type.endsWith("64") ? "1n" : "1")
}

/** The lines of TypeScript that do the same. */
export const lines = (
  module: Registry.ServiceModule,
  { method, name }: Method.Named,
  known: Fields.Known | undefined
): ReadonlyArray<string> => {
  const fields = Object.entries(method.request).flatMap(([field, { in: place, required }]) =>
    required === true
      ? [`${field}: ${inPath(method, field) ?? valueOf(known, field, place)}`]
      : []
  )
  // Without a get nothing can be waited for.
  const verb = Directory.find(module.module)?.get.length === 0 ? "start" : "run"
  return [
    `import { Effect } from "effect"`,
    `import { ${module.tag}, ${name} } from "effect-lro/services/${module.module}"`,
    "",
    `const program = Effect.flatMap(${module.tag}, (operations) =>`,
    `  operations.${verb}(${name}, ${fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`}))`
  ]
}
