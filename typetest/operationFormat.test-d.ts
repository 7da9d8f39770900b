// Types only: nothing here runs.
// @effect-diagnostics floatingEffect:off
import type { Effect } from "effect"
import { OperationFormat, Operations, ProtoJson } from "effect-lro"
import type * as Operation from "effect-lro/Operation"
import * as Compute from "effect-lro/services/compute/v1"
import type * as ComputeMessages from "effect-lro/services/compute/v1/messages"
import * as Gke from "effect-lro/services/container/v1"
import type * as GkeMessages from "effect-lro/services/container/v1/messages"
import * as Sql from "effect-lro/services/sqladmin/v1"
import type * as SqlMessages from "effect-lro/services/sqladmin/v1/messages"
import { describe, expectTypeOf, it } from "vitest"

declare const compute: Effect.Effect.Success<typeof Compute.ComputeEngine>
declare const gke: Effect.Effect.Success<typeof Gke.KubernetesEngine>
declare const sql: Effect.Effect.Success<typeof Sql.CloudSQLAdmin>

type Waits =
  | "start"
  | "get"
  | "poll"
  | "run"
  | "runFinal"
  | "untilDone"
  | "untilFinal"
  | "watch"
  | "target"
type Lists = "list" | "listPages" | "listPage"
type Success<E> = E extends Effect.Effect<infer A, infer _E, infer _R> ? A : never

const name = "projects/p/zones/z/operations/o"

describe("what a service lacks", () => {
  it("its client has not", () => {
    expectTypeOf<keyof typeof compute>().toEqualTypeOf<Waits | Lists | "delete" | "wait">()
    expectTypeOf<keyof typeof gke>().toEqualTypeOf<Waits | Lists | "cancel" | "cancelAndWait">()
    expectTypeOf<keyof typeof sql>().toEqualTypeOf<Waits | Lists | "cancel" | "cancelAndWait">()
    // @ts-expect-error no cancel of any scope
    compute.cancel({ name })
    // @ts-expect-error nor this
    compute.cancelAndWait(name)
    // @ts-expect-error GKE has no wait
    gke.wait({ name })
    // @ts-expect-error nor delete
    gke.delete({ name })
    // @ts-expect-error nor has Cloud SQL
    sql.delete({ name })
  })

  it("its list does not take", () => {
    compute.list({
      name: "projects/p/aggregated",
      includeAllScopes: true,
      orderBy: "name",
      pageSize: 1
    })
    sql.list({ name: "projects/p", instance: "i", pageSize: 1, pageToken: "t" })
    gke.list({ name: "projects/p/locations/-" })
    // @ts-expect-error GKE has one page
    gke.list({ name: "projects/p/locations/-", pageSize: 1 })
    // @ts-expect-error and no filter
    gke.list({ name: "projects/p/locations/-", filter: "a" })
    // @ts-expect-error Cloud SQL has none either
    sql.list({ name: "projects/p", filter: "a" })
    // @ts-expect-error Compute Engine lists no instances' operations
    compute.list({ name: "projects/p/global", instance: "i" })
  })
})

describe("the target of an operation", () => {
  it("is what its method made", () => {
    type Insert = Operations.Response<typeof Compute.instancesInsert>
    expectTypeOf<Insert>().toEqualTypeOf<
      OperationFormat.Acting<ComputeMessages.Operation, ComputeMessages.Instance>
    >()
    const read = (final: Insert) => compute.target(final)
    expectTypeOf<Success<ReturnType<typeof read>>>().toEqualTypeOf<ComputeMessages.Instance>()
    const cluster = (final: Operations.Response<typeof Gke.createCluster>) => gke.target(final)
    expectTypeOf<Success<ReturnType<typeof cluster>>>().toEqualTypeOf<GkeMessages.Cluster>()
    const database = (final: Operations.Response<typeof Sql.instancesInsert>) => sql.target(final)
    expectTypeOf<Success<ReturnType<typeof database>>>().toEqualTypeOf<
      SqlMessages.DatabaseInstance
    >()
  })

  it("is nothing after a delete", () => {
    type Deleted = Operations.Response<typeof Compute.instancesDelete>
    type Gone = Operations.Response<typeof Gke.deleteCluster>
    // @ts-expect-error nothing is left
    const compiles = (final: Deleted) => compute.target(final)
    // @ts-expect-error nothing is left
    const neither = (final: Gone) => gke.target(final)
    void [compiles, neither]
  })

  it("is JSON where nobody says what it is, and what a Schema says where one is given", () => {
    const stopped = (final: Operations.Response<typeof Compute.instancesStop>) =>
      compute.target(final)
    expectTypeOf<Success<ReturnType<typeof stopped>>>().toBeUnknown()
    const got = (operation: Operation.Operation) => compute.target(operation)
    expectTypeOf<Success<ReturnType<typeof got>>>().toBeUnknown()
    const state = (final: Operation.Final<ComputeMessages.Operation>) => compute.target(final)
    expectTypeOf<Success<ReturnType<typeof state>>>().toBeUnknown()
    const text = (operation: Operation.Operation) =>
      compute.target(operation, {
        response: ProtoJson.message<{ readonly a: string }>("x.A", () => ({ a: ProtoJson.string }))
      })
    expectTypeOf<Success<ReturnType<typeof text>>>().toEqualTypeOf<{ readonly a: string }>()
  })
})

describe("a format of one's own", () => {
  it("says what list takes", () => {
    const binding = Operations.binding({
      service: "mill.example.com",
      version: "v1",
      scopes: [],
      operationFormat: OperationFormat.make<{ readonly name: string; readonly limit?: number }>({
        operation: () => "none",
        parameters: { limit: "limit" }
      }),
      methods: { list: { verb: "GET", templates: ["/v1/{name=projects/*}/jobs"] } }
    })
    const inline = Operations.binding({
      ...binding,
      operationFormat: OperationFormat.make({ operation: () => "none" })
    })
    expectTypeOf<Parameters<Operations.ClientOf<typeof inline>["list"]>[0]>().toEqualTypeOf<
      Operations.ListRequest
    >()
    type List = Parameters<Operations.ClientOf<typeof binding>["list"]>[0]
    expectTypeOf<List>().toEqualTypeOf<{ readonly name: string; readonly limit?: number }>()
    expectTypeOf<keyof Operations.ClientOf<typeof binding>>().toEqualTypeOf<"start" | Lists>()
  })
})
