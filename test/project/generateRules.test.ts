/** What the generator makes of rules that stand in several copies, in several forms, or wrong: one small config for each. */
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { Credentials, Operations } from "effect-lro"
import * as Testing from "effect-lro/testing"
import { emit } from "../../scripts/generate/emit.ts"
import { serviceVersions } from "../../scripts/generate/inventory.ts"
import { serviceModel } from "../../scripts/generate/model.ts"
import type { OperationsRule } from "../../scripts/generate/serviceConfig.ts"
import type { Source } from "../../scripts/generate/source.ts"
import {
  type OperationsMethod,
  type Override,
  overrides as reviewed
} from "../../scripts/overrides.ts"

type Files = { readonly [file: string]: string }

const sourceOf = (files: Files): Source => ({
  files: Object.keys(files).sort(),
  has: (file) => file in files,
  read: (file) => files[file] ?? ""
})

const head = `type: google.api.Service
name: bakery.example.com
title: Bakery API
`

interface Rule {
  readonly rpc: string
  readonly paths: ReadonlyArray<string>
}

/** A config with rules: each path is `<verb> <template>`, and ends with `*` when it has that body. */
const config = (...rules: ReadonlyArray<Rule>): string => {
  const binding = (path: string, indent: string) => {
    const [verb, template, body] = path.split(" ")
    return `${verb}: '${template}'${body === undefined ? "" : `\n${indent}body: '${body}'`}`
  }
  return `${head}apis: [{ name: google.longrunning.Operations }]
http:
  rules:
${
    rules.map(({ paths: [first = "", ...more], rpc }) =>
      `  - selector: google.longrunning.Operations.${rpc}
    ${binding(first, "    ")}
${
        more.length === 0
          ? ""
          : `    additional_bindings:\n${
            more.map((path) => `    - ${binding(path, "      ")}\n`).join("")
          }`
      }`
    ).join("")
  }`
}

const file = "example/bakery/v1/bakery_v1.yaml"

const bakery = "bakery.example.com/v1"

const modelsOf = (files: Files, overrides: ReadonlyArray<Override> = []) => {
  const source = sourceOf(files)
  return serviceVersions(source).map((version) =>
    serviceModel(source, version, "Bakery", overrides)
  )
}

const modelOf = (files: Files, overrides: ReadonlyArray<Override> = []) => {
  const [model, ...others] = modelsOf(files, overrides)
  assert.isDefined(model)
  assert.deepStrictEqual(others, [])
  return model
}

const rulesOf = (text: string, overrides: ReadonlyArray<Override> = []) =>
  modelOf({ [file]: text }, overrides).config.operations

const templates = (rules: ReadonlyMap<OperationsMethod, OperationsRule>) =>
  Object.fromEntries(Array.from(rules, ([method, rule]) => [method, rule.templates]))

const get = "get /v1/{name=projects/*/operations/*}"
const getInFolder = "get /v1/{name=folders/*/operations/*}"

