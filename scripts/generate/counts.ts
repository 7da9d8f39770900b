/** Counts what the published files hold, and what the modules made of them do. */
import type { ServiceModel } from "./model.ts"

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
    readonly metadataSchemas: number
  }
}

const sum = (values: ReadonlyArray<number>): number => values.reduce((a, b) => a + b, 0)

export const countsOf = (models: ReadonlyArray<ServiceModel>, commit: string): Counts => ({
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
    metadataSchemas: sum(models.map(({ metadata }) => metadata.messages.length))
  }
})
