/**
 * The API reference: a page for each module, from the declarations that are published. It has the introduction of the module and each
 * export by category, in the order of the source, with its whole signature.
 *
 * Signatures are the text of the declarations, not made anew of types: names of type parameters, aliases and comments of fields stay. A
 * class of errors or of a Schema extends a nameless base; its fields are shown in the class itself.
 */
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"
import ts from "typescript-5"
import { content, root } from "./paths.ts"

const dist = path.join(root, "dist")

interface Doc {
  readonly text: string
  readonly examples: ReadonlyArray<string>
  readonly category: string | undefined
  readonly internal: boolean
}

interface Entry {
  readonly name: string
  readonly doc: Doc
  /** Declarations that a compiler would read, each as it is shown but for its layout. */
  readonly signatures: Array<string>
}

interface Module {
  readonly name: string
  readonly intro: string
  /** What it exports of other modules: names, or all. */
  readonly others: ReadonlyMap<string, ReadonlyArray<string> | "all">
  /** From which module it has a name: many have `WaitOptions`. */
  readonly imports: ReadonlyMap<string, string>
  readonly entries: Map<string, Entry>
}

/** The text of a comment, without its stars. */
const textOf = (comment: string): string =>
  comment.replace(/^\/\*\*/, "").replace(/\*\/$/, "").split("\n")
    .map((line) => line.replace(/^\s*\* ?/, ""))
    .join("\n")
    .replaceAll("*\\/", "*/")
    .trim()

const docOf = (comment: string): Doc => {
  const [text = "", ...tags] = textOf(comment).split(/^@(?=\w)/m)
  const tag = (name: string) =>
    tags.filter((tag) => new RegExp(`^${name}\\b`).test(tag)).map((tag) =>
      tag.slice(name.length).trim()
    )
  return {
    text: text.trim(),
    examples: tag("example"),
    category: tag("category")[0],
    internal: tag("internal").length > 0
  }
}

const commentsAt = (source: ts.SourceFile, position: number): ReadonlyArray<string> =>
  (ts.getLeadingCommentRanges(source.text, position) ?? [])
    .map(({ end, pos }) => source.text.slice(pos, end))
    .filter((comment) => comment.startsWith("/**"))

/** The comment of a declaration: the last before it. */
const commentOf = (node: ts.Node): string =>
  commentsAt(node.getSourceFile(), node.getFullStart()).at(-1) ?? ""

/** Comments stay in a signature where they say more than a version. */
const withoutTags = (text: string): string =>
  text.replace(/\/\*\*[\s\S]*?\*\//g, (comment) => {
    const indent = "\n"
    const lines = textOf(comment).split("\n")
      .filter((line) => !/^@(?:since|category)\b/.test(line))
      .join("\n").trim().replaceAll("*/", "*\\/")
    if (lines === "") return ""
    const [first = "", ...rest] = lines.split("\n")
    return rest.length === 0
      ? `/** ${first} */`
      : `/**${indent} * ${[first, ...rest].join(`${indent} * `)}${indent} */`
  }).replace(/\{@link (?:[^}|]*\|)?\s*([^}]+)\}/g, "$1")

/** `X` of `from "./X.ts"`. */
const moduleIn = (node: ts.ImportDeclaration | ts.ExportDeclaration): string =>
  node.moduleSpecifier?.getText().slice(3, -4) ?? ""

