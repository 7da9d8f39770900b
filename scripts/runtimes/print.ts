/** Runs the program where there is a command line: the address of the server is its argument. */
import { run } from "./conformance.ts"

run(process.argv.at(-1) ?? "").then((results) => console.log(JSON.stringify(results)))
