/** The documentation tells the truth: its programs compile, its tables say what the code says, its links lead somewhere. */
import { assert, describe, it } from "@effect/vitest"
import { Code, LroError, type Operations, Status } from "effect-lro"
import { execFile } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { promisify } from "node:util"
import { codeSpans, type Document, parse, type Table } from "../../scripts/markdown.ts"
import { guides, sections } from "../../site/.vitepress/sidebar.ts"
import { pages } from "../../site/scripts/paths.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const read = (file: string): string => fs.readFileSync(path.join(root, file), "utf8")
const files = (directory: string, extension: string): ReadonlyArray<string> =>
  fs.readdirSync(path.join(root, directory), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(extension)).sort().map((file) => path.join(directory, file))

const documents: ReadonlyMap<string, Document> = new Map(
  [
    "README.md",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "examples/README.md",
    ...files("docs", ".md"),
    ...files("site/pages", ".md")
  ].map((file) => [file, parse(read(file))])
)
const documentOf = (file: string): Document => documents.get(file) ?? assert.fail(`no ${file}`)
const readme = documentOf("README.md")

/** Pages that only the site has. */
const isOfSite = (file: string): boolean => file.startsWith("site/")

const tableOf = (document: Document, heading: string): Table =>
  document.tables.find((table) => table.heading === heading) ??
    assert.fail(`no table under ${heading}`)

/** The first code span of each row's first cell. */
const keysOf = (table: Table): ReadonlyArray<string> =>
  table.rows.map(({ cells }) => codeSpans(cells[0] ?? "")[0] ?? "")

describe("programs in the documentation", () => {
  it("type-check, all of them", async () => {
    const directory = fs.mkdtempSync(path.join(root, ".docs-"))
    try {
      const programs = Array.from(documents).flatMap(([file, { blocks }]) =>
        blocks.filter(({ language }) => language === "ts").map(({ line, text }) => {
          const name = `${file.replace(/\W/g, "-")}-${line}.ts`
          // The lines keep their numbers, so that an error names the place in the page.
          fs.writeFileSync(path.join(directory, name), "\n".repeat(line - 1) + text)
          return name
        })
      )
      assert.isAtLeast(programs.length, 10)
      fs.writeFileSync(
        path.join(directory, "tsconfig.json"),
        JSON.stringify({
          extends: "../tsconfig.json",
          compilerOptions: { noUnusedLocals: false, noUnusedParameters: false },
          include: ["*.ts"]
        })
      )
      const tsc = path.join(root, "node_modules/typescript/bin/tsc")
      const args = [tsc, "--pretty", "false", "-p", directory]
      const output = await promisify(execFile)(process.execPath, args).then(
        ({ stdout }) => stdout,
        // A compiler that said nothing did not run.
        (error: { readonly stdout: string }) => error.stdout || assert.fail(String(error))
      )
      const problems = output.split("\n").filter((line) => line.includes(path.basename(directory)))
      assert.deepStrictEqual(problems, [])
    } finally {
      fs.rmSync(directory, { recursive: true, force: true })
    }
  })

  it("the README's first one has 15 lines", () => {
    const first = readme.blocks.find(({ language }) => language === "ts")
    const lines = first?.text.split("\n").filter((line) => line.trim() !== "") ?? []
    assert.isAtMost(lines.length, 15)
    assert.isAtLeast(lines.length, 10)
  })

  it("the README's first commands are the two that set it up", () => {
    assert.deepStrictEqual(readme.blocks[0]?.text.split("\n"), [
      "npm ci && npm start",
      "npm ci && npm test"
    ])
    assert.isBelow(readme.blocks[0]?.line ?? 0, 20)
  })

  it("the README links every page", () => {
    const linked = readme.links.map(({ target }) => target)
    for (const file of documents.keys()) {
      if (file !== "README.md" && !isOfSite(file)) assert.include(linked, file)
    }
  })

  it("the sidebar of the site has every page but those of its own bar", () => {
    const listed = [...guides, ...sections.flatMap(({ items }) => items)].map(({ link }) => link)
    const written = Array.from(pages)
      .filter(([file]) => file.endsWith(".md"))
      .map(([, page]) => `/${page.replace(/(?:index)?\.md$/, "")}`)
    const inBar = ["/", "/playground"]
    assert.deepStrictEqual(
      written.filter((page) => !listed.includes(page) && !inBar.includes(page)),
      []
    )
    assert.strictEqual(new Set(listed).size, listed.length)
  })

  it("every example is listed", () => {
    const listed = documentOf("examples/README.md").links.map(({ target }) => target)
    for (const file of fs.readdirSync(path.join(root, "examples"))) {
      if (file.endsWith(".ts")) assert.include(listed, file)
    }
  })

  it("[32] the install lines pin the majors of package.json", () => {
    const { devDependencies, peerDependencies, version } = JSON.parse(read("package.json"))
    const install = [readme, documentOf("docs/durable.md")].map(({ blocks }) =>
      blocks.find(({ text }) => text.startsWith("npm i "))?.text
    ).join("\n")
    const pins = Array.from(install.matchAll(/(\S+)@([\d.]+)/g), ([, name = "", pin = ""]) => {
      const ranges = String(peerDependencies[name] ?? devDependencies[name]).split(" || ")
      assert.isTrue(ranges.some((range) => range.startsWith(`^${pin}.`)), `${name} is ${ranges}`)
      return { name, pin, ranges }
    })
    for (const name of Object.keys(peerDependencies)) {
      const own = pins.filter((pin) => pin.name === name)
      assert.deepStrictEqual(own.length, own[0]?.ranges.length, `every major of ${name}`)
      assert.isTrue(own.some(({ pin }) => devDependencies[name].startsWith(`^${pin}.`)), name)
    }
    assert.include(read("CHANGELOG.md"), `## [${version}]`)
  })
})