/** What a declaration may name that is declared elsewhere; not the namespace before a dot. */
const namesIn = (code: string): ReadonlyArray<string> => [
  ...new Set(code.replace(/\/\*[\s\S]*?\*\//g, "").match(/\b[A-Z]\w+\b(?!\.)/g))
]

const isExported = (node: ts.Node): boolean =>
  ts.canHaveModifiers(node) &&
  (ts.getModifiers(node) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)

const read = () => {
  const files = fs.readdirSync(dist).filter((name) =>
    name.endsWith(".d.ts") && name !== "index.d.ts"
  ).sort().map((name) => path.join(dist, name))
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    lib: ["lib.es2022.d.ts", "lib.dom.d.ts"],
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: true,
    noEmit: true,
    allowImportingTsExtensions: true,
    types: []
  })
  const checker = program.getTypeChecker()

  /** The compiler drops the first comment of a file together with the first import. */
  const introOf = (name: string): string => {
    const [, comment = ""] = /^(\/\*\*[\s\S]*?\*\/)/.exec(
      fs.readFileSync(path.join(root, "src", `${name}.ts`), "utf8")
    ) ?? []
    return docOf(comment).text
  }

  /** A class whose base is made by a call: its own members, and the fields of that base. */
  const classOf = (node: ts.ClassDeclaration): string => {
    const name = node.name?.text ?? ""
    const base = node.heritageClauses?.[0]?.types[0]
    const generated = base?.expression.getText().endsWith("_base") === true
    if (base === undefined || !generated) return node.getText()
    const own = node.members.map((member) => member.getFullText().trim())
    const extended = checker.getTypeAtLocation(base)
    const fields = extended.getProperties().flatMap((property) => {
      const declaration = property.declarations?.[0]
      const file = declaration?.getSourceFile().fileName ?? ""
      if (declaration === undefined || !file.startsWith(dist)) return []
      if (node.members.some((member) => member.name?.getText() === property.name)) return []
      const type = checker.typeToString(
        checker.getTypeOfSymbolAtLocation(property, node),
        node,
        ts.TypeFormatFlags.NoTruncation
      )
      const optional = property.flags & ts.SymbolFlags.Optional ? "?" : ""
      const comment = commentOf(declaration)
      const said = comment === "" ? "" : `${comment}\n`
      return [`${said}readonly ${property.name}${optional}: ${type}`]
    })
    // A tag or a reference has no fields: what it is a tag of says its base.
    const kind = checker.getTypeAtLocation(base.expression)
    const of = checker.typeToString(kind, node, ts.TypeFormatFlags.NoTruncation)
    const isTag = /^(?:Context\.)?(?:TagClass|ReferenceClass)/.test(of)
    const heritage = isTag ? ` extends ${of}` : ""
    const members = [...fields, ...own]
    const body = members.length === 0 ? "{}" : `{\n${members.join("\n")}\n}`
    return `declare class ${name}${heritage} ${body}`
  }

  const signatureOf = (node: ts.Node): string =>
    withoutTags(
      ts.isClassDeclaration(node) ? classOf(node) : node.getText()
    ).replace(/^export /, "").replace(/import\("[^"]*"\)\./g, "")

  /** What a signature is made of and its module keeps to itself is part of the signature. */
  const localsOf = (source: ts.SourceFile): ReadonlyMap<string, ts.Node> =>
    new Map(
      source.statements.flatMap((node) =>
        (ts.isTypeAliasDeclaration(node) || ts.isInterfaceDeclaration(node)) && !isExported(node)
          ? [[node.name.text, node] as const]
          : []
      )
    )

  /** A signature, then the declarations that only it and its like name. */
  const wholeOf = (node: ts.Node): ReadonlyArray<string> => {
    const locals = localsOf(node.getSourceFile())
    const whole = new Map([[node, signatureOf(node)]])
    for (const text of whole.values()) {
      for (const name of namesIn(text)) {
        const local = locals.get(name)
        if (local !== undefined) whole.set(local, whole.get(local) ?? signatureOf(local))
      }
    }
    return [...whole.values()]
  }

  const named = (node: ts.Statement): ReadonlyArray<string> => {
    if (ts.isVariableStatement(node)) {
      return node.declarationList.declarations.map(({ name }) => name.getText())
    }
    const { name } = node as ts.DeclarationStatement
    return name === undefined ? [] : [name.getText()]
  }

  const moduleOf = (file: string): Module => {
    const source = program.getSourceFile(file)
    if (source === undefined) throw new Error(`no ${file}`)
    const entries = new Map<string, Entry>()
    const add = (name: string, doc: Doc, node: ts.Node) => {
      if (doc.internal) return
      const entry = entries.get(name) ?? { name, doc, signatures: [] }
      entries.set(name, entry)
      for (const text of wholeOf(node)) {
        if (!entry.signatures.includes(text)) entry.signatures.push(text)
      }
    }
    const others = new Map<string, ReadonlyArray<string> | "all">()
    const imports = new Map<string, string>()
    for (const node of source.statements) {
      if (ts.isImportDeclaration(node)) {
        const names = node.importClause?.namedBindings
        if (names === undefined || !ts.isNamedImports(names)) continue
        for (const { name } of names.elements) imports.set(name.text, moduleIn(node))
      } else if (ts.isExportDeclaration(node)) {
        const from = moduleIn(node)
        if (node.exportClause === undefined) others.set(from, "all")
        else if (ts.isNamedExports(node.exportClause)) {
          for (const element of node.exportClause.elements) {
            const symbol = checker.getSymbolAtLocation(element.name)
            if (symbol === undefined) continue
            const target = checker.getAliasedSymbol(symbol)
            // A face of this package has a page of its own.
            if (!from.startsWith("internal/") && fs.existsSync(path.join(dist, `${from}.d.ts`))) {
              const known = others.get(from) ?? []
              if (known !== "all") others.set(from, [...known, element.name.text])
              continue
            }
            for (const declaration of target.declarations ?? []) {
              const statement = ts.isVariableDeclaration(declaration)
                ? declaration.parent.parent
                : declaration
              const own = commentOf(element)
              add(
                element.name.text,
                docOf(own === "" ? commentOf(statement) : own),
                statement
              )
            }
          }
        }
      } else if (isExported(node)) {
        for (const name of named(node)) add(name, docOf(commentOf(node)), node)
      }
    }
    const name = path.basename(file, ".d.ts")
    return { name, intro: introOf(name), others, imports, entries }
  }
  return files.map(moduleOf)
}

const marker = (index: number) => `// signature ${index}`

/** All signatures in the layout of this repository, without semicolons. */
const formatted = (texts: ReadonlyArray<string>): ReadonlyArray<string> => {
  const folder = fs.mkdtempSync(path.join(root, ".docs-reference-"))
  try {
    const file = path.join(folder, "signatures.ts")
    fs.writeFileSync(file, texts.map((text, index) => `${marker(index)}\n${text}\n`).join(""))
    const config = JSON.parse(fs.readFileSync(path.join(root, "dprint.json"), "utf8"))
    fs.writeFileSync(
      path.join(folder, "dprint.json"),
      JSON.stringify({
        ...config,
        lineWidth: 88,
        excludes: [],
        plugins: [path.join(root, "node_modules/@dprint/typescript/plugin.wasm")]
      })
    )
    const dprint = path.join(root, "node_modules/.bin/dprint")
    const { status, stderr } = spawnSync(dprint, ["fmt"], { cwd: folder, encoding: "utf8" })
    if (status !== 0) throw new Error(stderr)
    return fs.readFileSync(file, "utf8").split(/^\/\/ signature \d+\n/m).slice(1)
      .map((text) => text.trim().replace(/^declare /gm, "").replace(/\n\s*\n/g, "\n"))
  } finally {
    fs.rmSync(folder, { recursive: true, force: true })
  }
}

const pageOf = (
  module: Module,
  places: ReadonlyMap<string, ReadonlyArray<string>>,
  signature: (entry: Entry) => string
): string => {
  const isOwn = (name: string) => module.entries.has(name)
  const linkTo = (name: string): string | undefined => {
    const [last = ""] = name.split(".").slice(-1)
    const [first = ""] = name.split(".")
    if (isOwn(last)) return `#${last}`
    const all = places.get(last) ?? []
    const place = all.find((place) => place === first || place === module.imports.get(last)) ??
      all.find((place) => module.others.has(place)) ?? all[0]
    return place === undefined ? undefined : `./${place}.md#${last}`
  }
  const linked = (text: string): string =>
    text.replace(
      /\{@link ([^}|\s]+)(?:\s*\|\s*([^}]+)|\s+([^}]+))?\}/g,
      (_, name, label, other) => {
        const shown = `\`${label ?? other ?? name}\``
        const link = linkTo(name)
        return link === undefined ? shown : `[${shown}](${link})`
      }
    )
  const section = (entry: Entry): string => {
    const code = signature(entry)
    const mentioned = namesIn(code)
      .filter((name) => name !== entry.name)
      .flatMap((name) => {
        const qualified = new RegExp(`\\b(\\w+)\\.${name}\\b`).exec(code)?.[1]
        // A name behind that of another package's module is not ours.
        if (qualified !== undefined && !places.get(name)?.includes(qualified)) return []
        const link = linkTo(qualified === undefined ? name : `${qualified}.${name}`)
        return link === undefined ? [] : [`[\`${name}\`](${link})`]
      })
    return [
      `### ${entry.name} {#${entry.name}}\n`,
      linked(entry.doc.text),
      `\n\`\`\`ts\n${code}\n\`\`\`\n`,
      mentioned.length === 0
        ? ""
        : `<div class="mentioned">\n\n${mentioned.join(" · ")}\n\n</div>\n`,
      ...entry.doc.examples.map((text) => `Example:\n\n\`\`\`ts\n${text}\n\`\`\`\n`)
    ].join("\n")
  }
  const categories = new Map<string, Array<Entry>>()
  for (const entry of module.entries.values()) {
    const { category = "" } = entry.doc
    categories.set(category, [...(categories.get(category) ?? []), entry])
  }
  return [
    `---\ntitle: ${module.name}\noutline: [2, 3]\n---\n`,
    `# ${module.name}\n`,
    `\`\`\`ts\nimport * as ${
      module.name === "testing" ? "Testing" : module.name
    } from "effect-lro/${module.name}"\n\`\`\`\n`,
    linked(module.intro),
    "",
    ...Array.from(module.others, ([name, exported]) => {
      const names = exported !== "all"
        ? exported
        : Array.from(places).filter(([, at]) => at.includes(name)).map(([own]) => own)
      const links = names.map((own) => `[\`${own}\`](./${name}.md#${own})`).join(", ")
      return `From [${name}](./${name}.md): ${links}.\n`
    }),
    ...Array.from(
      categories,
      ([category, all]) => [`## ${category}\n`, ...all.map(section)].join("\n")
    )
  ].join("\n")
}

