/** What a newer googleapis adds, removes and changes, as Markdown for the change log. */
import * as Catalogue from "../../src/internal/services/catalogue.ts"
import type { Override } from "../overrides.ts"
import { catalogueText } from "./catalogue.ts"
import { moduleName } from "./emit.ts"
import { serviceVersions } from "./inventory.ts"
import { type MethodModel, type ServiceModel, serviceModel } from "./model.ts"
import { nameOf } from "./protos.ts"
import type { Source } from "./source.ts"

interface Version {
  readonly model: ServiceModel
  readonly catalogue: Catalogue.Catalogue
}

/** The versions by module name; those that cannot be read, an override that fits no more among the reasons, with why. */
interface Snapshot {
  readonly versions: ReadonlyMap<string, Version>
  readonly problems: ReadonlyArray<string>
}

/** What a checkout publishes. */
export const snapshot = (source: Source, overrides: ReadonlyArray<Override>): Snapshot => {
  const versions = new Map<string, Version>()
  const problems: Array<string> = []
  for (const version of serviceVersions(source)) {
    try {
      const model = serviceModel(source, version, "", overrides)
      const catalogue = Catalogue.parse(catalogueText(model.catalogue))
      versions.set(moduleName(model), { model, catalogue })
    } catch (error) {
      problems.push(
        `${version.service}/${version.version}: ${
          error instanceof Error ? error.message : String(error)
        }`
      )
    }
  }
  return { versions, problems }
}

/** Markdown; of snapshots that are the same, one sentence. */
export const report = (before: Snapshot, after: Snapshot): string => {
  const names = Array.from(new Set([...before.versions.keys(), ...after.versions.keys()])).sort()
  const unread = new Set(
    [...before.problems, ...after.problems].map((problem) => problem.split(":")[0])
  )
  const sections: Array<string> = []
  const added: Array<string> = []
  const removed: Array<string> = []
  for (const name of names) {
    const old = before.versions.get(name)
    const now = after.versions.get(name)
    if (old !== undefined && now !== undefined) {
      const lines = [...binding(old.model, now.model), ...methods(old, now), ...types(old, now)]
      if (lines.length > 0) sections.push(`### ${name}\n\n${list(lines)}`)
      continue
    }
    const { config, methods: starts } = (old ?? now)?.model ?? {}
    if (unread.has(`${config?.service}/${config?.version}`)) continue
    const says = `\`${name}\`, ${config?.title}: ${count(starts?.length ?? 0, "method")}`
    if (old === undefined) added.push(says)
    else removed.push(says)
  }
  const whole = [
    titled("Added services", added),
    titled("Removed services", removed),
    titled("Cannot be read", after.problems),
    ...sections
  ].filter((text) => text !== "")
  return whole.length === 0 ? "Nothing changed.\n" : `${whole.join("\n\n")}\n`
}

const list = (lines: ReadonlyArray<string>): string => lines.map((line) => `- ${line}`).join("\n")

const titled = (title: string, lines: ReadonlyArray<string>): string =>
  lines.length === 0 ? "" : `### ${title}\n\n${list(lines)}`

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`

/** Every name of two maps, with its values. */
const pairs = <A>(
  before: ReadonlyMap<string, A>,
  after: ReadonlyMap<string, A>
): ReadonlyArray<readonly [name: string, before: A | undefined, after: A | undefined]> =>
  Array.from(new Set([...before.keys(), ...after.keys()])).sort().map((name) =>
    [name, before.get(name), after.get(name)] as const
  )

const changed = (what: string, before: string, after: string): ReadonlyArray<string> =>
  before === after ? [] : [`${what} ${after}; it was ${before}`]

const code = (text: string): string => `\`${text}\``

const binding = (before: ServiceModel, after: ServiceModel): ReadonlyArray<string> =>
  pairs(before.config.operations, after.config.operations).flatMap(([method, old, now]) => {
    const rule = (of: typeof now) => of?.templates.map((text) => `${of.verb} ${text}`).join(", ")
    if (old === undefined) {
      return [`operations: \`${method}\` is served now, ${code(rule(now) ?? "")}`]
    }
    if (now === undefined) return [`operations: \`${method}\` is served no more`]
    return changed(`operations: \`${method}\` is`, code(rule(old) ?? ""), code(rule(now) ?? ""))
  })

const byRpc = ({ methods }: ServiceModel): ReadonlyMap<string, MethodModel> =>
  new Map(methods.map((method) => [method.rpc, method]))

const pathOf = ({ templates, verb }: MethodModel): string =>
  templates.map((template) => code(`${verb} ${template}`)).join(", ")

