import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { Either, Schema } from "effect"
import type * as Operations from "effect-lro/Operations"
import * as ProtoJson from "effect-lro/ProtoJson"
import * as fs from "node:fs"
import * as os from "node:os"
import * as path from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { emit } from "../../scripts/generate/emit.ts"
import { emitMessages } from "../../scripts/generate/emitMessages.ts"
import { serviceVersions } from "../../scripts/generate/inventory.ts"
import { linksTo } from "../../scripts/generate/lines.ts"
import { type MethodModel, serviceModel } from "../../scripts/generate/model.ts"
import { fromDirectory, type Source } from "../../scripts/generate/source.ts"
import type { Override } from "../../scripts/overrides.ts"
import * as Googleapis from "../kit/googleapis.ts"

const overrides: ReadonlyArray<Override> = [
  {
    kind: "method",
    service: "bakery.example.com/v1",
    method: "list",
    verb: "GET",
    templates: ["/v1/operations"],
    unverified: true,
    source: "test"
  },
  { kind: "filterRequired", service: "bakery.example.com/v1", source: "test" },
  {
    kind: "required",
    service: "bakery.example.com/v1",
    rpc: "example.bakery.v1.Ovens.BakeCake",
    field: "cakeId",
    required: false,
    source: "test"
  }
]

const { config, file, service } = Googleapis
const root = fileURLToPath(new URL("../..", import.meta.url))
let directory = ""
let source: Source

beforeAll(() => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), "effect-lro-generate-"))
  for (const [name, text] of Object.entries(Googleapis.files)) {
    fs.mkdirSync(path.dirname(path.join(directory, name)), { recursive: true })
    fs.writeFileSync(path.join(directory, name), text)
  }
  source = fromDirectory(directory)
})

afterAll(() => fs.rmSync(directory, { recursive: true }))

/** The model of the only service version that a source has. */
const modelOf = (source: Source, all: ReadonlyArray<Override>) => {
  const [version, ...others] = serviceVersions(source)
  assert.isDefined(version)
  assert.deepStrictEqual(others, [])
  return serviceModel(source, version, "Bakery", all)
}

const bakery = () => modelOf(source, overrides)

const messagesOf = () =>
  emitMessages(bakery().messages, {
    title: "Bakery API, v1",
    source: "googleapis c0ffee",
    link: linksTo("https://example.com/apis", "c0ffee", source)
  })

const method = (rpc: string): MethodModel => {
  const found = bakery().methods.find((candidate) => candidate.rpc === `example.bakery.v1.${rpc}`)
  assert.isDefined(found)
  return found
}

const shape = (rpc: string) =>
  Object.fromEntries(
    method(rpc).fields.map((
      { mask, name, place, required, type }
    ) => [name, [place, required, mask, type]])
  )

