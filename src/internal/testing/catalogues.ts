import * as Catalogue from "../services/catalogue.ts"
import { text as shared } from "../services/catalogue/shared.ts"
import { type Served, serviceOf } from "./modules.ts"

/**
 * What a service version sends and receives: all of it, or for a private API the messages of google.longrunning.
 *
 * @internal
 */
export type CatalogueOf = (service: string, version: string) => Catalogue.Catalogue

const loaded = new Map<string, Promise<Catalogue.Catalogue | undefined>>()

const load = (module: string): Promise<Catalogue.Catalogue | undefined> => {
  const known = loaded.get(module)
  if (known !== undefined) return known
  const loading = Catalogue.load(module)
  loaded.set(module, loading)
  return loading
}

const google = /^([a-z0-9-]+)\.googleapis\.com$/

const moduleOf = (service: string, version: string): string =>
  `${google.exec(service)?.[1] ?? ""}/${version}`

/**
 * Loads the catalogues of all that is served, before the first request: in virtual time no request may wait for a file.
 *
 * @internal
 */
export const loadAll = async (served: Served): Promise<CatalogueOf> => {
  const versions = [...served.bindings, ...(served.methods ?? []).map(serviceOf)]
  const found = new Map(
    await Promise.all(
      Array.from(
        new Set(versions.map(({ service, version }) => moduleOf(service, version))),
        async (module) => [module, await load(module)] as const
      )
    )
  )
  const common = Catalogue.parse(shared)
  return (service, version) => found.get(moduleOf(service, version)) ?? common
}
