/** Counts what the published files hold, and what the modules made of them do. */
import protobuf from "protobufjs"
import { type CatalogueMethod, reach, targetOf, typesOf } from "./catalogue.ts"
import type { ServiceModel } from "./model.ts"
import type { Resolved } from "./protos.ts"

export interface Counts {
  readonly commit: string
  /** Before the overrides. */
  readonly published: {
    readonly services: number
    readonly serviceVersions: number
    readonly withRules: number
    readonly bindings: number
    readonly methods: number
    readonly metadataMessages: number
  }
  /** After them, without what is written by hand. */
  readonly generated: {
    readonly modules: number
    readonly bindings: number
    readonly methods: number
    /** Those of every module, so one of a shared package more than once. */
    readonly messages: number
    readonly enums: number
    /** The messages that requests hold. */
    readonly inputs: number
  }
  /** Messages and enums by full name, without those of google.protobuf and without google.rpc.Status. */
  readonly catalogue: {
    /** The response types that are published, those of methods without HTTP rule too. */
    readonly responses: number
    /** What the responses of the generated methods are made of, themselves included. */
    readonly inResponses: number
    /** What the messages in the fields of their requests are made of; neither the requests themselves nor maps and enums in them. */
    readonly inRequests: number
    readonly inEither: number
    /** All that the catalogues hold: requests and metadata too. */
    readonly messages: number
    readonly enums: number
    readonly fields: number
  }
}

const sum = (values: ReadonlyArray<number>): number => values.reduce((a, b) => a + b, 0)

export const countsOf = (models: ReadonlyArray<ServiceModel>, commit: string): Counts => {
  const declared = models.flatMap(({ messages }) => messages.declared)
  return {
    commit,
    published: {
      services: new Set(models.map(({ config }) => config.service)).size,
      serviceVersions: models.length,
      withRules: models.filter(({ extracted }) => extracted.bindings > 0).length,
      bindings: sum(models.map(({ extracted }) => extracted.bindings)),
      methods: sum(models.map(({ extracted }) => extracted.methods.length)),
      metadataMessages: new Set(models.flatMap(({ extracted }) => extracted.metadata)).size
    },
    generated: {
      modules: models.length,
      bindings: sum(
        models.flatMap(({ config }) =>
          Array.from(config.operations.values(), ({ templates }) => templates.length)
        )
      ),
      methods: sum(models.map(({ methods }) => methods.length)),
      messages: declared.filter(({ kind }) => kind === "message").length,
      enums: declared.filter(({ kind }) => kind === "enum").length,
      inputs: declared.filter((model) => model.kind === "message" && model.inputName !== undefined)
        .length
    },
    catalogue: catalogueCounts(models)
  }
}

const catalogueCounts = (models: ReadonlyArray<ServiceModel>): Counts["catalogue"] => {
  const methods = models.flatMap(({ catalogue }) => catalogue.methods)
  const inResponses = Array.from(reachedBy(methods, ({ response }) => [response]))
  const inRequests = Array.from(reachedBy(methods, ({ request }) =>
    request instanceof protobuf.Type
      ? request.fieldsArray.filter(({ map }) => !map).flatMap(targetOf).filter((type) =>
        !(type instanceof protobuf.Enum)
      )
      : []))
  const all = Array.from(
    new Map(models.flatMap(({ catalogue }) => Array.from(typesOf(catalogue)))).values()
  )
  const messages = all.filter((type) => type instanceof protobuf.Type)
  return {
    responses: new Set(models.flatMap(({ extracted }) => extracted.responses)).size,
    inResponses: inResponses.length,
    inRequests: inRequests.length,
    inEither: new Set([...inResponses, ...inRequests]).size,
    messages: messages.length,
    enums: all.length - messages.length,
    fields: sum(messages.map(({ fieldsArray }) => fieldsArray.length))
  }
}

/** The names of all that the types are made of. Each version has messages of its own. */
const reachedBy = (
  methods: ReadonlyArray<CatalogueMethod>,
  typesIn: (method: CatalogueMethod) => ReadonlyArray<Resolved>
): ReadonlySet<string> =>
  new Set(methods.flatMap((method) => Array.from(reach(typesIn(method)).keys())))
