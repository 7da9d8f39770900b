/** The program in a page: the server is where the page is from. */
import { run } from "./conformance.ts"

Object.assign(globalThis, { conformance: run(location.origin) })
