/** Which service versions there are: the service configs that speak of google.longrunning.Operations, and the protos below them. */
import { parse } from "yaml"
import { firstSegment, isJson, parseHttpRule } from "./http.ts"
import type { Source } from "./source.ts"

export interface ConfigFile {
  readonly file: string
  readonly yaml: { readonly [key: string]: unknown }
  /** The protos of the config: those that no config further down has. */
  readonly protos: ReadonlyArray<string>
}

export interface ServiceVersion {
  /** `networkconnectivity.googleapis.com` */
  readonly service: string
  readonly version: string
  /** More than one where several folders publish parts of one service version. */
  readonly configs: readonly [ConfigFile, ...ReadonlyArray<ConfigFile>]
}

const operations = "google.longrunning.Operations"

/** The config of the interface itself, in which no service serves it. */
const ownConfig = "longrunning.googleapis.com"

/** Some configs go on with a quoted text in the first column, which YAML forbids: such lines are joined. */
const joinQuoted = (text: string): string => text.replace(/(: '[^'\n]*)\n(\w[^'\n]*'\n)/g, "$1 $2")

const directoryOf = (file: string): string => file.split("/").slice(0, -1).join("/")

/** The version in a config's path: the last directory that is one, else the end of the file's name. */
const versionInPath = (file: string): string | undefined =>
  /^.*\/(v\d\w*)\//.exec(file)?.[1] ?? /_(v\d\w*)\.yaml$/.exec(file)?.[1]

/** The version of a config whose path has none: that of its rules, where they agree. */
const versionInRules = (yaml: { readonly [key: string]: unknown }): string | undefined => {
  const http = yaml["http"]
  const rules = isJson(http) && Array.isArray(http["rules"]) ? http["rules"] : []
  const versions = new Set(
    rules.flatMap(parseHttpRule).map(({ template }) => firstSegment(template))
  )
  return versions.size === 1 ? Array.from(versions)[0] : undefined
}

/**
 * Every service version, sorted by name and version: those whose configs speak of the interface, and the extended ones, whose operations
 * are their own.
 */
export const serviceVersions = (
  source: Source,
  extended: ReadonlyArray<string> = [],
  leftOut: ReadonlyArray<string> = []
): ReadonlyArray<ServiceVersion> => {
  const parsed = source.files.flatMap((file) => {
    if (!file.endsWith(".yaml") || file.endsWith("_gapic.yaml")) return []
    const text = source.read(file)
    if (!/^type: google\.api\.Service$/m.test(text)) return []
    const yaml: unknown = parse(joinQuoted(text))
    if (!isJson(yaml) || typeof yaml["name"] !== "string") {
      throw new Error(`${file}: not a service config`)
    }
    return [{ file, yaml, service: yaml["name"], isServed: text.includes(operations) }]
  })
  const directories = new Set(parsed.map(({ file }) => directoryOf(file)))
  const protos = new Map<string, Array<string>>()
  for (const file of source.files) {
    if (!file.endsWith(".proto")) continue
    let directory = directoryOf(file)
    while (directory !== "" && !directories.has(directory)) directory = directoryOf(directory)
    protos.set(directory, [...(protos.get(directory) ?? []), file])
  }
  const out = new Map<string, ServiceVersion>()
  for (const { file, isServed, service, yaml } of parsed) {
    if (service === ownConfig) continue
    const version = versionInPath(file) ?? versionInRules(yaml)
    const key = `${service}/${version}`
    if ((!isServed && !extended.includes(key)) || leftOut.includes(key)) continue
    if (version === undefined) throw new Error(`${file}: no version`)
    const config = { file, yaml, protos: protos.get(directoryOf(file)) ?? [] }
    const known = out.get(key)
    out.set(key, {
      service,
      version,
      configs: known === undefined ? [config] : [...known.configs, config]
    })
  }
  return Array.from(out.keys()).sort().flatMap((key) => out.get(key) ?? [])
}
