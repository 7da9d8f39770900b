import type * as Operations from "../../Operations.ts"
import { messageOf } from "../operation/messageType.ts"

/**
 * The full name of the response of a method; one of its package for a Schema that is named after no message.
 *
 * @internal
 */
export const responseType = ({ response, rpc }: Operations.AnyMethod): string =>
  response === undefined
    ? "google.protobuf.Any"
    : messageOf(response) ?? `${rpc.split(".").slice(0, -2).join(".")}.Resource`