describe("copies of one service version", () => {
  const admin = "example/bakery/admin/v1/bakery.yaml"

  it("that are the same merge", () => {
    const text = config({ rpc: "GetOperation", paths: [get, getInFolder] })
    const model = modelOf({ [file]: text, [admin]: text })
    assert.deepStrictEqual(templates(model.config.operations), {
      get: ["/v1/{name=projects/*/operations/*}", "/v1/{name=folders/*/operations/*}"]
    })
    assert.strictEqual(model.extracted.bindings, 2)
  })

  it("fold into the one that has all", () => {
    const most = config({ rpc: "GetOperation", paths: [getInFolder, get] }, {
      rpc: "ListOperations",
      paths: ["get /v1/{name=projects/*}/operations"]
    })
    const few = config({ rpc: "GetOperation", paths: [get] })
    for (const files of [{ [file]: most, [admin]: few }, { [file]: few, [admin]: most }]) {
      assert.deepStrictEqual(templates(modelOf(files).config.operations), {
        get: ["/v1/{name=folders/*/operations/*}", "/v1/{name=projects/*/operations/*}"],
        list: ["/v1/{name=projects/*}/operations"]
      })
    }
  })

  it("of which none has all are refused, and so are bodies that differ", () => {
    assert.throws(
      () =>
        modelOf({
          [file]: config({ rpc: "GetOperation", paths: [get] }),
          [admin]: config({ rpc: "GetOperation", paths: [getInFolder] })
        }),
      /is not in the other copy of google\.longrunning\.Operations\.GetOperation/
    )
    const cancel = "post /v1/{name=projects/*/operations/*}:cancel"
    assert.throws(
      () =>
        modelOf({
          [file]: config({ rpc: "CancelOperation", paths: [cancel] }),
          [admin]: config({ rpc: "CancelOperation", paths: [`${cancel} *`] })
        }),
      /is not in the other copy/
    )
  })

  it("bring the methods of all their protos, each proto to the nearest config", () => {
    const proto = (name: string) => `
syntax = "proto3";
package example.bakery.${name.toLowerCase()}.v1;
message M {}
service ${name} {
  rpc Make${name}(M) returns (google.longrunning.Operation) {
    option (google.api.http) = { post: "/v1/${name}" body: "*" };
    option (google.longrunning.operation_info) = { response_type: "M" metadata_type: "M" };
  }
}`
    const text = config({ rpc: "GetOperation", paths: [get] })
    const models = modelsOf({
      [file]: text,
      [admin]: text,
      "example/bakery/v1/parts/a.proto": proto("A"),
      "example/bakery/admin/v1/b.proto": proto("B"),
      "example/bakery/v1/shop/shop_v1.yaml": text.replace("bakery.example.com", "shop.example.com"),
      "example/bakery/v1/shop/c.proto": proto("C"),
      "elsewhere/d.proto": proto("D")
    })
    assert.deepStrictEqual(
      models.map(({ config, methods }) => [config.service, methods.map(({ name }) => name)]),
      [["bakery.example.com", ["makeA", "makeB"]], ["shop.example.com", ["makeC"]]]
    )
    // Two messages of one name: the second has its package in front.
    assert.deepStrictEqual(models[0]?.messages.declared.map(({ name }) => name), [
      "ExampleBakeryBV1M",
      "M"
    ])
  })

  it("of the interface itself, of other types and without the interface are none", () => {
    const text = config({ rpc: "GetOperation", paths: [get] })
    assert.deepStrictEqual(
      modelsOf({
        "google/longrunning/longrunning.yaml": text.replace(
          "bakery.example.com",
          "longrunning.googleapis.com"
        ),
        "example/bakery/v1/bakery_gapic.yaml": text,
        "example/bakery/v1/other.yaml": text.replace("google.api.Service", "com.example.Config"),
        "example/shop/v1/shop_v1.yaml": head
      }),
      []
    )
  })

  it("without a version in the path have that of their rules", () => {
    const text = config({ rpc: "GetOperation", paths: ["get /v1beta1/{name=operations/**}"] })
    assert.strictEqual(modelOf({ "example/bakery/bakery.yaml": text }).config.version, "v1beta1")
    assert.throws(
      () => modelOf({ "example/bakery/bakery.yaml": head + "# google.longrunning.Operations" }),
      /no version/
    )
  })
})

