/** A method by what people call it. */
import type { ServiceModule, StartMethod } from "effect-lro/services/registry"
import { near } from "../near.ts"
import { type Usage, usage } from "../usage.ts"

export interface Named {
  /** As the module exports it. */
  readonly name: string
  readonly method: StartMethod
}

/** The methods of a module by the names of its exports. */
export const all = ({ exports, methods }: ServiceModule): ReadonlyArray<Named> =>
  Object.entries(exports).flatMap(([name, value]) => {
    const method = methods.find((each) => each === value)
    return method === undefined ? [] : [{ name, method }]
  })

/** `createCluster`, `CreateCluster`, `AlloyDBAdmin.CreateCluster` or the whole name of the rpc, in any case. */
export const find = (module: ServiceModule, word: string): Named | Usage => {
  const methods = all(module)
  const lower = word.toLowerCase()
  const exact = methods.find(({ name }) => name === word) ??
    methods.find(({ name }) => name.toLowerCase() === lower)
  if (exact !== undefined) return exact
  const byRpc = methods.filter(({ method: { rpc } }) =>
    `.${rpc.toLowerCase()}`.endsWith(`.${lower}`)
  )
  const [only] = byRpc
  if (only !== undefined && byRpc.length === 1) return only
  const meant = byRpc.length > 1
    ? byRpc.map(({ name }) => name)
    : near(word, methods.map(({ name }) => name))
  return usage(
    `${module.module} (${module.title}) starts nothing by ${JSON.stringify(word)}`,
    meant.length === 0
      ? `\`lro describe ${module.module}\` has its ${methods.length} methods`
      : `did you mean ${meant.join(", ")}?`
  )
}
