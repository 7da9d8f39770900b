import * as Schema from "effect/Schema"
import { OperationRef } from "../../OperationRef.ts"

/** What an error of a call is about. Its type stands in the declarations of public modules. */
export const subjectFields = {
  /** The operation that the call was about, where it is known. */
  operation: Schema.optional(OperationRef),
  /** The parent whose page was asked for, where the call is a list of one. */
  parent: Schema.optional(Schema.String),
  /** The number of that page, from 1, in `list` and `listPages`. */
  page: Schema.optional(Schema.Int)
}

/** The fields of every error of a call. */
export const callFields = {
  /** The full name of the method that was called, `google.longrunning.Operations.GetOperation`. */
  method: Schema.String,
  ...subjectFields
}
