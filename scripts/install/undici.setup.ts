import * as Undici from "undici"

// No other version has it.
if (!("Dispatcher1Wrapper" in Undici)) throw new Error("this is not undici 8")
