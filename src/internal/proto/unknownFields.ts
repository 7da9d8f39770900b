/**
 * The key under which a decoded message keeps the fields that its Schema does not have. Its type stands in the declarations of public
 * modules, so it has no mark that would strip it there.
 */
export const unknownFields: unique symbol = Symbol.for("effect-lro/ProtoJson/unknownFields")
