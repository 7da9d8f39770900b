/** docs/rules.md and the tests belong together: the title of a test cites the rules that it shows. */
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const read = (file: string): string => fs.readFileSync(path.join(root, file), "utf8")

const rules = Array.from(read("docs/rules.md").matchAll(/^(\d+)\. /gm), ([, number = ""]) => number)

/** By file, the rules that titles cite: a title begins with them. */
const citations = new Map(
  ["test", "typetest"].flatMap((directory) =>
    fs.readdirSync(path.join(root, directory), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => path.join(directory, file))
  ).map((file) => [
    file,
    Array.from(
      read(file).matchAll(/["'`]((?:\[\d+(?:, \d+)*\] )+)/g),
      ([, cited = ""]) => cited.match(/\d+/g) ?? []
    ).flat()
  ])
)

describe("every rule", () => {
  it("has a number of its own", () => {
    assert.isAtLeast(rules.length, 39)
    assert.lengthOf(new Set(rules), rules.length)
  })

  it("is cited by the title of a test", () => {
    const cited = new Set(Array.from(citations.values()).flat())
    assert.deepStrictEqual(rules.filter((rule) => !cited.has(rule)), [])
  })

  it("that a title cites is there", () => {
    const unknown = Array.from(citations).flatMap(([file, cited]) =>
      cited.filter((rule) => !rules.some((each) => each === rule)).map((rule) => `${file}: ${rule}`)
    )
    assert.deepStrictEqual(unknown, [])
  })
})
