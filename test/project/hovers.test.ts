/** What an editor shows over the methods: short enough to read. */
import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import ts from "typescript-5"

const root = new URL("../../", import.meta.url).pathname
const file = `${root}typetest/hovers.ts`

const source = `
import { Effect, Schema } from "effect"
import * as NetworkConnectivity from "effect-lro/services/networkconnectivity/v1"
class Hub extends Schema.Class<Hub>("Hub")({ name: Schema.String }) {}
export const program = Effect.gen(function*() {
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  const request = { parent: "projects/p/locations/global", hubId: "h", hub: {} }
  const name = "projects/p/locations/global/operations/o"
  const got = operations.get({ name })
  const started = operations.start(NetworkConnectivity.createHub, request)
  const hub = operations.run(NetworkConnectivity.createHub, request, { response: Hub })
  const last = operations.untilDone(yield* started)
  const states = operations.watch(yield* started)
  return { got, hub, last, states }
})
`

const service = () => {
  const { config } = ts.readConfigFile(`${root}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const read = (name: string) => name === file ? source : ts.sys.readFile(name)
  return ts.createLanguageService({
    ...ts.sys,
    getCompilationSettings: () => options,
    getScriptFileNames: () => [file],
    getScriptVersion: () => "1",
    getScriptSnapshot: (name) => {
      const text = read(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => root,
    useCaseSensitiveFileNames: () => true,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    readFile: read,
    fileExists: (name) => name === file || ts.sys.fileExists(name)
  })
}

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
      problems.map((problem) => ts.flattenDiagnosticMessageText(problem.messageText, "\n")),
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
    untilDone: "operations.untilDone",
    watch: "operations.watch"
  }
  for (const [name, text] of Object.entries(cases)) {
    it(name, () => {
      const shown = hover(text)
      assert.strictEqual(shown, expected[name])
      assert.isAtMost(shown.split("\n").length, 5)
    })
  }
})