/** What a page must not lack, and what no reader should meet. */
const problemsOf = ({ entries, intro, name }: Module, page: string): ReadonlyArray<string> => [
  ...(intro === "" ? [`${name} has no introduction`] : []),
  ...Array.from(entries.values())
    .filter(({ doc }) => doc.category === undefined)
    .map((entry) => `${name}.${entry.name} has no category`),
  ...(/\b\w+_base\b/.exec(page) ?? []).map((found) => `${name} mentions ${found}`)
]

/** The first sentence of an introduction, for lists. */
const firstSentence = (text: string): string =>
  (/^[\s\S]*?[.:](?=\s|$)/.exec(text)?.[0] ?? text).replace(/\s+/g, " ")
    .replace(/\{@link ([^}]+)\}/g, "`$1`").replace(/:$/, ".")

export const reference = (): void => {
  const modules = read()
  const places = new Map<string, Array<string>>()
  for (const { entries, name } of modules) {
    for (const own of entries.keys()) places.set(own, [...(places.get(own) ?? []), name])
  }
  const entries = modules.flatMap((module) => Array.from(module.entries.values()))
  const texts = formatted(entries.flatMap(({ signatures }) => signatures))
  let next = 0
  const shown = new Map(
    entries.map((entry) => {
      const from = next
      next += entry.signatures.length
      return [entry, texts.slice(from, next).join("\n\n")]
    })
  )
  const folder = path.join(content, "reference")
  fs.mkdirSync(folder, { recursive: true })
  const problems: Array<string> = []
  for (const module of modules) {
    const page = pageOf(module, places, (entry) => shown.get(entry) ?? "")
    problems.push(...problemsOf(module, page))
    fs.writeFileSync(path.join(folder, `${module.name}.md`), page)
  }
  if (problems.length > 0) throw new Error(problems.join("\n"))
  fs.writeFileSync(
    path.join(folder, "index.md"),
    [
      "# API reference\n",
      "Each is a module of its own, `effect-lro/<name>`. The services are in the [catalogue](../catalogue/index.md).\n",
      "| module | holds |\n| --- | --- |",
      ...modules.map(({ intro, name }) => `| [${name}](./${name}.md) | ${firstSentence(intro)} |`),
      ""
    ].join("\n")
  )
}
