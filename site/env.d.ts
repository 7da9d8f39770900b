declare module "*.vue" {
  import type { Component } from "vue"
  const component: Component
  export default component
}
declare module "*.css"
/** What the playground itself gives to programs: a client of a server that lives in the page. */
declare module "playground" {
  import type { Effect } from "effect"
  import type { NetworkConnectivity } from "effect-lro/services/networkconnectivity/v1"
  import type { OperationsServer } from "effect-lro/testing"

  type Run = <A, E>(program: Effect.Effect<A, E, NetworkConnectivity | OperationsServer>) => void
  export const run: Run
  /** In virtual time, which the program moves. */
  export const runVirtual: Run
}
