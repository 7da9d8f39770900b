/** What is inferred elsewhere. Unlike `NoInfer` it is not seen in an editor. The declarations of the package need it, so it is not marked. */
export type Fixed<A> = [A][A extends unknown ? 0 : never]
