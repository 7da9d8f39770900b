/** `--set a.b=c`: fields of a request by their paths; what a value is, its field says. */
import { type Usage, usage } from "../usage.ts"
import * as Fields from "./fields.ts"

type Json = { [key: string]: unknown }

const isJson = (u: unknown): u is Json => typeof u === "object" && u !== null && !Array.isArray(u)

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const numbers = /^(?:int32|sint32|sfixed32|uint32|fixed32|double|float)$/

/** Text as the value of a field. Objects and lists are JSON; what does not fit stays text, and the check says so. */
const valueOf = (field: Fields.Field | undefined, text: string, isWhole: boolean): unknown => {
  if (/^[[{]/.test(text)) {
    const json = jsonOf(text)
    if (json !== undefined) return json
  }
  if (field === undefined) return text
  if (isWhole && field.shape === "map") return jsonOf(text) ?? text
  if (field.type.kind === "message") return jsonOf(text) ?? text
  const scalar = Fields.scalarOf(field) ?? ""
  if (scalar === "bool") return text === "true" ? true : text === "false" ? false : text
  return numbers.test(scalar) && text !== "" && Number.isFinite(Number(text)) ? Number(text) : text
}

/** `a.b[0].c` as its parts. */
const parts = (path: string): ReadonlyArray<string> | undefined => {
  const found = path.replaceAll(/\[(\d+)\]/g, ".$1").split(".")
  return found.some((part) => part === "" || part === "__proto__") ? undefined : found
}

/**
 * Sets a field of the request, in place. A field that is a list gets the value as one more item, unless its path ends with an index or
 * the value is a JSON list.
 */
const setOne = (
  request: Json,
  assignment: string,
  known: Fields.Known | undefined
): Usage | undefined => {
  const equals = assignment.indexOf("=")
  const path = parts(assignment.slice(0, equals))
  if (equals < 1 || path === undefined) {
    return usage(`--set ${JSON.stringify(assignment)} is not of the form field.field=value`)
  }
  const text = assignment.slice(equals + 1)
  let message = known?.request
  let field: Fields.Field | undefined
  let isItem = false
  let at: Json | Array<unknown> = request
  const done: Array<string> = []
  for (const [index, part] of path.entries()) {
    const isLast = index === path.length - 1
    if (Array.isArray(at) && !/^\d+$/.test(part)) {
      const list = done.join(".")
      return usage(`--set ${list}.${part}: ${list} is a list: write ${list}[0].${part}`)
    }
    if (Array.isArray(at)) isItem = true
    else if (field?.shape === "map" && !isItem) isItem = true
    else {
      isItem = false
      const next: Fields.Field | undefined = message && Fields.fieldOf(message, part)
      if (message !== undefined && next === undefined) {
        const where = [...done, part].join(".")
        return usage(`--set ${where}: no such field${Fields.meant(message, part)}`)
      }
      field = next
    }
    const key: string = !isItem && field !== undefined ? field.jsonName : part
    done.push(key)
    if (field !== undefined && known !== undefined && (isItem || field.shape === "one")) {
      message = Fields.messageOf(known.catalogue, field)
    }
    const slot = at as { [key: string]: unknown }
    if (field !== undefined && !isItem) {
      const given = Fields.keyOf(field, slot)
      if (given !== key) {
        slot[key] = slot[given]
        delete slot[given]
      }
    }
    if (isLast) {
      const value = valueOf(field, text, !isItem)
      const isList = field?.shape === "list" && !isItem && !Array.isArray(value)
      slot[key] = isList ? [...(Array.isArray(slot[key]) ? slot[key] : []), value] : value
      return undefined
    }
    const next = slot[key] ?? (field?.shape === "list" && !isItem ? [] : {})
    if (!isJson(next) && !Array.isArray(next)) {
      return usage(`--set ${done.join(".")} has a value already, and ${path.join(".")} is below it`)
    }
    slot[key] = next
    at = next
  }
  return undefined
}

/** The request with all assignments, in their order; what is wrong with any of them is told at once. */
export const apply = (
  request: { readonly [key: string]: unknown },
  assignments: ReadonlyArray<string>,
  known: Fields.Known | undefined
): { readonly [key: string]: unknown } | Usage => {
  const made = structuredClone(request) as Json
  const wrong = assignments.flatMap((each) => setOne(made, each, known)?.message ?? [])
  return wrong.length === 0 ? made : usage(...wrong)
}
