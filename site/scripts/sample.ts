/** The lines to copy for a method: a program that compiles, with what the method requires. */
import type { Catalogue, Field, Message } from "../../src/internal/services/catalogue.ts"
import type { MethodShape } from "../../src/Method.ts"

export type Method = MethodShape<string>

const ids: Readonly<Record<string, string>> = {
  projects: "my-project",
  locations: "us-central1",
  zones: "us-central1-a",
  regions: "us-central1",
  organizations: "123",
  folders: "456",
  billingAccounts: "0A0A0A-0B0B0B-0C0C0C"
}

const words: Readonly<Record<string, string>> = {
  project: "my-project",
  projectId: "my-project",
  zone: "us-central1-a",
  region: "us-central1",
  location: "us-central1"
}

/** A name that fits a pattern: each `*` stands for the id of what is before it. */
const nameOf = (pattern: string): string => {
  const segments = pattern.split("/")
  return segments.map((segment, index) => {
    if (segment !== "*" && segment !== "**") return segment
    const collection = segments[index - 1] ?? ""
    return ids[collection] ?? `my-${collection.replace(/s$/, "").replace(/[^a-z]/gi, "") || "id"}`
  }).join("/")
}

const variablesOf = (template: string): ReadonlyArray<readonly [string, string | undefined]> =>
  Array.from(
    template.matchAll(/\{([^=}]+)(?:=([^}]+))?\}/g),
    ([, name = "", pattern]) => [name, pattern] as const
  )

const camel = (text: string): string =>
  text.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase())

const literal = (name: string, field: Field | undefined): string => {
  if (field?.shape === "list") return "[]"
  if (field?.shape === "map") return "{}"
  const type = field?.type
  if (type?.kind === "message") return "{}"
  if (type?.kind === "wellKnown") {
    switch (type.name) {
      case "google.protobuf.FieldMask":
        return "\"description\""
      case "google.protobuf.Duration":
        return "\"60s\""
      case "google.protobuf.Timestamp":
        return "\"2030-01-01T00:00:00Z\""
      default:
        return "{}"
    }
  }
  if (type?.name === "bool") return "true"
  if (/int|fixed/.test(type?.name ?? "")) return "1"
  if (/double|float/.test(type?.name ?? "")) return "1"
  return JSON.stringify(words[name] ?? (name.endsWith("Id") ? `my-${name.slice(0, -2)}` : "…"))
}

/** The arguments that have to be there, each as TypeScript. */
const argumentsOf = (method: Method, message: Message | undefined): ReadonlyArray<string> => {
  const variables = variablesOf(method.templates[0]).map(([name, pattern]) =>
    [name.split(".").map(camel), pattern] as const
  )
  return Object.entries(method.request).flatMap(([name, { required }]) => {
    const own = variables.filter(([[first]]) => first === name)
    if (required !== true && own.length === 0) return []
    const [path, pattern] = own[0] ?? []
    if (path === undefined) return [`${name}: ${literal(name, message?.fields.get(name))}`]
    const value = pattern === undefined
      ? JSON.stringify(words[name] ?? `my-${name}`)
      : JSON.stringify(nameOf(pattern))
    const inner = path.slice(1).reduceRight((inside, key) => `{ ${key}: ${inside} }`, value)
    return [`${name}: ${inner}`]
  })
}

export const sampleOf = (options: {
  readonly module: string
  readonly tag: string
  readonly name: string
  readonly method: Method
  readonly catalogue: Catalogue
  /** Whether the service serves what waits ask for. */
  readonly waits: boolean
}): string => {
  const { catalogue, method, module, name, tag, waits } = options
  const request = catalogue.methods.get(method.rpc)?.request ?? ""
  const given = argumentsOf(method, catalogue.messages.get(request))
  const names = [name, tag].sort((a, b) => a.toLowerCase() < b.toLowerCase() ? -1 : 1)
  return [
    "import { Effect } from \"effect\"",
    `import { ${names.join(", ")} } from "effect-lro/services/${module}"`,
    "",
    "export const program = Effect.gen(function*() {",
    `  const operations = yield* ${tag}`,
    given.length === 0
      ? `  return yield* operations.${waits ? "run" : "start"}(${name}, {})`
      : [
        `  return yield* operations.${waits ? "run" : "start"}(${name}, {`,
        given.map((argument) => `    ${argument}`).join(",\n"),
        "  })"
      ].join("\n"),
    "})"
  ].join("\n")
}