describe("list", () => {
  for (
    const [form, path, name, expected] of [
      ["parent", "/v1/{name=projects/*}/operations", "projects/p", "/v1/projects/p/operations"],
      [
        "collection in the name",
        "/v1/{name=projects/*/operations}",
        "projects/p/operations",
        "/v1/projects/p/operations"
      ],
      ["no name", "/v1/operations", undefined, "/v1/operations"],
      [
        "literal prefix",
        "/v1/operations/{name=projects/*}/operations",
        "projects/p",
        "/v1/operations/projects/p/operations"
      ]
    ] as const
  ) {
    it.effect(`${form}: ${path}`, () =>
      Effect.gen(function*() {
        const rules = rulesOf(config({ rpc: "ListOperations", paths: [`get ${path}`] }))
        assert.deepStrictEqual(templates(rules), { list: [path] })
        const binding = Operations.binding({
          service: "bakery.example.com",
          version: "v1",
          scopes: [],
          methods: { list: { verb: "GET", templates: [path] } }
        })
        const seen = yield* Effect.gen(function*() {
          const client = yield* Operations.make(binding)
          yield* Stream.runDrain(client.list(name === undefined ? {} : { name }))
          return yield* (yield* Testing.OperationsServer).requests
        }).pipe(
          Effect.scoped,
          Effect.provide(Layer.merge(
            Testing.layer({ bindings: [binding] }),
            Credentials.layerToken(Redacted.make("token"))
          ))
        )
        assert.deepStrictEqual(seen.map(({ path, query }) => [path, query]), [[expected, ""]])
      }))
  }
})

describe("bodies", () => {
  const text = config({
    rpc: "CancelOperation",
    paths: [
      "post /v1/{name=projects/*/operations/*}:cancel *",
      "post /v1/operations/{name=projects/*}:cancel",
      "post /v1/{name=folders/*/operations/*}:cancel *"
    ]
  })

  it("that differ stand beside the templates", () => {
    const rule = rulesOf(text).get("cancel")
    assert.strictEqual(rule?.body, "*")
    assert.deepStrictEqual(
      rule?.bodies,
      new Map([["/v1/operations/{name=projects/*}:cancel", "none"]])
    )
    assert.include(
      emit(modelOf({ [file]: text }), "c0ffee"),
      `bodies: {"/v1/operations/{name=projects/*}:cancel":"none"}`
    )
  })

  it.effect("are sent as the template of the name has them", () =>
    Effect.gen(function*() {
      const binding = Operations.binding({
        service: "bakery.example.com",
        version: "v1",
        scopes: [],
        methods: {
          cancel: {
            verb: "POST",
            templates: [
              "/v1/{name=projects/*/operations/*}:cancel",
              "/v1/{name=folders/*/operations/*}:cancel"
            ],
            bodies: { "/v1/{name=folders/*/operations/*}:cancel": "*" }
          }
        }
      })
      const names = ["projects/p/operations/o", "folders/f/operations/o"]
      const seen = yield* Effect.gen(function*() {
        const client = yield* Operations.make(binding)
        const server = yield* Testing.OperationsServer
        for (const name of names) {
          yield* server.put(name, Testing.neverDone())
          yield* client.cancel({ name })
        }
        return yield* server.requests
      }).pipe(
        Effect.scoped,
        Effect.provide(Layer.merge(
          Testing.layer({ bindings: [binding] }),
          Credentials.layerToken(Redacted.make("token"))
        ))
      )
      assert.deepStrictEqual(seen.map(({ body, path }) => [path, body]), [
        [`/v1/${names[0]}:cancel`, undefined],
        [`/v1/${names[1]}:cancel`, "{}"]
      ])
    }))

  it("of another kind, and verbs that differ, are refused", () => {
    assert.throws(
      () => rulesOf(config({ rpc: "CancelOperation", paths: ["post /v1/a:cancel name"] })),
      /CancelOperation: POST/
    )
    assert.throws(
      () => rulesOf(config({ rpc: "GetOperation", paths: [get, "post /v1/{name=a/*}"] })),
      /GetOperation: POST/
    )
  })
})

