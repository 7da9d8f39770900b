/** Where protos and service configs are read from: a git directory (bare or not) at one commit, or a plain directory. */
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import * as path from "node:path"

export interface Source {
  /** Every file, relative, with `/`. */
  readonly files: ReadonlyArray<string>
  readonly has: (file: string) => boolean
  readonly read: (file: string) => string
}

const make = (files: ReadonlyArray<string>, read: (file: string) => string): Source => {
  const known = new Set(files)
  return { files, has: (file) => known.has(file), read }
}

const git = (
  directory: string,
  args: ReadonlyArray<string>,
  input = ""
): Buffer =>
  execFileSync("git", ["-C", directory, ...args], {
    input,
    maxBuffer: 2 ** 30,
    stdio: ["pipe", "pipe", "ignore"]
  })

/** Reads the files of `commit`, whatever the checkout has in its work tree. */
export const fromGit = (directory: string, commit: string): Source => {
  const hashes = new Map<string, string>()
  for (
    const line of git(directory, ["ls-tree", "-r", "-z", "--full-tree", commit]).toString().split(
      "\0"
    )
  ) {
    const [, hash, file] = /^\d+ blob (\w+)\t(.*\.(?:proto|yaml))$/.exec(line) ?? []
    if (hash !== undefined && file !== undefined) hashes.set(file, hash)
  }
  let texts: ReadonlyMap<string, string> | undefined
  return make(Array.from(hashes.keys()), (file) => {
    texts ??= contents(directory, hashes)
    const text = texts.get(file)
    if (text === undefined) throw new Error(`${file}: not in the checkout`)
    return text
  })
}

/** All files at once: one git process for each would take minutes. A checkout that is not complete lacks some. */
const contents = (
  directory: string,
  hashes: ReadonlyMap<string, string>
): ReadonlyMap<string, string> => {
  const bytes = git(
    directory,
    ["cat-file", "--batch"],
    `${Array.from(hashes.values()).join("\n")}\n`
  )
  const out = new Map<string, string>()
  let at = 0
  for (const file of hashes.keys()) {
    const end = bytes.indexOf("\n", at)
    const size = /^\w+ blob (\d+)$/.exec(bytes.toString("utf8", at, end))?.[1]
    at = end + 1
    if (size === undefined) continue
    out.set(file, bytes.toString("utf8", at, at + Number(size)))
    at += Number(size) + 1
  }
  return out
}

/** Reads a plain directory. */
export const fromDirectory = (directory: string): Source =>
  make(
    fs.readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        path.relative(directory, path.join(entry.parentPath, entry.name)).split(path.sep).join("/")
      )
      .sort(),
    (file) => fs.readFileSync(path.join(directory, file), "utf8")
  )
