import { describe } from "@effect/vitest"
import { batches } from "./batches.ts"
import { type Form, testOf } from "./harness.ts"
import { lists } from "./lists.ts"
import { operations } from "./operations.ts"
import { publishers } from "./publishers.ts"
import { resources } from "./resources.ts"
import { server } from "./server.ts"
import { starts } from "./starts.ts"
import { strict } from "./strict.ts"
import { systemParameters } from "./systemParameters.ts"

/** What the operations server promises, whatever its form. Time is virtual in both. */
export const contract = (title: string, form: Form): void => {
  const test = testOf(form)
  describe(title, () => {
    operations(test)
    lists(test)
    starts(test)
    strict(test)
    resources(test)
    systemParameters(test)
    batches(test)
    publishers(test)
    server(test)
  })
}
