#!/usr/bin/env node
/** The program. The version is told before anything else is loaded. */
import { version } from "./version.ts"

const [first, ...others] = process.argv.slice(2)

if ((first === "--version" || first === "-V") && others.length === 0) {
  process.stdout.write(`${version}\n`)
} else {
  const { main } = await import("./main.ts")
  await main(process.argv.slice(2))
}
