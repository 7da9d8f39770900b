import * as Effect from "effect/Effect"

/**
 * A fake whose missing methods die with their name.
 *
 * @internal
 */
export const partial = (key: string, methods: object): object =>
  new Proxy(methods, {
    get: (target, name) =>
      name in target
        ? Reflect.get(target, name)
        : typeof name === "symbol"
        ? undefined
        : () => Effect.dieMessage(`${key}: the method ${name} is not part of this fake`)
  })
