/** The operations that a command is given: by their names, from files, and from standard input. */
import * as Effect from "effect/Effect"
import { Globals } from "../globals.ts"
import { Io } from "../io.ts"
import { Usage, usage } from "../usage.ts"
import * as Address from "./address.ts"
import { contextOf } from "./context.ts"

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** What a text holds: one JSON value, or a name or a JSON value a line. `source` is told where it can't be read. */
export const ofText = (
  text: string,
  source: string,
  context: Address.Context
): ReadonlyArray<Address.Address> | Usage => {
  const whole = parseJson(text)
  const items: ReadonlyArray<unknown> = Array.isArray(whole)
    ? whole
    : typeof whole === "object" && whole !== null
    ? [whole]
    : text.split("\n").map((line) => line.trim()).filter((line) =>
      line !== "" && !line.startsWith("#")
    )
  if (items.length === 0) return usage(`${source} names no operation`)
  const found: Array<Address.Address> = []
  for (const item of items) {
    const address = typeof item === "string"
      ? Address.parse(item, context)
      : Address.ofJson(item, context)
    if (address instanceof Usage) return usage(`${source}: ${address.message}`)
    found.push(address)
  }
  return found
}

const isFile = (text: string): boolean => /\.(?:nd)?json$/.test(text) && !text.includes("://")

/** All operations, each once, every name checked before anything is sent. An endpoint of the options takes the place of any other. */
export const expand = (
  given: ReadonlyArray<string>,
  kind: Address.Context["kind"]
): Effect.Effect<ReadonlyArray<Address.Address>, Usage, Globals | Io> =>
  Effect.gen(function*() {
    const io = yield* Io
    const context = yield* contextOf(kind)
    const found: Array<Address.Address> = []
    for (const each of given) {
      const one = each === "-"
        ? ofText(yield* io.stdin, "standard input", context)
        : isFile(each)
        ? ofText(yield* io.readFile(each), each, context)
        : Address.parse(each, context)
      if (one instanceof Usage) return yield* one
      found.push(...("module" in one ? [one] : one))
    }
    for (const address of found) {
      const wrong = Address.misfit(address, kind)
      if (wrong !== undefined) return yield* wrong
    }
    const { endpoint } = yield* Globals
    const each = new Map<string, Address.Address>()
    for (const address of endpoint === undefined ? found : found.map(Address.withoutEndpoint)) {
      const key = `${address.module} ${address.endpoint} ${address.name}`
      // A reference knows more than a name.
      if (each.get(key)?.reference === undefined) each.set(key, address)
    }
    return [...each.values()]
  })
