import * as Context from "effect/Context"
import type { Service } from "../Credentials.ts"

/**
 * The tag apart from the sources, which a client does not load. It stands in the declarations of public modules, so it has no mark
 * that would strip it there.
 */
export class Credentials extends Context.Tag("effect-lro/Credentials")<Credentials, Service>() {}
