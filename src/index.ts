/**
 * Google long-running operations for Effect.
 *
 * @since 0.1.0
 */

/** @since 0.1.0 */
export * as Any from "./Any.ts"
/** @since 0.1.0 */
export * as Code from "./Code.ts"
/** @since 0.1.0 */
export * as Credentials from "./Credentials.ts"
/** @since 0.1.0 */
export * as Fleet from "./Fleet.ts"
/** @since 0.1.0 */
export * as LroError from "./LroError.ts"
/** @since 0.1.0 */
export * as MetadataServer from "./MetadataServer.ts"
/** @since 0.1.0 */
export * as Operation from "./Operation.ts"
/** @since 0.1.0 */
export * as OperationFormat from "./OperationFormat.ts"
/** @since 0.1.0 */
export * as OperationName from "./OperationName.ts"
/** @since 0.1.0 */
export * as OperationRef from "./OperationRef.ts"
/** @since 0.1.0 */
export * as Operations from "./Operations.ts"
/** @since 0.1.0 */
export * as Polling from "./Polling.ts"
/** @since 0.1.0 */
export * as ProtoJson from "./ProtoJson.ts"
/** @since 0.1.0 */
export * as RateLimit from "./RateLimit.ts"
/** @since 0.1.0 */
export * as ServiceAccount from "./ServiceAccount.ts"
/** @since 0.1.0 */
export * as Status from "./Status.ts"
