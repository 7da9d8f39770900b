/**
 * What a Google API says of a failure: google.rpc.Status with the ten detail types of google/rpc/error_details.proto.
 *
 * `Status` is a Schema, usable inside metadata and response Schemas, where services report partial errors.
 *
 * @since 0.1.0
 */
import type * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Code from "./Code.ts"
import { isObject } from "./internal/base/json.ts"
import { declare, transformOrFail } from "./internal/base/schema.ts"
import { shallow } from "./internal/proto/depth.ts"
import * as Fields from "./internal/proto/schemaFields.ts"
import { typeTag } from "./internal/proto/schemas.ts"
import { messageName } from "./internal/proto/texts.ts"
import * as ProtoJson from "./ProtoJson.ts"

/**
 * Why it failed, for programs: `reason` and `domain` together are the stable identifier of an error (AIP-193).
 *
 * @since 0.1.0
 * @category details
 */
export class ErrorInfo extends Schema.Class<ErrorInfo>("google.rpc.ErrorInfo")({
  _tag: typeTag("ErrorInfo"),
  /** The cause in UPPER_SNAKE_CASE, unique within the domain. */
  reason: Fields.string,
  /** Who names the reason, `pubsub.googleapis.com`. */
  domain: Fields.string,
  /** What the reason is about: `service`, `consumer`, … */
  metadata: Fields.map(Schema.String)
}) {}

/**
 * When to try again.
 *
 * @since 0.1.0
 * @category details
 */
export class RetryInfo extends Schema.Class<RetryInfo>("google.rpc.RetryInfo")({
  _tag: typeTag("RetryInfo"),
  /** Wait at least this long. */
  retryDelay: Fields.option(ProtoJson.Duration)
}) {}

/**
 * Where it failed inside the server.
 *
 * @since 0.1.0
 * @category details
 */
export class DebugInfo extends Schema.Class<DebugInfo>("google.rpc.DebugInfo")({
  _tag: typeTag("DebugInfo"),
  stackEntries: Fields.repeated(Schema.String),
  detail: Fields.string
}) {}

/**
 * Which quotas were exceeded.
 *
 * @since 0.1.0
 * @category details
 */
export class QuotaFailure extends Schema.Class<QuotaFailure>("google.rpc.QuotaFailure")({
  _tag: typeTag("QuotaFailure"),
  violations: Fields.repeated(Schema.Struct({
    /** On what the quota is, `project:<id>`, `clientip:<address>`. */
    subject: Fields.string,
    description: Fields.string,
    apiService: Fields.string,
    quotaMetric: Fields.string,
    quotaId: Fields.string,
    quotaDimensions: Fields.map(Schema.String),
    /** The limit at the time of the failure. */
    quotaValue: Fields.int64,
    /** The limit to come, while it is being rolled out. */
    futureQuotaValue: Fields.option(ProtoJson.Int64)
  }))
}) {
  /**
   * Gives the JSON of the wire, since `JSON.stringify` refuses bigint.
   *
   * @since 0.1.0
   */
  toJSON(): unknown {
    return Schema.encodeSync(QuotaFailure)(this)
  }
}

/**
 * Which preconditions do not hold.
 *
 * @since 0.1.0
 * @category details
 */
export class PreconditionFailure
  extends Schema.Class<PreconditionFailure>("google.rpc.PreconditionFailure")({
    _tag: typeTag("PreconditionFailure"),
    violations: Fields.repeated(Schema.Struct({
      /** The kind of precondition, `TOS`, `VPC_SERVICE_CONTROLS`. */
      type: Fields.string,
      subject: Fields.string,
      description: Fields.string
    }))
  })
{}

/**
 * Which fields of the request are wrong.
 *
 * @since 0.1.0
 * @category details
 */
export class BadRequest extends Schema.Class<BadRequest>("google.rpc.BadRequest")({
  _tag: typeTag("BadRequest"),
  fieldViolations: Fields.repeated(Schema.Struct({
    /** The path of the field in the request. */
    field: Fields.string,
    description: Fields.string,
    reason: Fields.string,
    /** The description in the user's language. */
    localizedMessage: Fields.option(
      Schema.Struct({ locale: Fields.string, message: Fields.string })
    )
  }))
}) {}

/**
 * Which request it was, for a bug report to the service.
 *
 * @since 0.1.0
 * @category details
 */
export class RequestInfo extends Schema.Class<RequestInfo>("google.rpc.RequestInfo")({
  _tag: typeTag("RequestInfo"),
  requestId: Fields.string,
  servingData: Fields.string
}) {}

/**
 * Which resource it was about.
 *
 * @since 0.1.0
 * @category details
 */
