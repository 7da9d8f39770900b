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

const git = (directory: string, args: ReadonlyArray<string>): string =>
  execFileSync("git", ["-C", directory, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 30,
    stdio: ["ignore", "pipe", "ignore"]
  })

/** Reads the files of `commit`, whatever the checkout has in its work tree. */
export const fromGit = (directory: string, commit: string): Source =>
  make(
    git(directory, ["ls-tree", "-r", "-z", "--full-tree", "--name-only", commit]).split("\0")
      .filter((file) => file !== ""),
    (file) => git(directory, ["show", `${commit}:${file}`])
  )

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