describe("the generator", () => {
  it("reads bindings, additional ones, bodies and scopes", () => {
    const { config, tag } = bakery()
    assert.strictEqual(config.title, "Bakery API")
    assert.strictEqual(tag, "Bakery")
    assert.deepStrictEqual(Object.fromEntries(config.operations), {
      get: {
        verb: "GET",
        templates: [
          "/v1/{name=projects/*/operations/*}",
          "/v1/{name=organizations/*/operations/*}"
        ],
        body: undefined,
        bodies: new Map(),
        filterRequired: false,
        unverified: false
      },
      list: {
        verb: "GET",
        templates: ["/v1/operations"],
        body: undefined,
        bodies: new Map(),
        filterRequired: true,
        unverified: true
      },
      cancel: {
        verb: "POST",
        templates: ["/v1/{name=projects/*/operations/*}:cancel"],
        body: "*",
        bodies: new Map(),
        filterRequired: false,
        unverified: false
      },
      wait: {
        verb: "POST",
        templates: ["/v1/{name=projects/*/operations/*}:wait"],
        body: undefined,
        bodies: new Map(),
        filterRequired: false,
        unverified: false
      }
    })
    assert.deepStrictEqual(config.scopes, ["https://example.com/eat", "https://example.com/bake"])
  })

  it("names methods: by rpc, by interface where two have it or where it is a reserved word", () => {
    assert.deepStrictEqual(bakery().methods.map(({ name, requestName }) => [name, requestName]), [
      ["mixersClean", "MixersCleanRequest"],
      ["mixersImport", "MixersImportRequest"],
      ["bakeCake", "BakeCakeRequest"],
      ["ovensClean", "OvensCleanRequest"],
      ["cool", "CoolRequest"],
      ["heat", "HeatRequest"]
    ])
    assert.deepStrictEqual(bakery().notes, [
      "example.bakery.v1.Mixers.Grease: no HTTP rule, left out",
      "example.bakery.v1.Mixers.Import: no operation_info",
      "example.bakery.v1.Ovens.BakeCake: GET /v1/bake (body none) left out"
    ])
  })

  it("places the fields of a request", () => {
    assert.deepStrictEqual(method("Ovens.BakeCake").templates, [
      "/v1/{oven.rack.rack_name=projects/*/ovens/*/racks/*}:bake",
      "/v1/{oven.rack.rack_name=organizations/*/racks/*}:bake"
    ])
    assert.deepStrictEqual(shape("Ovens.BakeCake"), {
      oven: [
        "body+path",
        true,
        false,
        "Messages.OvenInput & { readonly rack: { readonly rackName: string } }"
      ],
      cakeId: ["body", false, false, "string"],
      cakes: ["body", false, false, "ReadonlyArray<Messages.CakeInput>"],
      flavour: ["body", false, false, "Messages.Flavour"]
    })
    assert.strictEqual(method("Ovens.Clean").body, "cake")
    assert.strictEqual(method("Ovens.Clean").idempotencyField, "requestId")
    assert.deepStrictEqual(shape("Ovens.Clean"), {
      name: ["path", true, false, "string"],
      cake: ["body", true, false, "Messages.CakeInput"],
      updateMask: ["query", false, true, "string | ReadonlyArray<string>"],
      requestId: ["query", false, false, "string"],
      strength: ["query", false, false, "ProtoJson.Int64Input"]
    })
    assert.deepStrictEqual(shape("Mixers.Clean")["cake"], [
      "query",
      true,
      false,
      "Messages.CakeInput"
    ])
  })

  it("types messages as they are decoded and as they are sent", () => {
    const cake = bakery().messages.declared.find(({ name }) => name === "Cake")
    assert.strictEqual(cake?.kind, "message")
    if (cake?.kind !== "message") return
    assert.strictEqual(cake.inputName, "CakeInput")
    assert.deepStrictEqual(
      cake.fields.map(({ decoded, hasPresence, input, inputDocs, name, oneOf, schema }) => [
        name,
        `${hasPresence ? "?" : ""}${decoded}`,
        input,
        schema,
        oneOf,
        inputDocs.join(" ")
      ]),
      [
        ["name", "string", undefined, "ProtoJson.string", undefined, "Cannot be changed later."],
        ["flavour", "Flavour", "Flavour", "Flavour", undefined, ""],
        [
          "layers",
          "{ readonly [key: string]: Flavour }",
          "{ readonly [key: string]: Flavour }",
          "ProtoJson.map(Flavour)",
          undefined,
          ""
        ],
        [
          "cream",
          "?string",
          "string",
          `ProtoJson.oneOf("topping", ProtoJson.string)`,
          "topping",
          ""
        ],
        [
          "glazeTime",
          "?ProtoJson.Duration",
          "ProtoJson.DurationInput",
          `ProtoJson.oneOf("topping", ProtoJson.Duration)`,
          "topping",
          ""
        ],
        ["weight", "?Weight", "WeightInput", "Weight", undefined, ""]
      ]
    )
    const names = bakery().messages.declared.map((model) =>
      model.kind === "enum" ? model.name : [model.name, model.inputName ?? ""].join(" ")
    )
    assert.deepStrictEqual(names, [
      "BakeMetadata ",
      "BakeMetadataStep ",
      "Cake CakeInput",
      "Flavour",
      "Oven OvenInput",
      "Rack RackInput",
      "Weight WeightInput"
    ])
  })

  it("does not require what another template does without", () => {
    assert.deepStrictEqual(shape("Ovens.Heat"), {
      projectId: ["path", false, false, "string"],
      ovenId: ["path", false, false, "string"],
      name: ["path", false, false, "string"],
      degrees: ["body", true, false, "number"]
    })
    assert.deepStrictEqual(method("Ovens.Heat").fields.map(({ docs }) => docs.join(" ")), [
      "In the path. Required unless `name` is given.",
      "In the path. Required unless `name` is given.",
      "In the path: `projects/*/locations/*/ovens/*`.",
      "In the body. Required."
    ])
    // A template that says nothing of a parent is no reason to leave it out.
    assert.deepStrictEqual(shape("Ovens.Cool"), { name: ["path", true, false, "string"] })
  })

  it("fails on what it may not decide", () => {
    const withConfig = (change: (text: string) => string, all = overrides) =>
      modelOf(
        { ...source, read: (name) => name === file ? change(config) : source.read(name) },
        all
      )
    const replace = (a: string, b: string) => (text: string) => text.replace(a, b)
    assert.throws(
      () =>
        withConfig(replace("    - get: '/v1/{name=organizations", "    - get: '/v1/{name=folders")),
      /\/ui\/\{name=organizations.* is not under \/v1\//
    )
    assert.throws(
      () => withConfig(replace("GetOperation\n    get: '/v1/", "ListOperations\n    get: '/v1/")),
      /ListOperations: bound by the service config, so its override has to go/
    )
    assert.throws(
      () =>
        withConfig((text) => text, [{
          kind: "required",
          service: "bakery.example.com/v1",
          rpc: "example.bakery.v1.Ovens.BakeCake",
          field: "nothing",
          required: true,
          source: "test"
        }]),
      /no field nothing/
    )
  })

  it("writes the same text every time, whole modules of it", () => {
    const text = emit(bakery(), "c0ffee")
    assert.strictEqual(emit(bakery(), "c0ffee"), text)
    assert.match(
      text,
      /^\/\*\*\n[^/]*\*\/\n\/\/ Generated by scripts\/generate\.ts from googleapis c0ffee\. Do not edit\.\nimport /
    )
    assert.notMatch(text, /\*\/[^\s]*\*\/\n \*/, "a pattern ends a comment")
    assert.include(text, "@deprecated by Google")
  })

  it("says of each message where it is defined, and which fields exclude each other", () => {
    const text = messagesOf()
    const lines = service.split("\n")
    for (
      const [name, line] of [["BakeMetadata.Step", "  message Step {"], ["Cake", "message Cake {"]]
    ) {
      assert.include(
        text,
        ` * [\`example.bakery.v1.${name}\`](https://example.com/apis/blob/c0ffee/example/bakery/v1/bakery.proto#L${
          lines.indexOf(line ?? "") + 1
        })\n`
      )
    }
    assert.include(
      text,
      "ProtoJson.OneOf<{\nreadonly cream: string\nreadonly glazeTime: ProtoJson.Duration\n}>"
    )
    assert.include(text, "export interface BakeMetadataStep extends ProtoJson.Unknown {")
    assert.include(
      text,
      "ProtoJson.OneOfInput<{\nreadonly cream: string\nreadonly glazeTime: ProtoJson.DurationInput\n}>"
    )
  })

  it("writes a module whose methods and Schemas work", async () => {
    const src = pathToFileURL(path.join(root, "src")).href
    const write = (name: string, text: string) => {
      const target = path.join(directory, "written", name)
      fs.mkdirSync(path.dirname(target), { recursive: true })
      fs.writeFileSync(target, text.replaceAll(/"(?:\.\.\/)+(\w+\.ts)"/g, `"${src}/$1"`))
      return target
    }
    write("v1/messages.ts", messagesOf())
    const target = write("v1.ts", emit(bakery(), "c0ffee"))
    const module = await import(/* @vite-ignore */ target) as { readonly [name: string]: unknown }
    const messages = await import(/* @vite-ignore */ path.join(directory, "written/v1/messages.ts"))

    const bakeCake = module["bakeCake"] as Operations.AnyMethod
    assert.deepStrictEqual(bakeCake.request, {
      oven: { in: "body+path", required: true },
      cakeId: { in: "body" },
      cakes: { in: "body" },
      flavour: { in: "body" }
    })
    const metadata = (name: string) => (module[name] as Operations.AnyMethod).metadata
    assert.strictEqual(metadata("mixersClean"), messages["BakeMetadataStep"])
    assert.strictEqual((module["mixersClean"] as Operations.AnyMethod).response, messages["Cake"])
    const response = (name: string) => (module[name] as Operations.AnyMethod).response
    assert.strictEqual(response("ovensClean"), ProtoJson.Empty)
    assert.isUndefined(response("mixersImport"))

    const decode = (json: unknown) =>
      Either.getOrThrow(Schema.decodeUnknownEither(bakeCake.metadata)(json)) as {
        readonly [field: string]: unknown
      }
    const absent = decode({})
    assert.deepInclude(absent, {
      flavour: "FLAVOUR_UNSPECIFIED",
      flavours: [],
      gramsByLayer: {},
      crumbs: 0n
    })
    for (const name of ["error", "cakes", "heat2", "step", "note"]) assert.notProperty(absent, name)
    const json = {
      createTime: "2026-01-02T03:04:05.678901234Z",
      flavour: 5,
      flavours: ["LEMON", 1, "NEW", 9],
      gramsByLayer: { "1": "12", "2": 13 },
      cakes: "9007199254740993",
      heat2: 0,
      step: {
        label: "a",
        steps: [{ label: "b" }],
        byName: { c: { label: "c", whole: { flavour: "LEMON" } } }
      },
      weight: { grams: 3 },
      note: "",
      details: { "@type": "type.googleapis.com/x", a: 1 },
      crumbs: "18446744073709551615",
      photo: "AQI=",
      Cake: { layers: { top: "LEMON" }, cream: "" }
    }
    const full = decode(json)
    assert.deepInclude(full, {
      flavour: "CHOCOLATE",
      flavours: ["LEMON", "LEMON", "NEW", 9],
      gramsByLayer: { "1": 12n, "2": 13n },
      cakes: 9007199254740993n,
      heat2: 0,
      note: "",
      details: json.details,
      crumbs: 18446744073709551615n,
      photo: new Uint8Array([1, 2])
    })
    const back: typeof json = JSON.parse(JSON.stringify(Schema.encodeSync(bakeCake.metadata)(full)))
    assert.deepInclude(back, { createTime: json.createTime, cakes: json.cakes, heat2: 0 })
    assert.strictEqual(back.step.byName.c.whole.flavour, "LEMON")
    assert.strictEqual(back.step.steps[0]?.label, "b")
    const failed = decode({ error: { code: 5, message: "gone" } })["error"]
    assert.deepStrictEqual(failed, { code: 5, message: "gone", details: [] })
  })
})
