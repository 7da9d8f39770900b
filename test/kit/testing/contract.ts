import { describe } from "@effect/vitest"
import { type Form, testOf } from "./harness.ts"
import { lists } from "./lists.ts"
import { operations } from "./operations.ts"
import { server } from "./server.ts"
import { starts } from "./starts.ts"

/** What the operations server promises, whatever its form. Time is virtual in both. */
export const contract = (title: string, form: Form): void => {
  const test = testOf(form)
  describe(title, () => {
    operations(test)
    lists(test)
    starts(test)
    server(test)
  })
}