const methods = (before: Version, after: Version): ReadonlyArray<string> =>
  pairs(byRpc(before.model), byRpc(after.model)).flatMap(([rpc, old, now]) => {
    const name = code(now?.name ?? old?.name ?? rpc)
    if (old === undefined) return now === undefined ? [] : [`new method ${name}: ${pathOf(now)}`]
    if (now === undefined) return [`${name} is gone (${code(rpc)})`]
    const type = (of: MethodModel["response"]) => code(of === undefined ? "unknown" : nameOf(of))
    return [
      changed(`${code(old.name)} is called`, code(old.name), name),
      changed(`${name} is`, pathOf(old), pathOf(now)),
      changed(`the body of ${name} is`, code(old.body ?? "none"), code(now.body ?? "none")),
      changed(`the response of ${name} is`, type(old.response), type(now.response)),
      changed(`the metadata of ${name} is`, type(old.metadata), type(now.metadata)),
      changed(
        `the request id of ${name} is`,
        code(old.idempotencyField ?? "none"),
        code(now.idempotencyField ?? "none")
      ),
      now.deprecated && !old.deprecated ? [`${name} is deprecated`] : [],
      args(name, old, now)
    ].flat()
  })

const args = (name: string, before: MethodModel, after: MethodModel): ReadonlyArray<string> => {
  const fieldsOf = ({ fields }: MethodModel) => new Map(fields.map((field) => [field.name, field]))
  return pairs(fieldsOf(before), fieldsOf(after)).flatMap(([argument, old, now]) => {
    const what = `${code(argument)} of ${name}`
    if (now === undefined) return [`${what} is gone`]
    if (old === undefined) return [`new argument ${what}${now.required ? ", required" : ""}`]
    return [
      changed(`the type of ${what} is`, code(old.type), code(now.type)),
      changed(`${what} goes into the`, old.place, now.place),
      old.required === now.required
        ? []
        : [`${what} is ${now.required ? "required now" : "required no more"}`]
    ].flat()
  })
}

/** The last words of a full name, from the message on. */
const short = (name: string): string => name.replace(/^(?:[a-z0-9_]+\.)+/, "")

const typeOf = ({ key, shape, type }: Catalogue.Field): string =>
  code(
    shape === "list"
      ? `${short(type.name)}[]`
      : shape === "map"
      ? `map<${key}, ${short(type.name)}>`
      : short(type.name)
  )

/** The messages in others, and those that operations end in or have as their metadata. */
const inner = ({ messages, methods }: Catalogue.Catalogue): ReadonlyArray<string> => [
  ...Array.from(
    messages.values(),
    ({ fields }) => Array.from(fields.values(), ({ type }) => type.name)
  ).flat(),
  ...Array.from(methods.values(), ({ metadata, response }) => [response, metadata ?? ""]).flat()
]

const types = (before: Version, after: Version): ReadonlyArray<string> => {
  // Of a request, the arguments are told.
  const told = new Set([...inner(before.catalogue), ...inner(after.catalogue)])
  return [
    ...pairs(before.catalogue.messages, after.catalogue.messages).flatMap(([name, old, now]) => {
      if (!told.has(name)) return []
      const what = code(short(name))
      if (old === undefined) return [`new message ${what}`]
      return now === undefined ? [`message ${what} is gone`] : fields(what, old, now)
    }),
    ...pairs(before.catalogue.enums, after.catalogue.enums).flatMap(([name, old, now]) => {
      const what = code(short(name))
      if (old === undefined) return [`new enum ${what}`]
      if (now === undefined) return [`enum ${what} is gone`]
      return pairs(old.values, now.values).flatMap(([value, was, is]) =>
        was === is
          ? []
          : was === undefined
          ? [`new value ${code(value)} of ${what}`]
          : is === undefined
          ? [`value ${code(value)} of ${what} is gone`]
          : [`the number of ${code(value)} of ${what} is ${is}; it was ${was}`]
      )
    })
  ]
}

const fields = (
  message: string,
  before: Catalogue.Message,
  after: Catalogue.Message
): ReadonlyArray<string> =>
  pairs(before.fields, after.fields).flatMap(([name, old, now]) => {
    const what = `${code(name)} of ${message}`
    if (now === undefined) return [`${what} is gone`]
    if (old === undefined) return [`new field ${what}, ${typeOf(now)}`]
    const said = (field: Catalogue.Field) => field.behaviors.join(", ") || "free"
    return [
      changed(`the type of ${what} is`, typeOf(old), typeOf(now)),
      changed(`${what} is in the oneof`, code(old.oneOf ?? "none"), code(now.oneOf ?? "none")),
      changed(`${what} is`, said(old), said(now))
    ].flat()
  })
