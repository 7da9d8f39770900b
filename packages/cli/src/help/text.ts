/** What stands below the options in every help. */
import { meanings } from "../exitCode.ts"
import { forms } from "../names/address.ts"
import { type Example, examples } from "./examples.ts"

const exitCodes = [
  "Exit codes:",
  ...meanings.map(([code, meaning]) => `  ${String(code).padEnd(4)} ${meaning}`)
]
  .join("\n")

const outcomes = [
  "  3, 6 and 124 come from wait, start --wait and cancel --wait alone; elsewhere",
  "  0 says that the call worked. Of several names the worst counts: 3, then 6,",
  "  4, 5, 124, 0. A wait goes on through lost connections; after ten minutes",
  "  without a reply, or at its deadline where it never had one, it ends with 5."
].join("\n")

const credentials = [
  "Credentials:",
  "  Application Default Credentials: those of GOOGLE_APPLICATION_CREDENTIALS, of",
  "  `gcloud auth application-default login`, or of the machine; or --token-file.",
  "  --verbose says which."
].join("\n")

const told = (all: ReadonlyArray<Example>): string =>
  all.map(({ line, says }) => `  # ${says}\n  ${line}`).join("\n\n")

const named = new Set(["get", "wait", "cancel", "delete"])
const calling = new Set([...named, "list", "watch", "start"])

/** The help of a command, below its options. */
export const after = (command: string): string =>
  [
    "",
    ...(named.has(command)
      ? ["Forms of OP; `lro search WORDS` finds the service:", ...forms("operation"), ""]
      : command === "list" || command === "watch"
      ? ["Forms of PARENT; `lro search WORDS` finds the service:", ...forms("parent"), ""]
      : []),
    "Examples:",
    told(examples[command] ?? []),
    "",
    ...(calling.has(command) ? [credentials, ""] : []),
    exitCodes,
    outcomes
  ].join("\n")

/** The help of the program. */
export const program = [
  "",
  "Examples:",
  told(["search", "list", "wait"].flatMap((command) => examples[command]?.slice(0, 1) ?? [])),
  "",
  credentials,
  "",
  exitCodes,
  outcomes,
  "",
  "`lro COMMAND --help` has more examples, and the forms of OP and PARENT."
].join("\n")
