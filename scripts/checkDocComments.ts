/**
 * Checks the doc comments of what is public: every export says since when it is there, and every example compiles. `npm run docs`
 */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import Ts from "typescript-5"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const folder = path.join(root, "node_modules/.cache/effect-lro-examples")

const docComment = /\/\*\*(?:[^*]|\*(?!\/))*\*\//g

/** The tags of a doc comment, each with its text to the next one. A line that begins with a tag of an example's own would end it. */
const tagsOf = (comment: string): ReadonlyArray<readonly [tag: string, text: string]> =>
  comment.replace(/^\/\*\*\s*|\s*\*\/$/g, "").replace(/^ *\* ?/gm, "").split(/^(?=@\w+(?:\s|$))/m)
    .flatMap((part) => {
      const [, tag, text] = /^@(\w+)\s?([^]*)$/.exec(part) ?? []
      return tag === undefined ? [] : [[tag, text ?? ""] as const]
    })

/** What a statement exports, by name; `export * as` names a module, which speaks for itself. */
const exported = (
  statement: Ts.Statement
): ReadonlyArray<readonly [name: string, node: Ts.Node]> => {
  if (Ts.isExportDeclaration(statement)) {
    return statement.exportClause !== undefined && Ts.isNamedExports(statement.exportClause)
      ? statement.exportClause.elements.map((element) => [element.name.text, element] as const)
      : []
  }
  const modifiers = Ts.canHaveModifiers(statement) ? Ts.getModifiers(statement) : undefined
  if (!modifiers?.some(({ kind }) => kind === Ts.SyntaxKind.ExportKeyword)) return []
  return Ts.isVariableStatement(statement)
    ? statement.declarationList.declarations.map(({ name }) => [name.getText(), statement] as const)
    : [[(statement as Ts.DeclarationStatement).name?.getText() ?? "default", statement]]
}

const modules = fs.readdirSync(path.join(root, "src"), { recursive: true, encoding: "utf8" })
  .filter((file) =>
    file.endsWith(".ts") && !file.startsWith("internal/") && !file.endsWith("/messages.ts")
  )

const wrong: Array<string> = []
let exports = 0
let examples = 0
fs.rmSync(folder, { recursive: true, force: true })
fs.mkdirSync(folder, { recursive: true })

for (const module of modules) {
  const text = fs.readFileSync(path.join(root, "src", module), "utf8")
  const source = Ts.createSourceFile(module, text, Ts.ScriptTarget.ES2022, true)
  // Overloads have one name, and one of them the comment.
  const said = new Map<string, boolean>()
  for (const [name, node] of source.statements.flatMap(exported)) {
    const before = text.slice(node.getFullStart(), node.getStart())
    const tags = [...before.matchAll(docComment)].flatMap(([comment]) => tagsOf(comment))
    said.set(
      name,
      said.get(name) === true || tags.some(([tag]) => tag === "since" || tag === "internal")
    )
  }
  const comments = Array.from(text.matchAll(docComment), ([comment]) => comment)
  if (!tagsOf(comments[0] ?? "").some(([tag]) => tag === "since")) said.set("the module", false)
  exports += said.size
  for (const [name, has] of said) if (!has) wrong.push(`src/${module}: ${name} has no @since`)
  for (const comment of comments) {
    for (const [tag, example] of tagsOf(comment)) {
      if (tag !== "example") continue
      examples++
      const file = `${module.replace(/\.ts$/, "").replaceAll("/", "-")}-${examples}.ts`
      fs.writeFileSync(path.join(folder, file), example)
    }
  }
}

fs.writeFileSync(
  path.join(folder, "tsconfig.json"),
  JSON.stringify({
    extends: "../../../tsconfig.json",
    compilerOptions: {
      module: "ES2022",
      moduleResolution: "Bundler",
      noUnusedLocals: false,
      noUnusedParameters: false,
      paths: { "effect-lro": ["../../../src/index.ts"], "effect-lro/*": ["../../../src/*.ts"] }
    },
    include: ["*.ts"],
    exclude: []
  })
)
try {
  execFileSync(path.join(root, "node_modules/.bin/tsc"), ["-p", folder], { stdio: "inherit" })
} catch {
  wrong.push(`an example does not compile; they are in ${path.relative(root, folder)}`)
}

if (wrong.length > 0) throw new Error(wrong.join("\n"))
console.log(
  `${modules.length} modules: ${exports} exports, ${examples} examples compile`
)