describe("templates outside the version", () => {
  const ui = "get /ui/{name=projects/*/operations/*}"
  const lonely = "/ui/{name=shelves/*/operations/*}"

  it("are dropped where one under the version has their pattern", () => {
    assert.deepStrictEqual(
      templates(rulesOf(config({
        rpc: "GetOperation",
        paths: [ui, "get /uiv1beta3/{name=projects/*/operations/*}", get]
      }))),
      { get: ["/v1/{name=projects/*/operations/*}"] }
    )
  })

  it("are kept or dropped by the overrides where none has, and refused without an override", () => {
    const text = config({ rpc: "GetOperation", paths: [get, `get ${lonely}`] })
    const override = { service: bakery, method: "get", source: "test" } as const
    assert.throws(() => rulesOf(text), /\/ui\/.* is not under \/v1\//)
    assert.deepStrictEqual(
      templates(rulesOf(text, [{ ...override, kind: "template", template: lonely }])),
      { get: ["/v1/{name=projects/*/operations/*}", lonely] }
    )
    assert.deepStrictEqual(
      templates(rulesOf(text, [{ ...override, kind: "drop", templates: [lonely] }])),
      { get: ["/v1/{name=projects/*/operations/*}"] }
    )
    assert.throws(
      () => rulesOf(text, [{ ...override, kind: "drop", templates: ["/ui/gone"] }]),
      /no template \/ui\/gone to drop/
    )
  })
})

describe("mistakes in the published rules", () => {
  it("a :wait path under list goes, and cancel bound to GET is POST with a body", () => {
    const text = config(
      {
        rpc: "ListOperations",
        paths: [
          "get /v1/{name=projects/*}/operations",
          "get /v1/{name=projects/*/operations/*}:wait"
        ]
      },
      { rpc: "CancelOperation", paths: ["get /v1/{name=projects/*/operations/*}:cancel"] }
    )
    const rules = rulesOf(text, [
      {
        kind: "drop",
        service: bakery,
        method: "list",
        templates: ["/v1/{name=projects/*/operations/*}:wait"],
        source: "test"
      },
      {
        kind: "verb",
        service: bakery,
        method: "cancel",
        instead: "GET",
        verb: "POST",
        body: "*",
        source: "test"
      }
    ])
    assert.deepStrictEqual(templates(rules), {
      list: ["/v1/{name=projects/*}/operations"],
      cancel: ["/v1/{name=projects/*/operations/*}:cancel"]
    })
    assert.deepInclude(rules.get("cancel"), { verb: "POST", body: "*" })
    assert.throws(
      () =>
        rulesOf(config({ rpc: "CancelOperation", paths: ["post /v1/{name=a/*}:cancel"] }), [
          {
            kind: "verb",
            service: bakery,
            method: "cancel",
            instead: "GET",
            verb: "POST",
            body: "*",
            source: "test"
          }
        ]),
      /nothing is bound to GET/
    )
  })

  it("have a source each, and say so once", () => {
    for (const override of reviewed) assert.isAbove(override.source.length, 20)
    const keys = reviewed.map((override) => JSON.stringify({ ...override, source: "" }))
    assert.strictEqual(new Set(keys).size, keys.length)
  })
})

describe("a service version without rules", () => {
  const text = `${head}apis: [{ name: google.longrunning.Operations }]
authentication:
  rules:
  - selector: example.bakery.v1.Ovens.*
    oauth:
      canonical_scopes: https://example.com/bake, https://example.com/eat
`
  const override: Override = {
    kind: "method",
    service: bakery,
    method: "get",
    verb: "GET",
    templates: ["/v1/{name=operations/**}"],
    unverified: true,
    source: "test"
  }

  it("has the get that the overrides give it, marked, and the scopes of its other methods", () => {
    const model = modelOf({ [file]: text }, [override])
    assert.strictEqual(model.extracted.bindings, 0)
    assert.deepStrictEqual(model.config.scopes, [
      "https://example.com/bake",
      "https://example.com/eat"
    ])
    const written = emit(model, "c0ffee")
    assert.include(
      written,
      `get: { verb: "GET", templates: ["/v1/{name=operations/**}"], unverified: true }`
    )
    assert.include(written, "Operations: get (unverified).")
  })

  it("without an override serves nothing", () => {
    assert.deepStrictEqual(templates(rulesOf(text)), {})
  })
})

describe("published polling", () => {
  const proto = `
syntax = "proto3";
package example.bakery.v1;
message Cake { string request_id = 1; }
service Ovens {
  rpc Bake(Cake) returns (google.longrunning.Operation) {
    option (google.api.http) = { post: "/v1/cakes" body: "*" };
    option (google.longrunning.operation_info) = { response_type: "Cake" metadata_type: "Cake" };
  }
}`
  const text = (polling: string) =>
    `${config({ rpc: "GetOperation", paths: [get] })}publishing:
  method_settings:
  - selector: example.bakery.v1.Ovens.Bake
    long_running:
${polling}  - selector: example.bakery.v1.Ovens.Other
`
  const modelWith = (polling: string) =>
    modelOf({ [file]: text(polling), "example/bakery/v1/bakery.proto": proto })

  it("stands at its method, in seconds", () => {
    const model = modelWith(`      initial_poll_delay: 60s
      poll_delay_multiplier: 1.5
      max_poll_delay: 360s
      total_poll_timeout: 0.5s
`)
    assert.deepStrictEqual(model.methods[0]?.polling, {
      initial: 60,
      multiplier: 1.5,
      cap: 360,
      timeout: 0.5
    })
    assert.include(
      emit(model, "c0ffee"),
      `polling: { initial: "60 seconds", multiplier: 1.5, cap: "360 seconds", timeout: "0.5 seconds" }`
    )
    assert.strictEqual(model.methods[0]?.idempotencyField, "requestId")
  })

  it("that says too little is refused", () => {
    assert.throws(() => modelWith("      initial_poll_delay: 60s\n"), /Bake: polling/)
  })
})

describe("what the overrides correct", () => {
  const proto = `
syntax = "proto3";
package example.bakery.v1;
message Cake { string name = 1; }
message Step { string text = 1; }
message Progress { Step step = 1; }
service Ovens {
  rpc Bake(Cake) returns (google.longrunning.Operation) {
    option (google.api.http) = { post: "/v1/cakes" body: "*" };
    option (google.longrunning.operation_info) = { response_type: "Cake" metadata_type: "Step" };
  }
}`
  const files = {
    [file]: config({ rpc: "GetOperation", paths: [get] }),
    "example/bakery/v1/bakery.proto": proto
  }
  const metadata = (name: string): Override => ({
    kind: "metadata",
    service: bakery,
    rpc: "example.bakery.v1.Ovens.Bake",
    metadata: `example.bakery.v1.${name}`,
    source: "test"
  })

  it("[27] is the metadata of a method that sends another than it declares", () => {
    const model = modelOf(files, [metadata("Progress")])
    assert.include(emit(model, "c0ffee"), "metadata: Messages.Progress")
    // The count of what is published stays.
    assert.deepStrictEqual(model.extracted.metadata, ["example.bakery.v1.Step"])
    assert.throws(() => modelOf(files, [metadata("Step")]), /no other metadata/)
  })

  it("[2] are names that get asks about by another rpc", () => {
    const model = modelOf(files, [{
      kind: "namedInBody",
      service: bakery,
      method: "get",
      rpc: "example.bakery.v1.Ovens.Fetch",
      name: "projects/*/ovens/*/operations/*",
      template: "/v1/{oven=projects/*/ovens/*}:fetch",
      field: "operationName",
      source: "test"
    }])
    assert.include(
      emit(model, "c0ffee"),
      `namedInBody: [{ rpc: "example.bakery.v1.Ovens.Fetch", name: "projects/*/ovens/*/operations/*", ` +
        `template: "/v1/{oven=projects/*/ovens/*}:fetch", field: "operationName" }]`
    )
  })
})
