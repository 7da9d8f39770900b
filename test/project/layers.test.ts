import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as path from "node:path"
import { fileURLToPath } from "node:url"
import { codeSpans, parse } from "../../scripts/markdown.ts"

const root = new URL("../../", import.meta.url)

/**
 * Folders are layers: a file imports from its own room or from an earlier row of the table in CONTRIBUTING.md. A face comes after the
 * rooms that it is the face of.
 */
const layers: ReadonlyArray<ReadonlyArray<string>> =
  parse(fs.readFileSync(new URL("CONTRIBUTING.md", root), "utf8")).tables
    .find(({ heading }) => heading === "Where things are")?.rows
    .map(({ cells: [rooms = ""] }) => codeSpans(rooms)) ?? assert.fail("no table of rooms")

/** What a room may take from a later row, as types only: those of its own faces. */
const faces: { readonly [room: string]: ReadonlyArray<string> } = {
  "internal/proto": ["ProtoJson"],
  "internal/errors": ["RpcError", "CallError"],
  "internal/operation": ["Operation", "OperationFormat"],
  "internal/credentials": ["GoogleAuth", "MetadataServer"],
  "internal/testing": ["testing"],
  "internal/durable": ["Durable"]
}

const src = fileURLToPath(new URL("src", root))

const files = fs.readdirSync(src, { recursive: true, encoding: "utf8" }).filter((file) =>
  file.endsWith(".ts")
)

const room = (file: string): string => {
  const bare = file.replace(/\.ts$/, "")
  const rooms = layers.flat().filter((room) => bare === room || bare.startsWith(`${room}/`))
  return rooms.sort((a, b) => b.length - a.length)[0] ?? assert.fail(`${file} is in no room`)
}

const layer = (room: string): number => layers.findIndex((rooms) => rooms.includes(room))

interface Import {
  readonly from: string
  readonly to: string
  readonly typeOnly: boolean
}

const imports = files.flatMap((from): ReadonlyArray<Import> => {
  const text = fs.readFileSync(path.join(src, from), "utf8").replace(/\/\*[\s\S]*?\*\//g, "")
  const found = text.matchAll(
    /^(?:import|export) (type )?[^"']*?from "(\.[^"]+)"|import\("(\.[^"]+)"\)/gm
  )
  return [...found].map(([, typeOnly, target, lazy]) => ({
    from,
    to: path.join(path.dirname(from), target ?? lazy ?? ""),
    typeOnly: typeOnly !== undefined
  }))
})

const isAllowed = ({ from, to, typeOnly }: Import): boolean => {
  const [own, other] = [room(from), room(to)]
  if (own === other || layer(other) < layer(own)) return true
  // Faces of one layer stand in one folder.
  if (layer(own) === layer(other)) return !own.includes("/") && !other.includes("/")
  return typeOnly && (faces[own] ?? []).includes(other)
}

describe("imports", () => {
  it("are read", () => {
    assert.isAbove(files.length, 300)
    assert.isAbove(imports.length, files.length)
  })

  it("lead to the own room or to an earlier row, types too", () => {
    const wrong = imports.filter((each) => !isAllowed(each)).map(({ from, to }) =>
      `${from} -> ${to}`
    )
    assert.strictEqual([...new Set(wrong)].join("\n"), "")
  })

  it("make no circle but of a face with its own internals", () => {
    const targets = new Map<string, Set<string>>(files.map((file) => [file, new Set()]))
    for (const { from, to, typeOnly } of imports) {
      const ofFace = typeOnly && (faces[room(from)] ?? []).includes(room(to))
      if (!ofFace) targets.get(from)?.add(to)
    }
    const state = new Map<string, "open" | "closed">()
    const circles: Array<string> = []
    const visit = (file: string, trail: ReadonlyArray<string>): void => {
      if (state.get(file) === "closed") return
      if (state.get(file) === "open") {
        circles.push([...trail.slice(trail.indexOf(file)), file].join(" -> "))
        return
      }
      state.set(file, "open")
      for (const target of targets.get(file) ?? []) visit(target, [...trail, file])
      state.set(file, "closed")
    }
    for (const file of files) visit(file, [])
    assert.strictEqual(circles.join("\n"), "")
  })

  it("lead from no client to a catalogue: those are for the testing server and for tools", () => {
    const seen = new Set<string>()
    const visit = (file: string): void => {
      if (seen.has(file)) return
      seen.add(file)
      for (const { from, to } of imports) if (from === file) visit(to)
    }
    for (const each of ["index", "services", "services/registry", "Operations"]) {
      for (const file of files.filter((file) => room(file) === each)) visit(file)
    }
    assert.isAbove(seen.size, 300)
    const catalogues = [...seen].filter((file) => file.startsWith("internal/services/catalogue"))
    assert.deepStrictEqual(catalogues, [])
  })

  it("have every folder in the table", () => {
    assert.deepStrictEqual(
      [...new Set(files.map(room))].sort(),
      layers.flat().sort()
    )
  })
})