export class ResourceInfo extends Schema.Class<ResourceInfo>("google.rpc.ResourceInfo")({
  _tag: typeTag("ResourceInfo"),
  resourceType: Fields.string,
  resourceName: Fields.string,
  owner: Fields.string,
  description: Fields.string
}) {}

/**
 * Where to read more.
 *
 * @since 0.1.0
 * @category details
 */
export class Help extends Schema.Class<Help>("google.rpc.Help")({
  _tag: typeTag("Help"),
  links: Fields.repeated(Schema.Struct({ description: Fields.string, url: Fields.string }))
}) {}

/**
 * A message that may be shown to the user.
 *
 * @since 0.1.0
 * @category details
 */
export class LocalizedMessage
  extends Schema.Class<LocalizedMessage>("google.rpc.LocalizedMessage")({
    _tag: typeTag("LocalizedMessage"),
    /** A BCP 47 tag, `en-US`. */
    locale: Fields.string,
    message: Fields.string
  })
{}

/**
 * One of the ten detail types; `_tag` is the name of the message.
 *
 * @since 0.1.0
 * @category details
 */
export type Detail =
  | ErrorInfo
  | RetryInfo
  | DebugInfo
  | QuotaFailure
  | PreconditionFailure
  | BadRequest
  | RequestInfo
  | ResourceInfo
  | Help
  | LocalizedMessage

const AnyDetail = Schema.Union(
  ErrorInfo,
  RetryInfo,
  DebugInfo,
  QuotaFailure,
  PreconditionFailure,
  BadRequest,
  RequestInfo,
  ResourceInfo,
  Help,
  LocalizedMessage
)

// One decoder for each type: the union would try all ten in turn.
const decoders = new Map(
  AnyDetail.members.map((member) => [
    member.identifier,
    Schema.decodeUnknownOption(Schema.make<Detail>(member.ast))
  ])
)

/**
 * What a Google API said of a failure.
 *
 * @since 0.1.0
 * @category models
 */
export interface Status {
  /**
   * The number of the code as sent, a number that google.rpc.Code does not have included. `codeName` names it.
   *
   * @since 0.1.0
   */
  readonly code: number
  /**
   * The message for developers, in English.
   *
   * @since 0.1.0
   */
  readonly message: string
  /**
   * The details of the ten known types.
   *
   * @since 0.1.0
   */
  readonly details: ReadonlyArray<Detail>
  /**
   * The details of other types, and those that do not fit their type, as received.
   *
   * @since 0.1.0
   */
  readonly otherDetails: ReadonlyArray<unknown>
}

/**
 * A google.rpc.Status in JSON.
 *
 * @since 0.1.0
 * @category models
 */
export interface Encoded {
  /**
   * The number; some old services send the name.
   *
   * @since 0.1.0
   */
  readonly code?: number | string | undefined
  /**
   * The message for developers.
   *
   * @since 0.1.0
   */
  readonly message?: string | undefined
  /**
   * The details, each with its `@type`.
   *
   * @since 0.1.0
   */
  readonly details?: ReadonlyArray<unknown> | undefined
}

/**
 * Reads a status out of any JSON and never fails; `Status` does the same for a JSON object.
 *
 * The code: a number is kept, a name or a decimal text becomes its number, an absent one is 0, anything else is 2 (`UNKNOWN`). A
 * detail that is not understood goes to `otherDetails` as it is. JSON that is no object gives `UNKNOWN`, with a text as
 * its message.
 *
 * @since 0.1.0
 * @category constructors
 */
export const fromUnknown = (json: unknown): Status => {
  if (!isObject(json)) {
    const message = typeof json === "string" ? json : ""
    const otherDetails = message === "" && json !== undefined && json !== null ? [json] : []
    return { code: Code.toNumber("UNKNOWN"), message, details: [], otherDetails }
  }
  const details: Array<Detail> = []
  const otherDetails: Array<unknown> = []
  const items: ReadonlyArray<unknown> = Array.isArray(json["details"]) ? json["details"] : []
  for (const item of items) {
    const name = isObject(item) ? messageName(item["@type"]) : undefined
    const detail = decoders.get(name ?? "")?.(item) ?? Option.none()
    if (Option.isSome(detail)) details.push(detail.value)
    else otherDetails.push(shallow(item))
  }
  return {
    code: Code.readNumber(json["code"]),
    message: typeof json["message"] === "string" ? json["message"] : "",
    details,
    otherDetails
  }
}

/** The JSON side: any object, since a status that cannot be read is worse than one that is read in part. */
const Wire: Schema.Schema<Encoded> = /*#__PURE__*/ declare(
  (value: unknown): value is Encoded => isObject(value),
  {
    identifier: "google.rpc.Status",
    jsonSchema: {
      type: "object",
      properties: {
        code: { type: "integer" },
        message: { type: "string" },
        details: { type: "array", items: { type: "object" } }
      }
    }
  }
)

