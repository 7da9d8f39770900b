/**
 * Every message of every service: an example that protobufjs made decodes, and what comes back, as a response and as a request, is
 * JSON that protobufjs takes, with nothing lost.
 */
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as RequestValue from "effect-lro/internal/proto/requestValue"
import * as Catalogue from "effect-lro/internal/services/catalogue"
import * as ProtoJson from "effect-lro/ProtoJson"
import * as Registry from "effect-lro/services/registry"
import counts from "../../scripts/counts.json" with { type: "json" }
import * as Catalogues from "../kit/catalogues.ts"
import { isFull, some } from "../kit/counts.ts"
import { type Json, protosOf } from "../kit/protobufjs.ts"
import { extraction } from "../kit/published.ts"

/** Where a value lacks what another one has: the path to the first difference. */
const missing = (value: unknown, part: unknown, path = ""): string | undefined => {
  if (typeof part !== "object" || part === null) {
    return Object.is(value, part) ? undefined : `${path}: ${String(value)} is not ${String(part)}`
  }
  if (typeof value !== "object" || value === null) return `${path}: no object`
  for (const [key, inside] of Object.entries(part)) {
    const found = missing(Reflect.get(value, key), inside, `${path}.${key}`)
    if (found !== undefined) return found
  }
  return undefined
}

/** What a request sends for a value. */
const sent = (value: unknown): Json => {
  const json = RequestValue.encode(value, "")
  if (json instanceof RequestValue.Refused) return assert.fail(`${json.path} ${json.problem}`)
  return json as Json
}

interface Example {
  readonly module: string
  readonly type: string
  readonly json: Json
}

/** Made of the protos themselves, not of the catalogues. */
const ofProtos = Catalogues.linesOf<Example>("metadata.jsonl")

/** The names of the messages that some are made of, themselves included. */
const closure = (
  { messages }: Catalogue.Catalogue,
  roots: ReadonlyArray<string>
): ReadonlySet<string> => {
  const out = new Set<string>()
  const visit = (name: string): void => {
    const message = messages.get(name)
    // Those of google.protobuf that have no form of their own are kept as JSON.
    if (message === undefined || out.has(name) || name.startsWith("google.protobuf.")) return
    out.add(name)
    for (const { type } of message.fields.values()) if (type.kind === "message") visit(type.name)
  }
  roots.forEach(visit)
  return out
}

describe("[26] [27] [37] every message", () => {
  for (const { module } of some(Registry.entries, 8)) {
    it(`of ${module}`, async () => {
      const catalogue = await Catalogues.load(module)
      const protos = protosOf(catalogue)
      const messages = await Catalogues.messagesOf(module)
      for (const { json, type } of ofProtos.filter((example) => example.module === module)) {
        const schema = messages.get(type) ?? assert.fail(type)
        const again = Schema.encodeSync(schema)(Schema.decodeUnknownSync(schema)(json))
        assert.isUndefined(missing(again, json), type)
        assert.isUndefined(missing(protos.throughBytes(type, again), json), type)
      }
      for (const [name, schema] of messages) {
        const decode = Schema.decodeUnknownSync(schema)
        const encode = Schema.encodeSync(schema)
        for (const json of protos.examples(name)) {
          const decoded = decode(json)
          const again = encode(decoded)
          assert.isUndefined(missing(again, json), `${name}${missing(again, json)}`)
          assert.isFalse(Reflect.ownKeys(Object(decoded)).includes(ProtoJson.unknownFields), name)
          assert.isUndefined(missing(protos.throughBytes(name, again), json), name)
          // Read, changed and sent: the type of a request takes a spread of what was decoded.
          const request = sent({ ...Object(decoded) })
          assert.deepStrictEqual(request, again, name)
        }
        for (const json of protos.examples(name, true)) {
          const decoded = decode(json)
          assert.isTrue(Reflect.has(Object(decoded), ProtoJson.unknownFields), name)
          assert.isUndefined(missing(encode(decoded), json), name)
          assert.deepStrictEqual(sent({ ...Object(decoded) }), encode(decoded), name)
        }
        decode({})
      }
    })
  }

  it("that a response, metadata or a request holds, is there", async () => {
    const found = { inResponses: new Set<string>(), inRequests: new Set<string>() }
    for (const { module } of Registry.entries) {
      const catalogue = await Catalogues.load(module)
      const own = Array.from(catalogue.methods.values()).filter(({ metadata }) =>
        metadata !== undefined
      )
      const parts = {
        inResponses: closure(catalogue, own.map(({ response }) => response)),
        inMetadata: closure(catalogue, own.map(({ metadata }) => metadata ?? "")),
        inRequests: closure(
          catalogue,
          own.flatMap(({ request }) =>
            Catalogues.fieldsOf(catalogue.messages.get(request)).flatMap(({ type }) =>
              type.kind === "message" ? [type.name] : []
            )
          )
        )
      }
      const all = new Set(Object.values(parts).flatMap((names) => Array.from(names)))
      const messages = await Catalogues.messagesOf(module)
      assert.sameMembers(Array.from(messages.keys()), Array.from(all), module)
      parts.inResponses.forEach((name) => found.inResponses.add(name))
      parts.inRequests.forEach((name) => found.inRequests.add(name))
    }
    console.log(
      `responses ${counts.catalogue.responses}; messages and enums in responses ${counts.catalogue.inResponses}, ` +
        `in requests ${counts.catalogue.inRequests}, in either ${counts.catalogue.inEither}; of these messages ` +
        `${found.inResponses.size} and ${found.inRequests.size}; all examples: ${isFull}`
    )
    assert.deepStrictEqual(
      [
        counts.catalogue.responses,
        counts.catalogue.inResponses,
        counts.catalogue.inRequests,
        counts.catalogue.inEither
      ],
      Object.values(extraction.catalogue)
    )
  })
})
