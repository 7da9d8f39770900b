/** Where messages and enums are defined. */
import type protobuf from "protobufjs"
import { fullName } from "./protos.ts"
import type { Source } from "./source.ts"

/** The lines of the messages and enums of a proto by their full names, the first line is 1. */
export const definitions = (proto: string): ReadonlyMap<string, number> => {
  const out = new Map<string, number>()
  // Of the same length, without what only looks like a definition.
  const text = proto.replace(
    /\/\/.*|\/\*[\s\S]*?\*\/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'/g,
    (found) => found.replace(/[^\n]/g, " ")
  )
  const scope: Array<string> = [/^\s*package\s+([\w.]+)\s*;/m.exec(text)?.[1] ?? ""]
  let line = 1
  for (const [token, name] of text.matchAll(/\n|\b(?:message|enum)\s+(\w+)\s*\{|[{}]/g)) {
    if (name !== undefined) {
      const full = scope.filter((part) => part !== "").concat(name).join(".")
      out.set(full, line)
      scope.push(name)
    } else if (token === "{") scope.push("")
    else if (token === "}") scope.pop()
    line += token.split("\n").length - 1
  }
  return out
}

/** Links to the definitions in a repository at a commit. */
export const linksTo = (
  repository: string,
  commit: string,
  source: Source
): (type: protobuf.Type | protobuf.Enum) => string => {
  const files = new Map<string, ReadonlyMap<string, number>>()
  return (type) => {
    const file = type.filename ?? ""
    const lines = files.get(file) ?? definitions(source.read(file))
    files.set(file, lines)
    const line = lines.get(fullName(type))
    if (line === undefined) throw new Error(`${file}: no ${fullName(type)}`)
    return `${repository}/blob/${commit}/${file}#L${line}`
  }
}
