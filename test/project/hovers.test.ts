/** What an editor shows over the methods: short enough to read. */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import ts from "typescript-5"

const root = new URL("../../", import.meta.url).pathname
const file = `${root}typetest/hovers.ts`
const wrongFile = `${root}typetest/mistakes.ts`

const source = `
import { Effect, Schema } from "effect"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
class Mine extends Schema.Class<Mine>("Mine")({ name: Schema.String }) {}
export const program = Effect.gen(function*() {
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  const request = { parent: "projects/p/locations/global", hubId: "h", hub: {} }
  const name = "projects/p/locations/global/operations/o"
  const got = operations.get({ name })
  const started = operations.start(NetworkConnectivity.createHub, request)
  const hub = operations.run(NetworkConnectivity.createHub, request)
  const mine = (yield* NetworkConnectivity.NetworkConnectivity).run(NetworkConnectivity.createHub, request, { response: Mine })
  const end = operations.runFinal(NetworkConnectivity.createHub, request)
  const last = operations.untilDone(yield* started)
  const other = (yield* NetworkConnectivity.NetworkConnectivity).untilDone(name, { method: NetworkConnectivity.createHub })
  const final = operations.untilFinal(name)
  const look = operations.poll(yield* started)
  const states = operations.watch(yield* started)
  return { got, hub, mine, end, last, other, final, look, states }
})
`

/** Mistakes, and what has to stand in the message about each. */
const mistakes: ReadonlyArray<readonly [code: string, words: string]> = [
  ["operations.untilDone(name, { response: \"Hub\" })", "'ResponseSchema<"],
  ["operations.run(N.createHub, request, { response: {} })", "'ResponseSchema<"],
  ["operations.untilDone({ name })", "of type 'Target'"],
  ["operations.untilDone(name, { method: Schema.String })", "'StartedBy<"],
  [
    "operations.run(N.createHub, { ...request, hub: { descriptoin: \"d\" } })",
    "'descriptoin' does not exist in type 'HubInput'"
  ],
  ["operations.watch(name, { onInterrupt: \"cancel\" })", "watch has no onInterrupt: use run("],
  [
    "Operations.method<Bake>()({ ...described, templates, request })",
    "this field is in the body: `body` has to be"
  ],
  [
    "Operations.method<Bake>()({ ...described, templates, body: \"pie\", request })",
    "`body` names no field in the body"
  ],
  [
    "Operations.method<Bake>()({ ...described, templates, body: \"cake\", request: { parent, cake, pie: cake } })",
    "the request type has no such field"
  ],
  [
    "Operations.method<Bake>()({ ...described, templates, body: \"cake\", request: { parent } })",
    "Property 'cake' is missing"
  ],
  [
    "Operations.method<Bake>()({ ...described, templates: [\"/v1/{name=users/*}\"], body: \"cake\", request })",
    "a variable of this template is no field in the path"
  ]
]

const wrong = `
import { Schema } from "effect"
import * as N from "effect-lro/services/networkconnectivity/v1"
import * as Operations from "effect-lro/Operations"
declare const operations: Operations.ClientOf<typeof N.binding>
declare const request: N.CreateHubRequest
declare const name: string
const described = { service: "b.example/v1", rpc: "b.Bake", verb: "POST", response: Schema.Struct({}), metadata: Schema.Struct({}) } as const
const templates = ["/v1/{parent=users/*}"] as const
const parent = { in: "path", required: true } as const
const cake = { in: "body", required: true } as const
interface Bake { readonly parent: string; readonly cake: object }
${
  mistakes.map(([code]) =>
    code.startsWith("Operations") ? `{ const request = { parent, cake } as const; ${code} }` : code
  ).join("\n")
}
`

const files: { readonly [file: string]: string } = { [file]: source, [wrongFile]: wrong }

const service = () => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const read = (name: string) => files[name] ?? ts.sys.readFile(name)
  return ts.createLanguageService({
    ...ts.sys,
    getCompilationSettings: () => options,
    getScriptFileNames: () => Object.keys(files),
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = read(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    useCaseSensitiveFileNames: () => true,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    readFile: read,
    fileExists: (name) => name in files || ts.sys.fileExists(name)
  })
}

/** What the compiler says, first line and the rest. */
const messageOf = (diagnostic: ts.Diagnostic) =>
  ts.flattenDiagnosticMessageText(diagnostic.messageText, "\n")

describe("hovers", () => {
  const language = service()
  const hover = (text: string) => {
    const at = source.indexOf(text)
    const info = language.getQuickInfoAtPosition(file, at + text.lastIndexOf(".") + 1)
    return ts.displayPartsToString(info?.displayParts)
  }

  it("the program type-checks", () => {
    const problems = [
      ...language.getSyntacticDiagnostics(file),
      ...language.getSemanticDiagnostics(file)
    ]
    assert.deepStrictEqual(
      problems.map(messageOf),
      []
    )
  })

  const expected = JSON.parse(
    readFileSync(new URL("../fixtures/hovers.json", import.meta.url), "utf8")
  )
  const cases = {
    operations: "operations = yield*",
    get: "operations.get",
    start: "operations.start",
    run: "operations.run",
    runWithSchema: "NetworkConnectivity).run",
    runFinal: "operations.runFinal",
    untilDone: "operations.untilDone",
    untilDoneOfMethod: "NetworkConnectivity).untilDone",
    untilFinal: "operations.untilFinal",
    poll: "operations.poll",
    watch: "operations.watch"
  }
  for (const [name, text] of Object.entries(cases)) {
    it(name, () => {
      const shown = hover(text)
      assert.notInclude(shown, "NoInfer")
      assert.strictEqual(shown, expected[name])
      assert.isAtMost(shown.split("\n").length, 5)
    })
  }

  it("completions of the options of run have `response`", () => {
    const at = source.indexOf("response: Mine")
    const names = language.getCompletionsAtPosition(file, at, {})?.entries.map(({ name }) => name)
    assert.includeMembers(names ?? [], ["response", "onState", "onStarted", "deadline"])
  })

  const lines = wrong.split("\n")
  const first = lines.length - 1 - mistakes.length
  it.each(mistakes)("of a mistake say what is wrong: %s", (_, words) => {
    const line = first +
      mistakes.findIndex(([, expected], i) => expected === words && mistakes[i]?.[0] === _)
    const said = language.getSemanticDiagnostics(wrongFile).filter((diagnostic) =>
      wrong.slice(0, diagnostic.start).split("\n").length - 1 === line
    )
    assert.include(said.map(messageOf).join("\n"), words)
  })
})
