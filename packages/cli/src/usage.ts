/** What the command line itself refuses: nothing was sent. */
import * as Data from "effect/Data"

export class Usage extends Data.TaggedError("Usage")<{ readonly message: string }> {}

/** A refusal; more lines say what would do. */
export const usage = (...lines: ReadonlyArray<string>): Usage =>
  new Usage({ message: lines.join("\n") })