const StatusFromSelf: Schema.Schema<Status> = Schema.Struct({
  code: Schema.Int,
  message: Schema.String,
  details: Schema.Array(Schema.typeSchema(AnyDetail)),
  otherDetails: Schema.Array(Schema.Unknown)
}).annotations({ identifier: "google.rpc.Status" })

const encodeDetails = Schema.encodeEither(Schema.Array(AnyDetail))

/**
 * google.rpc.Status in JSON: `{ "code": 5, "message": "…", "details": [{ "@type": …, … }] }`.
 *
 * Decodes any JSON object the way `fromUnknown` does. Encodes to the JSON of the wire: the known details, then the others.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Status: Schema.Schema<Status, Encoded> = transformOrFail(Wire, StatusFromSelf, {
  decode: (json) => Either.right(fromUnknown(json)),
  encode: ({ code, details, message, otherDetails }) =>
    Either.mapBoth(encodeDetails(details), {
      onLeft: (error) => error.message,
      onRight: (details) => ({
        code,
        message,
        ...(details.length + otherDetails.length === 0
          ? {}
          : { details: [...details, ...otherDetails] })
      })
    })
}).annotations({ identifier: "google.rpc.Status" })

/**
 * A google.rpc.Status as a field of a message, its details in JSON: {@link fromUnknown} reads them.
 *
 * @since 0.1.0
 * @category models
 */
export interface Message extends ProtoJson.Unknown {
  /**
   * The number of the code.
   *
   * @since 0.1.0
   */
  readonly code: number
  /**
   * The message for developers, in English.
   *
   * @since 0.1.0
   */
  readonly message: string
  /**
   * The details, each with its `@type`.
   *
   * @since 0.1.0
   */
  readonly details: ReadonlyArray<ProtoJson.AnyValue>
}

/**
 * What a request takes for a {@link Message}.
 *
 * @since 0.1.0
 * @category models
 */
export interface MessageInput extends ProtoJson.Unknown {
  /**
   * The number of the code.
   *
   * @since 0.1.0
   */
  readonly code?: number | undefined
  /**
   * The message for developers, in English.
   *
   * @since 0.1.0
   */
  readonly message?: string | undefined
  /**
   * The details, each with its `@type`.
   *
   * @since 0.1.0
   */
  readonly details?: ReadonlyArray<{ readonly [key: string]: unknown }> | undefined
}

/**
 * google.rpc.Status as a field of a message.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Message: ProtoJson.Message<Message> = /*#__PURE__*/ ProtoJson.message(
  "google.rpc.Status",
  () => ({
    code: ProtoJson.int32,
    message: ProtoJson.string,
    details: ProtoJson.repeated(ProtoJson.AnyValue)
  })
)

/**
 * Makes a status of a code, by name or number.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (fields: {
  readonly code: Code.Code | number
  readonly message?: string | undefined
  readonly details?: ReadonlyArray<Detail> | undefined
  readonly otherDetails?: ReadonlyArray<unknown> | undefined
}): Status => ({
  code: typeof fields.code === "number" ? fields.code : Code.toNumber(fields.code),
  message: fields.message ?? "",
  details: fields.details ?? [],
  otherDetails: fields.otherDetails ?? []
})

/**
 * Names the code of a status. A status is a failure, so a number outside google.rpc.Code and 0 are `UNKNOWN`.
 *
 * @since 0.1.0
 * @category getters
 */
export const codeName = (status: Status): Code.ErrorCode => {
  const code = Code.fromNumber(status.code)
  return code === "OK" ? "UNKNOWN" : code
}

/**
 * Finds the detail of a type, the first if there are several (AIP-193 allows one).
 *
 * @since 0.1.0
 * @category getters
 */
export const detail = <Tag extends Detail["_tag"]>(
  status: Status,
  tag: Tag
): Option.Option<Extract<Detail, { readonly _tag: Tag }>> =>
  Option.fromNullable(
    status.details.find((detail): detail is Extract<Detail, { readonly _tag: Tag }> =>
      detail._tag === tag
    )
  )

/**
 * Gives the delay that the server asks for in RetryInfo.
 *
 * @since 0.1.0
 * @category getters
 */
export const retryDelay = (status: Status): Option.Option<Duration.Duration> =>
  Option.flatMap(detail(status, "RetryInfo"), (info) => info.retryDelay)

/**
 * Gives the message that may be shown to the user, from LocalizedMessage.
 *
 * @since 0.1.0
 * @category getters
 */
export const userMessage = (status: Status): Option.Option<string> =>
  detail(status, "LocalizedMessage").pipe(
    Option.map((localized) => localized.message),
    Option.filter((message) => message !== "")
  )
