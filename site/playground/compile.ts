/** How TypeScript becomes what a worker runs. */
import { parse } from "acorn"
import { transform } from "sucrase"

/** A program that is none: says where. */
const refused = (program: string, error: unknown): unknown => {
  if (!(error instanceof Error) || !("loc" in error)) return error
  const { line } = error.loc as { readonly line: number }
  const message = error.message.replace(/ \(\d+:\d+\)$/, "")
  return new SyntaxError(`line ${line}: ${message}\n${program.split("\n")[line - 1]?.trim() ?? ""}`)
}

/** A program as the body of a function, line by line: without its types, with `require` for `import`. */
export const toFunctionBody = (program: string): string => {
  try {
    const { code } = transform(program, {
      transforms: ["typescript", "imports"],
      disableESTransforms: true,
      production: true
    })
    // Sucrase lets much pass that no engine runs, and engines do not say in which line of a function they found it.
    parse(code, { ecmaVersion: 2022, allowAwaitOutsideFunction: true })
    return code
  } catch (error) {
    throw refused(program, error)
  }
}
