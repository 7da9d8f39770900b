import * as Schema from "effect/Schema"
import { lroError } from "../errors/tagged.ts"

/** See `Durable.StepConflict`. Its type stands in the declarations of public modules, so it has no mark that would strip it there. */
export class StepConflict extends lroError<StepConflict>()("StepConflict", {
  /** The step that is used twice. */
  step: Schema.String,
  /** The execution whose step it is. */
  executionId: Schema.String,
  /** What the step was first used for, and what it is used for now. */
  recorded: Schema.String,
  wanted: Schema.String
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return this.recorded === this.wanted
      ? `step ${this.step} of execution ${this.executionId} is ${this.recorded} with another request`
      : `step ${this.step} of execution ${this.executionId} is ${this.recorded}, not ${this.wanted}`
  }
}

/** See `Durable.MayHaveStarted`. */
export class MayHaveStarted extends lroError<MayHaveStarted>()("MayHaveStarted", {
  step: Schema.String,
  executionId: Schema.String,
  /** The full name of the method. */
  method: Schema.String,
  /** When the attempt was recorded that nobody knows the end of. */
  attemptedAt: Schema.DateTimeUtc,
  /** How to find out. */
  hint: Schema.String
}) {
  /** @since 0.1.0 */
  override get message(): string {
    return `step ${this.step} of execution ${this.executionId}: an earlier attempt at ${this.method} may have started an operation; ${this.hint}`
  }
}
