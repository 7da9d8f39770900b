/** The forms in which operations and parents are named. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Address, type Context, fitting, misfit, parse } from "google-lro/names/address"
import * as Hosts from "google-lro/names/hosts"
import * as Operands from "google-lro/names/operands"
import { moduleOf } from "google-lro/services/aliases"
import * as Directory from "google-lro/services/directory"
import { Usage } from "google-lro/usage"
import { inWorld } from "./kit.ts"

const operation: Context = { kind: "operation" }
const parent: Context = { kind: "parent" }

const read = (text: string, context: Context = operation): Address => {
  const found = parse(text, context)
  return found instanceof Usage ? assert.fail(found.message) : found
}

const refusal = (text: string, context: Context = operation): string => {
  const found = parse(text, context)
  return found instanceof Usage ? found.message : assert.fail(`${text} was taken`)
}

const name = "projects/p/locations/l/operations/o"

const shown = ({ endpoint, module, name }: Address): string =>
  `${module} ${name}${endpoint === undefined ? "" : ` @ ${endpoint}`}`

describe("a name", () => {
  const forms: ReadonlyArray<readonly [text: string, shown: string, service?: string]> = [
    [`alloydb:${name}`, `alloydb/v1 ${name}`],
    [`alloydb/v1beta:${name}`, `alloydb/v1beta ${name}`],
    [`alloydb.googleapis.com/v1:${name}`, `alloydb/v1 ${name}`],
    [`gke:projects/p/locations/l/operations/o`, `container/v1 ${name}`],
    [`gke:projects/p/zones/z/operations/o`, "container/v1 projects/p/locations/z/operations/o"],
    ["sql:projects/p/operations/o", "sqladmin/v1 projects/p/operations/o"],
    [`vertex:${name}`, `aiplatform/v1 ${name}`],
    [`https://alloydb.googleapis.com/v1/${name}`, `alloydb/v1 ${name}`],
    [
      `https://us-central1-aiplatform.googleapis.com/v1/${name}`,
      `aiplatform/v1 ${name} @ https://us-central1-aiplatform.googleapis.com`
    ],
    [
      `https://alloydb.mtls.googleapis.com/v1/${name}`,
      `alloydb/v1 ${name} @ https://alloydb.mtls.googleapis.com`
    ],
    [`//alloydb.googleapis.com/${name}`, `alloydb/v1 ${name}`],
    [
      `//europe-west1-aiplatform.googleapis.com/${name}`,
      `aiplatform/v1 ${name} @ https://europe-west1-aiplatform.googleapis.com`
    ],
    [name, `alloydb/v1 ${name}`, "alloydb"],
    [name, `alloydb/v1alpha ${name}`, "alloydb/v1alpha"],
    [
      "https://www.googleapis.com/compute/v1/projects/p/zones/z/operations/o",
      "compute/v1 projects/p/zones/z/operations/o"
    ],
    [
      "https://compute.googleapis.com/compute/v1/projects/p/global/operations/o",
      "compute/v1 projects/p/global/operations/o"
    ],
    [
      "https://container.googleapis.com/v1/projects/1/zones/z/operations/operation-1",
      "container/v1 projects/1/locations/z/operations/operation-1"
    ],
    [
      "https://sqladmin.googleapis.com/sql/v1beta4/projects/p/operations/o",
      "sqladmin/v1 projects/p/operations/o"
    ],
    [
      "https://www.googleapis.com/sql/v1beta4/projects/p/operations/o",
      "sqladmin/v1 projects/p/operations/o"
    ],
    [
      `http://127.0.0.1:8080/v1/${name}`,
      `alloydb/v1 ${name} @ http://127.0.0.1:8080`,
      "alloydb"
    ],
    [
      `{"service":"alloydb.googleapis.com","version":"v1","name":"${name}","startedAt":"2026-01-01T00:00:00Z"}`,
      `alloydb/v1 ${name}`
    ],
    [
      `{"state":"RUNNING","ref":{"service":"run.googleapis.com","version":"v2","name":"${name}"}}`,
      `run/v2 ${name}`
    ]
  ]
  for (const [text, wanted, service] of forms) {
    it(`[4] ${text}${service === undefined ? "" : ` --service ${service}`}`, () => {
      assert.strictEqual(shown(read(text, { ...operation, service })), wanted)
    })
  }

  it("a parent may be the URL of its list", () => {
    const url = "https://alloydb.googleapis.com/v1/projects/p/locations/l/operations"
    assert.strictEqual(shown(read(url, parent)), "alloydb/v1 projects/p/locations/l")
    assert.strictEqual(shown(read("servicemanagement:", parent)), "servicemanagement/v1 ")
  })

  it("without a service is refused with the forms, and the services that it would fit", () => {
    const text = refusal(name)
    assert.include(text, `alloydb:${name}`)
    assert.include(text, `//alloydb.googleapis.com/${name}`)
    assert.match(text, /It would fit \d+ services: container, run, aiplatform/)
    assert.include(refusal("projects/p/operations/o"), "sqladmin")
    assert.deepStrictEqual(fitting("no/such/name", "operation").includes("alloydb"), false)
  })

  it("of a service that nobody has is refused with those that are near", () => {
    assert.match(refusal(`aloydb:${name}`), /no service is called "aloydb"\ndid you mean alloydb/)
    assert.match(refusal(`alloydb/v9:${name}`), /has no version "v9"; it has alloydb\/v1/)
    assert.match(refusal("https://example.com/v1/o"), /example\.com is no host of a service/)
    assert.match(refusal(`https://alloydb.googleapis.com/v1/${name}?a=b`), /has a query/)
    assert.match(refusal("{"), /is not JSON/)
    assert.match(refusal("{\"name\":1}"), /^the JSON: is no reference: it has no `name`/)
  })

  it("that has no service, or is one, is told what is missing", () => {
    for (const text of ["names.txt", "foo"]) {
      assert.match(refusal(text), /No service has operations of that name\./)
    }
    assert.match(refusal("alloydb"), /^"alloydb" is a service: write alloydb: and then a name/)
    assert.match(
      refusal(`http://alloydb.googleapis.com/v1/${name}`),
      /is plain http: give it with https/
    )
    const wrong = (text: string) => misfit(read(text), "operation")?.message ?? ""
    assert.match(wrong("https://alloydb.googleapis.com"), /^the name of an operation is missing/)
    assert.match(wrong("alloydb:"), /^the name of an operation is missing/)
  })

  it("[12] is refused without what may be a secret in it", () => {
    const host = "alloydb.googleapis.com"
    for (
      const text of [
        `https://${host}/v1/${name}?access_token=sesame`,
        `https://${host}/v1/${name}#sesame`,
        `https://me:sesame@${host}/v1/${name}`,
        `https://me:sesame@[bad/v1/${name}`,
        `https://me:sesame@example.com/v1/${name}`
      ]
    ) {
      assert.notInclude(refusal(text), "sesame")
    }
    assert.include(refusal(`https://${host}/v1/${name}?a=b`), `"https://${host}/v1/${name}" has`)
  })

  it("[1] with what no URL may have is refused before anything is sent", () => {
    for (const last of ["a?b", "a#b", "..", "%2e%2E", "a\\b"]) {
      const found = parse(`alloydb:projects/p/locations/l/operations/${last}`, operation)
      const wrong = found instanceof Usage ? found : misfit(found, "operation")
      assert.instanceOf(wrong, Usage, last)
    }
  })

  it("[1] that does not fit is refused before anything is sent, with what fits", () => {
    const wrong = (text: string, context = operation) =>
      misfit(read(text, context), context.kind)?.message ?? ""
    assert.strictEqual(wrong(`alloydb:${name}`), "")
    assert.match(wrong(`alloydb:v1/${name}`), /did you mean alloydb:projects\/p/)
    assert.match(wrong("alloydb:operations/o"), /is no operation of alloydb\/v1; expected projects/)
    assert.match(
      wrong(`alloydb:${name.replace(/\/o$/, "")}`, parent),
      /did you mean alloydb:projects\/p\/locations\/l \?/
    )
  })
})

describe("a service", () => {
  it("without a version is its newest stable one", () => {
    assert.strictEqual(moduleOf("alloydb"), "alloydb/v1")
    assert.strictEqual(moduleOf("run"), "run/v2")
    assert.strictEqual(moduleOf("run.googleapis.com"), "run/v2")
    assert.strictEqual(moduleOf("effect-lro/services/alloydb/v1beta"), "alloydb/v1beta")
    assert.deepStrictEqual(Directory.versionsOf("alloydb"), [
      "alloydb/v1",
      "alloydb/v1beta",
      "alloydb/v1alpha"
    ])
  })

  it("goes by the names of its product", () => {
    for (
      const [alias, module] of [
        ["gke", "container/v1"],
        ["Kubernetes", "container/v1"],
        ["cloud-sql", "sqladmin/v1"],
        ["vertex-ai", "aiplatform/v1"],
        ["functions", "cloudfunctions/v2"],
        ["filestore", "file/v1"]
      ] as const
    ) {
      assert.strictEqual(moduleOf(alias), module)
    }
  })

  it("[4] is known by its hosts: regional, with mutual TLS, by Private Service Connect, of another universe", () => {
    const short = (host: string, universe?: string) => Hosts.parse(host, universe)?.short
    for (
      const host of [
        "aiplatform.googleapis.com",
        "us-central1-aiplatform.googleapis.com",
        "aiplatform.us-central1.rep.googleapis.com",
        "aiplatform.us-central1.rep.mtls.googleapis.com",
        "aiplatform.mtls.googleapis.com",
        "aiplatform-psc1.p.googleapis.com"
      ]
    ) {
      assert.strictEqual(short(host), "aiplatform", host)
    }
    assert.strictEqual(short("aiplatform.example.goog", "example.goog"), "aiplatform")
    assert.isUndefined(short("aiplatform.example.com"))
    assert.isUndefined(short("evilaiplatform.googleapis.com"))
    assert.isUndefined(short("aiplatform.googleapis.com.example.com"))
  })
})

describe("operands", () => {
  const expand = (given: ReadonlyArray<string>, service?: string, world = {}) =>
    inWorld(Effect.either(Operands.expand(given, "operation")), world, { service })

  it.effect("come from standard input, a name or a reference a line", () =>
    Effect.gen(function*() {
      const stdin =
        `# what runs\n${name}\n\n{"service":"run.googleapis.com","version":"v2","name":"${name}"}\n`
      const found = yield* expand(["-"], "alloydb", { stdin })
      assert.deepStrictEqual(found._tag === "Right" ? found.right.map(shown) : found.left.message, [
        `alloydb/v1 ${name}`,
        `run/v2 ${name}`
      ])
    }))

  it.effect("come from a file of JSON: one, a list, or an object a line", () =>
    Effect.gen(function*() {
      const ref = { service: "alloydb.googleapis.com", version: "v1", name }
      const files = {
        "one.json": JSON.stringify({ ref }, null, 2),
        "all.json": JSON.stringify([ref, { ...ref, name: `${name}2` }]),
        "lines.ndjson": `${JSON.stringify({ ref })}\n${
          JSON.stringify({ ref: { ...ref, name: `${name}3` } })
        }\n`
      }
      const found = yield* expand(Object.keys(files), undefined, { files })
      assert.deepStrictEqual(
        found._tag === "Right" ? found.right.map((each) => each.name) : found.left.message,
        [name, `${name}2`, `${name}3`]
      )
    }))

  it.effect("are each waited for once", () =>
    Effect.gen(function*() {
      const found = yield* expand([`alloydb:${name}`, `//alloydb.googleapis.com/${name}`])
      assert.strictEqual(found._tag === "Right" ? found.right.length : 0, 1)
    }))

  it.effect("[4] have the endpoint that the options say, where they say one", () =>
    Effect.gen(function*() {
      const files = {
        "started.json": JSON.stringify({
          service: "alloydb",
          version: "v1",
          endpoint: "https://alloydb.mtls.googleapis.com",
          method: "m",
          name
        })
      }
      const given = [
        `https://alloydb.mtls.googleapis.com/v1/${name}`,
        "started.json",
        `alloydb:${name}`
      ]
      const found = yield* inWorld(
        Effect.orDie(Operands.expand(given, "operation")),
        { files },
        { endpoint: "http://127.0.0.1:9" }
      )
      assert.deepStrictEqual(found.map(shown), [`alloydb/v1 ${name}`])
      // What the reference knows is kept.
      assert.deepInclude(found[0]?.reference, { method: "m" })
      assert.notProperty(found[0]?.reference, "endpoint")
    }))

  it.effect("that cannot be read say where", () =>
    Effect.gen(function*() {
      const bad = yield* expand(["-"], undefined, { stdin: "[{\"a\":1}]" })
      assert.match(bad._tag === "Left" ? bad.left.message : "", /^standard input: is no reference/)
      const empty = yield* expand(["-"], undefined, { stdin: "\n" })
      assert.strictEqual(
        empty._tag === "Left" ? empty.left.message : "",
        "standard input names no operation"
      )
    }))
})
