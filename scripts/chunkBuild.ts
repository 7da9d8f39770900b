/**
 * Joins the hand-written JavaScript of `dist`, where the compiler writes a file for each of a hundred small modules, in few files that load
 * fast: what a client needs in `internal/core.js`, the rest by the public modules that need it. A public module remains a file that
 * exports what it has. Services, declarations and their maps stay as they are. `npm run build` runs it.
 */
import MagicString from "magic-string"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { type GetManualChunk, type Plugin, rollup } from "rollup"

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const dist = path.resolve(process.argv[2] ?? path.join(root, "dist"))

/** The table and the catalogues of services, which are loaded one by one. */
const isOfServices = (file: string): boolean =>
  /^internal[\\/]services[\\/](?:catalogue[\\/]|table\.js)/.test(path.relative(dist, file))

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isNode = (u: unknown): u is Node => typeof u === "object" && u !== null && "type" in u

const hasComputedKey = ({ body }: Node): boolean =>
  isNode(body) && Array.isArray(body["body"]) &&
  body["body"].some((member) => isNode(member) && member["computed"] === true)

/**
 * Marks the calls of a module's declarations as pure. A bundler drops a whole file that nothing is used of, since the package has no side
 * effects; of a file that holds many modules it drops what it knows to be pure.
 */
const withPureCalls = (code: string, program: Node): MagicString => {
  const text = new MagicString(code)
  /** A mark is for the whole chain of calls that it stands before. */
  const mark = (node: unknown, inChain = false): void => {
    if (Array.isArray(node)) { for (const each of node) mark(each) }
    if (!isNode(node)) return
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
      case "ExpressionStatement":
        return
      case "CallExpression":
      case "NewExpression":
        if (!inChain && !/__PURE__ ?\*\/\s*$/.test(code.slice(0, node.start))) {
          text.appendLeft(node.start, "/*#__PURE__*/ ")
        }
        mark(node["callee"], true)
        return mark(node["arguments"])
      case "MemberExpression":
        return mark(node["object"], inChain)
      case "ClassDeclaration":
        // A computed key might be a side effect: the class becomes what a pure call gives.
        if (hasComputedKey(node)) {
          const name = isNode(node["id"]) ? String(node["id"]["name"]) : ""
          text.appendLeft(node.start, `const ${name} = /*#__PURE__*/ (() => `)
          text.appendRight(node.end, ")();")
        }
        return mark([node["superClass"], node["body"]])
      default:
        for (const child of Object.values(node)) mark(child)
    }
  }
  mark(program["body"])
  return text
}

/** Of the compiler's output: the code, and the way back to the sources. */
const compiled: Plugin = {
  name: "compiled",
  resolveId(id, importer) {
    if (importer === undefined) return id
    if (!id.startsWith(".")) return { id, external: true }
    const file = path.resolve(path.dirname(importer), id)
    return { id: file, external: isOfServices(file) }
  },
  load: (id) => ({
    code: fs.readFileSync(id, "utf8"),
    map: fs.readFileSync(`${id}.map`, "utf8")
  }),
  transform(code) {
    const text = withPureCalls(code, this.parse(code) as unknown as Node)
    return { code: text.toString(), map: text.generateMap({ hires: true }) }
  }
}

const faces = fs.readdirSync(dist).filter((file) =>
  file.endsWith(".js") &&
  // Of a module of types nothing is left.
  !/^export \{\};$/m.test(fs.readFileSync(path.join(dist, file), "utf8"))
)
/** What these public modules need, and no earlier chunk has. Who reads messages or errors alone does not bundle the client. */
const chunks = [
  ["values", ["Code", "ProtoJson", "Any"]],
  ["status", ["Status"]],
  ["errors", ["LroError"]],
  ["client", ["Operations"]]
] as const

const bundle = await rollup({
  input: Object.fromEntries(faces.map((file) => [file.slice(0, -3), path.join(dist, file)])),
  plugins: [compiled],
  treeshake: { moduleSideEffects: false },
  onwarn: (warning) => {
    throw new Error(warning.message)
  }
})

const chunkOf = new Map<string, string>()
const assign: GetManualChunk = (id, { getModuleInfo }) => {
  const add = (chunk: string, file: string): void => {
    if (!path.isAbsolute(file) || chunkOf.has(file)) return
    chunkOf.set(file, chunk)
    for (const imported of getModuleInfo(file)?.importedIds ?? []) add(chunk, imported)
  }
  if (chunkOf.size === 0) {
    for (const [chunk, faces] of chunks) {
      for (const face of faces) add(chunk, path.join(dist, `${face}.js`))
    }
  }
  return chunkOf.get(id)
}

const { output } = await bundle.generate({
  format: "esm",
  sourcemap: true,
  sourcemapExcludeSources: true,
  hoistTransitiveImports: false,
  minifyInternalExports: false,
  chunkFileNames: "internal/[name].js",
  manualChunks: assign,
  dir: dist
})
await bundle.close()

for (const file of fs.readdirSync(dist, { recursive: true, encoding: "utf8" })) {
  const target = path.join(dist, file)
  if (/^internal[\\/].*\.js(?:\.map)?$/.test(file) && !isOfServices(target)) fs.rmSync(target)
}
for (const each of output) {
  const target = path.join(dist, each.fileName)
  fs.writeFileSync(target, each.type === "chunk" ? each.code : each.source)
}
