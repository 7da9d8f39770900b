/** google.api.HttpRule, as a service config or a proto option has it. */

export type Verb = "GET" | "PUT" | "POST" | "DELETE" | "PATCH"

export interface HttpBinding {
  readonly verb: Verb
  readonly template: string
  /** `"*"`, the proto name of a field, or nothing. */
  readonly body: string | undefined
}

type Json = { readonly [key: string]: unknown }

export const isJson = (u: unknown): u is Json =>
  typeof u === "object" && u !== null && !Array.isArray(u)

export const asArray = (u: unknown): ReadonlyArray<unknown> =>
  u === undefined ? [] : Array.isArray(u) ? u : [u]

const verbs: ReadonlyArray<readonly [key: string, verb: Verb]> = [
  ["get", "GET"],
  ["put", "PUT"],
  ["post", "POST"],
  ["delete", "DELETE"],
  ["patch", "PATCH"]
]

/** The bindings of a rule, its additional ones after the first. A `custom` verb is none. */
export const parseHttpRule = (rule: unknown): ReadonlyArray<HttpBinding> => {
  if (!isJson(rule)) return []
  const out: Array<HttpBinding> = []
  for (const [key, verb] of verbs) {
    const template = rule[key]
    if (typeof template !== "string") continue
    const body = rule["body"]
    out.push({ verb, template, body: typeof body === "string" && body !== "" ? body : undefined })
  }
  return [...out, ...asArray(rule["additional_bindings"]).flatMap(parseHttpRule)]
}

/** `/v1/{name=operations/**}:cancel` to `v1`. */
export const firstSegment = (template: string): string => template.split("/")[1] ?? ""

/** What follows the first segment. */
export const afterFirstSegment = (template: string): string =>
  template.split("/").slice(2).join("/")

/** The variables of a template: proto field paths and patterns. */
export const variables = (
  template: string
): ReadonlyArray<{ readonly path: string; readonly pattern: string }> =>
  Array.from(
    template.matchAll(/\{([^}=]+)(?:=([^}]*))?\}/g),
    (match) => ({ path: match[1] ?? "", pattern: match[2] ?? "*" })
  )
