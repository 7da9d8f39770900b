import * as Schema from "effect/Schema"
import { withDefault } from "../base/schema.ts"

/**
 * google.longrunning.Operation, its envelope decoded; see `Operation.Operation`. Its type stands in the declarations of public
 * modules, so it has no mark that would strip it there.
 */
export const OperationSchema = Schema.Struct({
  name: withDefault(Schema.String, () => ""),
  done: withDefault(Schema.Boolean, () => false),
  metadata: Schema.optional(Schema.Unknown),
  error: Schema.optional(Schema.Unknown),
  response: Schema.optional(Schema.Unknown)
}).annotations({ identifier: "Operation" })
