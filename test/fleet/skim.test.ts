/** A page read by its text: what is wanted of it is what `JSON.parse` gives, and what is no whole page is left to that. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, FastCheck as fc } from "effect"
import { skim } from "effect-lro/internal/fleet/skim"
import { holds } from "../kit/property.ts"

/** Of each name something else is wanted. */
const isWanted = (name: string, runs: boolean): boolean => {
  const sum = Array.from(name).reduce((sum, character) => sum + character.charCodeAt(0), 0)
  return sum % 3 === 0 || (sum % 3 === 1 && !runs)
}

interface Item {
  readonly [key: string]: unknown
}

/** Whether an operation is left, by the words of {@link skim}. */
const isLeft = (item: Item): boolean => {
  const { done = false, name, ...others } = item
  const isName = typeof name === "string" && !JSON.stringify(name).includes("\\")
  const runs = done === false && Object.keys(others).every((key) => key === "metadata")
  return !isName || isWanted(name, runs)
}

const item: fc.Arbitrary<Item> = fc.record({
  name: fc.oneof(
    fc.nat(50).map((i) => `projects/p/locations/l/operations/o${i}`),
    fc.string(),
    fc.jsonValue()
  ),
  metadata: fc.jsonValue(),
  done: fc.oneof(fc.boolean(), fc.boolean(), fc.jsonValue()),
  error: fc.jsonValue(),
  response: fc.jsonValue(),
  status: fc.jsonValue()
}, { requiredKeys: [] })

const page = fc.record({
  operations: fc.array(item, { maxLength: 5 }),
  nextPageToken: fc.string(),
  unreachable: fc.array(fc.string(), { maxLength: 2 }),
  kind: fc.jsonValue()
}, { requiredKeys: ["operations"] })

const indents = fc.constantFrom<string | number | undefined>(undefined, 2, "\t", "\r\n ")

describe("[46] a page is read by its text", () => {
  it.effect("as `JSON.parse` reads what is wanted of it", () =>
    holds(fc.tuple(page, indents), 2000, ([{ kind: _, ...page }, indent]) =>
      Effect.sync(() => {
        const text = JSON.stringify(page, undefined, indent)
        const { operations, ...others } = JSON.parse(text) as { operations: ReadonlyArray<Item> }
        assert.deepStrictEqual(skim(text, isWanted)?.value, {
          ...others,
          operations: operations.filter(isLeft)
        })
      })))

  it.effect("and not at all where it is cut off", () =>
    holds(page, 100, (page) =>
      Effect.sync(() => {
        const text = JSON.stringify(page)
        for (let end = 0; end < text.length; end++) {
          assert.isUndefined(skim(text.slice(0, end), isWanted))
        }
      })))

  const others: ReadonlyArray<readonly [what: string, text: string]> = [
    ["no object", "[]"],
    ["an empty object", "{}"],
    ["a page of another API", `{"items":[]}`],
    ["operations that are no list", `{"operations":{}}`],
    ["a page with something after it", `{"operations":[]} x`],
    ["a page with a comma too many", `{"operations":[],}`],
    ["a list with a comma too many", `{"operations":[{"name":"a"},]}`],
    ["an operation that is none", `{"operations":[1]}`],
    ["a key without quotes", `{operations:[]}`],
    ["a token that is no JSON", `{"operations":[],"nextPageToken":x}`],
    ["HTML", "<html></html>"],
    ["nothing", ""]
  ]
  for (const [what, text] of others) {
    it(`is left to \`JSON.parse\`: ${what}`, () => {
      assert.isUndefined(skim(text, isWanted))
    })
  }

  it("the last of two keys holds, as with `JSON.parse`", () => {
    const asked = (operation: string) => {
      const seen: Array<readonly [name: string, runs: boolean]> = []
      skim(`{"operations":[${operation}]}`, (...all) => seen.push(all) === 0)
      return seen
    }
    assert.deepStrictEqual(asked(`{"name":"a","name":"b"}`), [["b", true]])
    assert.deepStrictEqual(asked(`{"name":"a","done":true,"done":false}`), [["a", false]])
    assert.deepStrictEqual(asked(`{"name":"a","done":false,"done":true}`), [["a", false]])
    assert.deepStrictEqual(asked(`{"name":1,"name":"a"}`), [["a", true]])
    assert.deepStrictEqual(asked(`{"name":"a","name":1}`), [])
  })
})
