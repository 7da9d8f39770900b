import { assert, describe, it } from "@effect/vitest"
import { Option, Schema } from "effect"
import { Any, Operation, ProtoJson } from "effect-lro"

class Progress extends Schema.Class<Progress>("Progress")({ percent: ProtoJson.Int32 }) {}
class Nothing extends Schema.Class<Nothing>("Nothing")({}) {}

const read = (metadata: unknown, schema: Operation.MetadataSchema<unknown> = Progress) =>
  Operation.metadata({ name: "operations/o", done: false, metadata }, schema)

describe("metadata", () => {
  it("is none when the server sent none", () => {
    assert.deepStrictEqual(read(undefined), Option.none())
    assert.deepStrictEqual(read(null), Option.none())
  })

  it("is decoded without its type by a plain Schema, with it by Any.of", () => {
    const sent = { "@type": "type.googleapis.com/a.Progress", percent: 7 }
    const expected = Option.some({ _tag: "Decoded" as const, value: new Progress({ percent: 7 }) })
    assert.deepStrictEqual(read(sent), expected)
    assert.deepStrictEqual(read(sent, Any.of("type.googleapis.com/a.Progress", Progress)), expected)
    const other = Option.getOrThrow(read(sent, Any.of("type.googleapis.com/b.Other", Progress)))
    assert.strictEqual(other._tag, "Undecodable")
  })

  for (const wrong of [42, "text", true, [], [{ percent: 1 }]]) {
    it(`${JSON.stringify(wrong)} is undecodable, also for a message without fields`, () => {
      for (const schema of [Progress, Nothing]) {
        assert.deepStrictEqual(
          read(wrong, schema),
          Option.some({
            _tag: "Undecodable",
            raw: wrong,
            path: "",
            problem: "the metadata is not an object"
          })
        )
      }
    })
  }

  it("that does not fit keeps what was sent and says where", () => {
    const sent = { percent: "much" }
    const got = Option.getOrThrow(read(sent))
    assert.strictEqual(got._tag, "Undecodable")
    if (got._tag === "Undecodable") {
      assert.strictEqual(got.raw, sent)
      assert.include(got.problem, "percent")
    }
  })
})
