/**
 * The catalogue: a page for each API, found by the words of its products, and for each of its versions the methods with what they take.
 * The fields and the lines to copy are data beside the pages, a file for each version that is loaded when it is asked for.
 */
import * as fs from "node:fs"
import * as path from "node:path"
import { products } from "../../scripts/products.ts"
import type { AnyBinding } from "../../src/Binding.ts"
import * as Catalogue from "../../src/internal/services/catalogue.ts"
import { table } from "../../src/internal/services/table.ts"
import type { Api, Field, Methods, Version } from "../.vitepress/theme/catalogue.ts"
import { content } from "./paths.ts"
import { type Method, sampleOf } from "./sample.ts"

interface Loaded {
  readonly version: Version
  readonly methods: Methods
}

const typeOf = ({ key, shape, type }: Catalogue.Field): string => {
  const name = type.kind === "scalar" ? type.name : type.name.replace(/^google\.protobuf\./, "")
  return shape === "list"
    ? `${name}[]`
    : shape === "map"
    ? `map<${key ?? "string"}, ${name}>`
    : name
}

const marksOf = ({ behaviors, oneOf }: Catalogue.Field): string =>
  [
    ...behaviors.filter((one) => one === "REQUIRED" || one === "INPUT_ONLY" || one === "IMMUTABLE")
      .map((one) => one.toLowerCase().replace("_", " ")),
    ...(oneOf === undefined ? [] : [`one of ${oneOf}`])
  ].join(", ")

const fieldsOf = (message: Catalogue.Message | undefined): ReadonlyArray<Field> =>
  Array.from(message?.fields.values() ?? [])
    // What only the server sets is no argument.
    .filter(({ behaviors }) => !behaviors.includes("OUTPUT_ONLY"))
    .map((field) => [field.jsonName, typeOf(field), marksOf(field)])

/** The messages and enums that are in some message, to any depth. */
const reached = (
  { enums, messages }: Catalogue.Catalogue,
  from: ReadonlyArray<string>
): Methods["messages"] => {
  const found: Record<string, ReadonlyArray<Field> | string> = {}
  const open = [...from]
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name in found) continue
    const values = enums.get(name)?.values
    if (values !== undefined) {
      found[name] = Array.from(values.keys()).join(" ")
      continue
    }
    const message = messages.get(name)
    if (message === undefined) continue
    found[name] = fieldsOf(message)
    for (const { behaviors, type } of message.fields.values()) {
      if (!behaviors.includes("OUTPUT_ONLY")) open.push(type.name)
    }
  }
  return found
}

const loadModule = async (
  [module, service, title, tag, load]: (typeof table)[number]
): Promise<Loaded & { readonly title: string }> => {
  const exports = Object.entries(await load())
  const catalogue = await Catalogue.load(module) ?? Catalogue.parse("")
  const binding = Object.fromEntries(exports)["binding"] as AnyBinding
  const waits = binding.methods.get !== undefined && !("unverified" in binding.methods.get)
  const methods = exports.flatMap(([name, value]) =>
    typeof value === "object" && value !== null && "rpc" in value
      ? [[name, value as Method] as const]
      : []
  )
  const requests = methods.map(([, { rpc }]) => catalogue.methods.get(rpc)?.request ?? "")
  return {
    title,
    version: {
      module,
      service,
      tag,
      operations: Object.keys(binding.methods),
      waits,
      methods: methods.map(([name, { rpc, templates, verb }]) => [
        name,
        rpc.split(".").slice(-2).join("."),
        `${verb} ${templates[0]}`
      ])
    },
    methods: {
      methods: Object.fromEntries(methods.map(([name, method], index) => {
        const { metadata, response } = catalogue.methods.get(method.rpc) ?? {}
        const message = catalogue.messages.get(requests[index] ?? "")
        return [name, {
          fields: Object.entries(method.request).map(([field, { in: place, required }]) => {
            const known = message?.fields.get(field)
            return [
              field,
              known === undefined ? "string" : typeOf(known),
              [required ? "required" : "", place === "body+path" ? "body and path" : place]
                .filter((word) => word !== "").join(", ")
            ]
          }),
          response: response ?? "",
          metadata: metadata ?? "",
          requestId: method.idempotencyField ?? "",
          code: sampleOf({ module, tag, name, method, catalogue, waits })
        }]
      })),
      messages: reached(
        catalogue,
        requests.flatMap((name) =>
          Array.from(catalogue.messages.get(name)?.fields.values() ?? [], ({ type }) => type.name)
        )
      )
    }
  }
}

