/**
 * What is inferred elsewhere. Unlike `NoInfer` it is not seen in an editor.
 *
 * @internal
 */
export type Fixed<A> = [A][A extends unknown ? 0 : never]