/** `src/services/ml/v1.ts` to `effect-lro/services/ml/v1`. */
const moduleOf = (file: string): string => file.replace(/^src/, "effect-lro").replace(/\.ts$/, "")

/** What a table says of a service module. */
const facts = async (file: string) => {
  const exports: { readonly [name: string]: unknown } = await import(path.join(root, file))
  const binding = exports["binding"] as Operations.AnyBinding
  const values = Object.entries(exports)
  const [tag] = values.find(([, value]) => typeof value === "function" && "binding" in value) ?? []
  return {
    service: binding.service,
    operations: Object.keys(binding.methods).join(", "),
    starts: String(
      values.filter(([, value]) => typeof value === "object" && value !== null && "rpc" in value)
        .length
    ),
    tag: `\`${tag}\``
  }
}

describe("tables", () => {
  for (const [file, { tables }] of documents) {
    if (tables.length === 0) continue
    it(`of ${file} have no empty cell`, () => {
      for (const { header, rows } of tables) {
        assert.isNotEmpty(rows)
        for (const { cells, line } of rows) {
          assert.lengthOf(cells, header.length, `${file}:${line}`)
          for (const cell of cells) assert.notMatch(cell, /^[-–—\s]*$/, `${file}:${line}`)
        }
      }
    })
  }

  it("the services are those of src/services", async () => {
    const modules = files("src/services", ".ts").filter((file) => /\/v\d\w*\.ts$/.test(file))
    const known = new Map(
      await Promise.all(modules.map(async (file) => [moduleOf(file), await facts(file)] as const))
    )
    const listed = new Set<string>()
    for (const [file, { tables }] of documents) {
      for (const { header, rows } of tables.filter(({ header }) => header.includes("starts"))) {
        for (const { cells, line } of rows) {
          const cell = (name: string) => cells[header.indexOf(name)]
          const [module = ""] = codeSpans(cell("module") ?? "")
          listed.add(module)
          const expected = known.get(module) ?? assert.fail(`${file}:${line} no ${module}`)
          const service = cell("service") ?? expected.service
          const actual = {
            service,
            operations: cell("operations")?.replace(/ \(.*$/, ""),
            starts: cell("starts"),
            tag: cell("tag")
          }
          assert.deepStrictEqual(actual, expected, `${file}:${line}`)
        }
      }
    }
    assert.deepStrictEqual(modules.map(moduleOf).filter((module) => !listed.has(module)), [])
    const [, count] = /^(\d+) modules/m.exec(read("docs/services.md")) ?? []
    assert.strictEqual(Number(count), modules.length)
    const [, least] = /more than (\d+) service versions/.exec(read("README.md")) ?? []
    assert.isAbove(modules.length, Number(least))
  })

  it("the products begin with the services that people look for", () => {
    const { header, rows } = tableOf(documentOf("docs/services.md"), "By product")
    const products = rows.map(({ cells }) => cells[0])
    assert.deepStrictEqual(products.slice(0, 3), [
      "Compute Engine",
      "Google Kubernetes Engine",
      "Cloud SQL"
    ])
    const modules = rows.map(({ cells }) => cells[header.indexOf("module")])
    assert.notInclude(modules.join(), "/ml/")
  })

  const classes = Object.entries(LroError).flatMap(([name, value]) =>
    typeof value === "function" && "fields" in value && name !== "ForeignCause"
      ? [{ name, fields: Object.keys(value.fields as object) }]
      : []
  )
  const isRpc = ({ fields }: { readonly fields: ReadonlyArray<string> }) =>
    fields.includes("codeFrom")
  const others = classes.filter((one) => !isRpc(one))

  it("the errors are those of LroError, in the order of their codes", () => {
    const expected = [...Code.errors, ...others.map(({ name }) => name)]
    const keys = keysOf(tableOf(documentOf("docs/errors.md"), "Every error"))
    assert.deepStrictEqual(keys.slice(0, Code.errors.length), [...Code.errors])
    assert.sameMembers([...keys], expected)
    // The guide's is short: each that is no code, and codes for example.
    const guide = tableOf(documentOf("site/pages/guides/errors.md"), "Which errors end a wait")
    const short = guide.rows.flatMap(({ cells }) => codeSpans(cells[0] ?? ""))
    assert.sameMembers(short.filter((tag) => !Code.isCode(tag)), others.map(({ name }) => name))
  })

  it("the HTTP statuses of the errors are those of google.rpc.Code", () => {
    const { rows } = tableOf(documentOf("docs/errors.md"), "Every error")
    for (const { cells: [tag = "", when = ""] } of rows) {
      const [, status] = /HTTP (\d+)/.exec(when) ?? []
      const [code] = codeSpans(tag)
      if (status !== undefined && Code.isCode(code)) {
        assert.strictEqual(Number(status), Code.httpStatus(code), code)
      }
    }
  })

  it("the fields of the errors are those of their classes", () => {
    const { rows } = tableOf(documentOf("docs/errors.md"), "What an error holds")
    const documented = rows.map(({ cells: [name = "", fields = ""] }) => [
      codeSpans(name)[0] ?? name,
      [...codeSpans(fields)].sort()
    ])
    const fieldsOf = (one: { readonly fields: ReadonlyArray<string> }) =>
      one.fields.filter((field) => field !== "_tag").sort()
    const sixteen = classes.filter(isRpc)
    assert.lengthOf(sixteen, 16)
    assert.sameDeepMembers(documented, [
      ["the sixteen", fieldsOf(sixteen[0] ?? { fields: [] })],
      ...others.map((one) => [one.name, fieldsOf(one)])
    ])
  })

  it("the message in the page of the errors is one that an error prints", () => {
    const text = documentOf("docs/errors.md").blocks.find(({ language }) => language === "text")
      ?.text
    const service = "networkconnectivity.googleapis.com"
    const metadata = { service, consumer: "projects/42" }
    const error = new LroError.PermissionDenied({
      method: "google.longrunning.Operations.GetOperation",
      status: Status.make({
        code: "PERMISSION_DENIED",
        message:
          "Network Connectivity API has not been used in project 42 before or it is disabled.",
        details: [
          Status.ErrorInfo.make({ reason: "SERVICE_DISABLED", domain: "googleapis.com", metadata })
        ]
      }),
      httpStatus: 403,
      codeFrom: "body",
      attempts: 1
    })
    assert.strictEqual(error.message, text?.replaceAll("\n", " "))
  })

  it("each method of the Python client has a row", () => {
    const python = keysOf(tableOf(documentOf("docs/migration/python.md"), "Call by call")).join(
      "\n"
    )
    for (
      const method of [
        /^get\(/m,
        /^list\(/m,
        /^list_next\(/m,
        /^cancel\(/m,
        /^delete\(/m,
        /^close\(/m,
        /^x__xgafv=/m,
        /^execute\(num_retries=/m
      ]
    ) assert.match(python, method)
  })
})

describe("names in the documentation", () => {
  /** What a module exports, by its text: types too. */
  const exportsOf = (file: string): ReadonlySet<string> => {
    const text = read(file)
    const names = Array.from(
      text.matchAll(/^export (?:declare )?(?:const|class|type|interface|function) (\w+)/gm),
      ([, name = ""]) => name
    )
    const lists = Array.from(
      text.matchAll(/^export \{([^}]*)\} from/gm),
      ([, list = ""]) => Array.from(list.matchAll(/^ {2}(?:type )?(\w+),?$/gm), ([, n = ""]) => n)
    )
    // A module named like its class: what is documented may be a field of it.
    const fields = names.includes(path.basename(file, ".ts"))
      ? Array.from(text.matchAll(/^ {2}(\w+): [A-Z]\w*[,.]/gm), ([, name = ""]) => name)
      : []
    const stars = Array.from(
      text.matchAll(/^export (?:type )?\* from "\.\/(.+)"/gm),
      ([, star = ""]) => Array.from(exportsOf(path.join(path.dirname(file), star)))
    )
    return new Set([...names, ...fields, ...lists.flat(), ...stars.flat()])
  }
  const modules = new Map(
    files("src", ".ts").filter((file) => path.dirname(file) === "src" && !file.endsWith("index.ts"))
      .map((file) => [path.basename(file, ".ts"), exportsOf(file)])
  )
  modules.set("Testing", modules.get("testing") ?? new Set())
  modules.set("Filter", exportsOf("src/services/servicemanagement/filter.ts"))
  const methods = new Set(
    Array.from(
      /interface Methods<[^{]*\{([\s\S]*?)\n\}/.exec(read("src/Client.ts"))?.[1]
        ?.matchAll(/^ {2}readonly (\w+):/gm) ?? [],
      ([, name = ""]) => name
    )
  )

  for (const file of documents.keys()) {
    it(`of ${file} exist`, () => {
      assert.include([...methods], "untilDone")
      for (const span of codeSpans(read(file).replace(/^```[\s\S]*?^```/gm, ""))) {
        for (
          const [text, module = "", name = ""] of span.matchAll(/(?<![\w./])([A-Z]\w+)\.(\w+)/g)
        ) {
          const names = modules.get(module)
          if (names !== undefined && name !== "ts") assert.isTrue(names.has(name), text)
        }
        for (const [text, name = ""] of span.matchAll(/(?<![\w./])operations\.(\w+)/g)) {
          assert.isTrue(methods.has(name), text)
        }
      }
    })
  }
})

describe("links in the documentation", () => {
  for (const [file, { links }] of documents) {
    if (links.length === 0) continue
    it(`of ${file} lead somewhere`, () => {
      for (const { line, target } of links) {
        if (target.startsWith("https://")) continue
        // The catalogue is made by the build of the site, which checks the links to it.
        if (isOfSite(file) && /(?:^|\/)catalogue\//.test(target)) continue
        const [to = "", fragment] = target.split("#")
        const page = to === "" ? file : path.join(path.dirname(file), to)
        assert.isTrue(fs.existsSync(path.join(root, page)), `${file}:${line} ${target}`)
        if (fragment !== undefined) {
          assert.include(documentOf(page).anchors, fragment, `${file}:${line}`)
        }
      }
    })
  }
})