/** Everything that the catalogue shows. */
export const readCatalogue = async () => {
  const loaded = await Promise.all(table.map(loadModule))
  const apis = new Map<string, Api & { versions: Array<Version> }>()
  for (const { title, version } of loaded) {
    const [id = ""] = version.module.split("/")
    const own = products.filter(({ module }) => module.startsWith(`${id}/`))
    const api = apis.get(id) ?? {
      id,
      title: title.replace(/ API$/, ""),
      service: version.service,
      words: own.flatMap(({ product, words }) => [product, words.replace(/:.*$/, "")]).join(", "),
      versions: []
    }
    api.versions.push(version)
    apis.set(id, api)
  }
  // Those that people look for, in the order of their products; then by title.
  const place = (id: string) => {
    const at = products.findIndex(({ module }) => module.startsWith(`${id}/`))
    return at === -1 ? products.length : at
  }
  const sorted = Array.from(apis.values()).sort((a, b) =>
    place(a.id) - place(b.id) || (a.title < b.title ? -1 : 1)
  )
  return { apis: sorted, loaded }
}

/** A stable version before those that are not. */
const byStability = (a: Version, b: Version): number =>
  Number(/[a-z]/.test(a.module.split("/v")[1] ?? "")) -
  Number(/[a-z]/.test(b.module.split("/v")[1] ?? ""))

const page = (title: string, text: string, data: object): string =>
  `---\n${JSON.stringify({ title, outline: [2, 2], aside: false, ...data })}\n---\n\n${text}`

export const catalogue = async (): Promise<void> => {
  const { apis, loaded } = await readCatalogue()
  const pages = path.join(content, "catalogue")
  const data = path.join(content, "public", "catalogue-data")
  fs.mkdirSync(pages, { recursive: true })
  for (const { methods, version: { module } } of loaded) {
    const file = path.join(data, `${module}.json`)
    fs.mkdirSync(path.dirname(file), { recursive: true })
    fs.writeFileSync(file, JSON.stringify(methods))
  }
  for (const api of apis) {
    const versions = [...api.versions].sort(byStability)
    fs.writeFileSync(
      path.join(pages, `${api.id}.md`),
      page(api.title, `# ${api.title}\n\n<CatalogueApi />\n`, { api: { ...api, versions } })
    )
  }
  const index = apis.map(({ versions, ...api }) => ({
    ...api,
    versions: versions.map(({ methods, module }) => [module, methods.length])
  }))
  const starts = loaded.reduce((sum, { version }) => sum + version.methods.length, 0)
  fs.writeFileSync(
    path.join(pages, "index.md"),
    page(
      "Catalogue",
      `# Catalogue\n\n${loaded.length} modules, one for each version of ${apis.length} Google APIs; ` +
        `${starts} methods start operations. Each is a const of its module; \`run\` takes it, with what it requires.\n\n` +
        "<CatalogueIndex />\n\n" +
        "## What a service serves\n\n" +
        "*Operations* are the methods of google.longrunning.Operations, or of operations of its own, that the service serves; calling " +
        "another one does not compile. Service Management refuses a list without a filter that names a service: " +
        "`effect-lro/services/servicemanagement/filter` builds one that cannot break its rules.\n",
      { apis: index }
    )
  )
  fs.writeFileSync(
    path.join(data, "methods.json"),
    JSON.stringify(Object.fromEntries(
      loaded.map(({ version }) => [version.module, version.methods.map(([name]) => name).join(" ")])
    ))
  )
}
