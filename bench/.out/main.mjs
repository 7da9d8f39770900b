// transport/main.ts
import { execFileSync, fork } from "node:child_process";
import * as Fs2 from "node:fs";
import * as Os from "node:os";

// transport/chart.ts
import * as Vega from "vega";
var bars = (title, values) => ({
  width: 420,
  height: values.length * 26,
  padding: 10,
  background: "white",
  title: { text: title, anchor: "start" },
  data: [{
    name: "table",
    values: values.map((each) => ({ ...each, text: each.value.toFixed(each.value < 20 ? 2 : 0) }))
  }],
  scales: [
    {
      name: "x",
      type: "linear",
      domain: { data: "table", field: "value" },
      range: "width",
      zero: true,
      nice: true
    },
    {
      name: "y",
      type: "band",
      domain: { data: "table", field: "label" },
      range: "height",
      padding: 0.25
    }
  ],
  axes: [
    { orient: "bottom", scale: "x", grid: true, gridColor: "#e5e7eb", tickCount: 5 },
    { orient: "left", scale: "y", domain: false, ticks: false, labelPadding: 6 }
  ],
  marks: [
    {
      type: "rect",
      from: { data: "table" },
      encode: {
        enter: {
          x: { scale: "x", value: 0 },
          x2: { scale: "x", field: "value" },
          y: { scale: "y", field: "label" },
          height: { scale: "y", band: 1 },
          fill: [{ test: "indexof(datum.label, 'effect-lro') == 0", value: "#c81e3a" }, {
            value: "#64748b"
          }]
        }
      }
    },
    {
      type: "text",
      from: { data: "table" },
      encode: {
        enter: {
          x: { scale: "x", field: "value", offset: 4 },
          y: { scale: "y", field: "label", band: 0.5 },
          baseline: { value: "middle" },
          text: { field: "text" }
        }
      }
    }
  ]
});
var svg = (spec) => new Vega.View(Vega.parse(spec), { renderer: "none" }).toSVG();

// transport/clients.ts
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient";
import * as FetchHttpClient2 from "@effect/platform/FetchHttpClient";
import * as HttpClient7 from "@effect/platform/HttpClient";
import * as HttpClientRequest2 from "@effect/platform/HttpClientRequest";
import { CloudBuildClient } from "@google-cloud/cloudbuild";
import { cloudbuild } from "@googleapis/cloudbuild";
import { Clock as Clock7, Effect as Effect29, Layer as Layer4, ManagedRuntime, Redacted as Redacted4, Tracer as Tracer3 } from "effect";

// ../src/Credentials.ts
import * as Headers2 from "@effect/platform/Headers";
import * as Context from "effect/Context";
import * as DateTime3 from "effect/DateTime";
import * as Effect4 from "effect/Effect";
import * as Layer from "effect/Layer";
import * as Option8 from "effect/Option";
import * as Redacted3 from "effect/Redacted";

// ../src/internal/bearer.ts
import * as Headers from "@effect/platform/Headers";
import * as Effect2 from "effect/Effect";
import * as Redacted from "effect/Redacted";

// ../src/LroError.ts
import * as Duration4 from "effect/Duration";
import * as Predicate2 from "effect/Predicate";
import * as Schema9 from "effect/Schema";

// ../src/internal/message.ts
var oneLine = (text2) => text2.replace(/\s+/g, " ").trim();
var about = ({ operation, page: page2, parent: parent2 }) => {
  const what = operation?.name || parent2 || "";
  if (page2 === void 0) return what === "" ? "" : ` (${what})`;
  return what === "" ? ` (page ${page2})` : ` (page ${page2} of ${what})`;
};
var subject = (error) => `${error.method ?? ""}${about(error)}`;

// ../src/internal/operationSchema.ts
import * as Schema from "effect/Schema";
var OperationSchema = Schema.Struct({
  name: Schema.optionalWith(Schema.String, { nullable: true, default: () => "" }),
  done: Schema.optionalWith(Schema.Boolean, { nullable: true, default: () => false }),
  metadata: Schema.optional(Schema.Unknown),
  error: Schema.optional(Schema.Unknown),
  response: Schema.optional(Schema.Unknown)
}).annotations({ identifier: "Operation" });

// ../src/OperationRef.ts
import * as Schema2 from "effect/Schema";
var OperationRef = class extends Schema2.Class("effect-lro/OperationRef")({
  /** The service's host name, `networkconnectivity.googleapis.com`. */
  service: Schema2.String,
  /** The API version, `v1`. */
  version: Schema2.String,
  /** The endpoint that the operation was started at, when it is not `https://<service>`. */
  endpoint: Schema2.optional(Schema2.String),
  /** The resource name. Empty for an operation that was done in the start reply and got no name. */
  name: Schema2.String,
  /** The full name of the method that started it, `google.cloud.networkconnectivity.v1.HubService.CreateHub`. */
  method: Schema2.optional(Schema2.String),
  /** When the start reply arrived; for a reference made of a name only, when it was made. */
  startedAt: Schema2.DateTimeUtc,
  /** The `request_id` that the start call carried (AIP-155). */
  requestId: Schema2.optional(Schema2.String)
}) {
};

// ../src/RpcError.ts
import * as Predicate from "effect/Predicate";
import * as Schema8 from "effect/Schema";

// ../src/internal/rpcMessage.ts
import * as Option6 from "effect/Option";

// ../src/Status.ts
import * as Option5 from "effect/Option";
import * as ParseResult3 from "effect/ParseResult";
import * as Schema7 from "effect/Schema";

// ../src/Code.ts
var table = [
  { number: 0, name: "OK", httpStatus: 200, retry: "no" },
  { number: 1, name: "CANCELLED", httpStatus: 499, retry: "never" },
  { number: 2, name: "UNKNOWN", httpStatus: 500, retry: "generally-no" },
  { number: 3, name: "INVALID_ARGUMENT", httpStatus: 400, retry: "never" },
  { number: 4, name: "DEADLINE_EXCEEDED", httpStatus: 504, retry: "never" },
  { number: 5, name: "NOT_FOUND", httpStatus: 404, retry: "no" },
  { number: 6, name: "ALREADY_EXISTS", httpStatus: 409, retry: "no" },
  { number: 7, name: "PERMISSION_DENIED", httpStatus: 403, retry: "no" },
  { number: 8, name: "RESOURCE_EXHAUSTED", httpStatus: 429, retry: "generally-no" },
  { number: 9, name: "FAILED_PRECONDITION", httpStatus: 400, retry: "no" },
  { number: 10, name: "ABORTED", httpStatus: 409, retry: "no" },
  { number: 11, name: "OUT_OF_RANGE", httpStatus: 400, retry: "no" },
  { number: 12, name: "UNIMPLEMENTED", httpStatus: 501, retry: "no" },
  { number: 13, name: "INTERNAL", httpStatus: 500, retry: "generally-no" },
  { number: 14, name: "UNAVAILABLE", httpStatus: 503, retry: "yes" },
  { number: 15, name: "DATA_LOSS", httpStatus: 500, retry: "never" },
  { number: 16, name: "UNAUTHENTICATED", httpStatus: 401, retry: "no" }
];
var all = table.map((entry) => entry.name);
var errors = table.flatMap(
  (entry) => entry.name === "OK" ? [] : [entry.name]
);
var byName = new Map(
  table.map((entry) => [entry.name, entry])
);
var entryOf = (code) => byName.get(code) ?? table[2];
var isCode = (value4) => typeof value4 === "string" && byName.has(value4);
var fromNumber = (number2) => all[number2] ?? "UNKNOWN";
var toNumber = (code) => entryOf(code).number;
var byHttpStatus = /* @__PURE__ */ new Map([
  [400, "INVALID_ARGUMENT"],
  [401, "UNAUTHENTICATED"],
  [403, "PERMISSION_DENIED"],
  [404, "NOT_FOUND"],
  [409, "ABORTED"],
  [416, "OUT_OF_RANGE"],
  [429, "RESOURCE_EXHAUSTED"],
  [499, "CANCELLED"],
  [501, "UNIMPLEMENTED"],
  [503, "UNAVAILABLE"],
  [504, "DEADLINE_EXCEEDED"]
]);
var fromHttpStatus = (status) => {
  const known2 = byHttpStatus.get(status);
  if (known2 !== void 0) return known2;
  if (status >= 200 && status < 300) return "OK";
  if (status >= 400 && status < 500) return "FAILED_PRECONDITION";
  if (status >= 500 && status < 600) return "INTERNAL";
  return "UNKNOWN";
};

// ../src/internal/statusDetails.ts
import * as Option2 from "effect/Option";
import * as Schema3 from "effect/Schema";

// ../src/internal/protoJson.ts
import * as DateTime from "effect/DateTime";
import * as Duration from "effect/Duration";
import * as Either from "effect/Either";
import * as Encoding from "effect/Encoding";
import * as Option from "effect/Option";
var isObject = (value4) => typeof value4 === "object" && value4 !== null && !Array.isArray(value4);
var isJsonObject = (value4) => isObject(value4);
var isAny = (value4) => isObject(value4) && (value4["@type"] === void 0 || typeof value4["@type"] === "string");
var isJsonValue = (value4) => value4 === null || ["boolean", "number", "string", "object"].includes(typeof value4);
var messageName = (typeUrl) => typeof typeUrl === "string" ? typeUrl.slice(typeUrl.lastIndexOf("/") + 1) : void 0;
var timestampPattern = /^(\d{4})-(\d{2})-(\d{2})[Tt]([01]\d|2[0-3]):([0-5]\d):([0-5]\d)(?:\.(\d{1,9}))?(?:[Zz]|([+-](?:[01]\d|2[0-3]):[0-5]\d))$/;
var daysInMonth = (year, month) => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};
var timestampMillis = { min: -621355968e5, max: 253402300799999 };
var inTimestampRange = (dateTime) => dateTime.epochMillis >= timestampMillis.min && dateTime.epochMillis <= timestampMillis.max;
var parseTimestamp = (text2) => {
  const match7 = timestampPattern.exec(text2);
  if (match7 === null) return void 0;
  const [, year = "", month = "", day = "", hour, minute2, second, fraction = "", offset = "Z"] = match7;
  if (Number(year) < 1 || Number(month) < 1 || Number(month) > 12) return void 0;
  if (Number(day) < 1 || Number(day) > daysInMonth(Number(year), Number(month))) return void 0;
  const millis7 = fraction.slice(0, 3).padEnd(3, "0");
  const iso = `${year}-${month}-${day}T${hour}:${minute2}:${second}.${millis7}${offset}`;
  return Option.getOrUndefined(Option.filter(DateTime.make(iso), inTimestampRange));
};
var formatTimestamp = (dateTime) => inTimestampRange(dateTime) ? DateTime.formatIso(dateTime) : void 0;
var durationPattern = /^(-?)(\d{1,12})(?:\.(\d{1,9}))?s$/;
var maxDurationNanos = 315576000000n * 1000000000n;
var parseDuration = (text2) => {
  const match7 = durationPattern.exec(text2);
  if (match7 === null) return void 0;
  const [, sign, seconds2 = "", fraction = ""] = match7;
  const nanos2 = BigInt(seconds2) * 1000000000n + BigInt(fraction.padEnd(9, "0"));
  if (nanos2 > maxDurationNanos) return void 0;
  return durationOfNanos(sign === "-" ? 0n : nanos2);
};
var durationOfNanos = (nanos2) => nanos2 % 1000000n === 0n ? Duration.millis(Number(nanos2 / 1000000n)) : Duration.nanos(nanos2);
var formatDuration = (duration2) => {
  const nanos2 = Option.getOrUndefined(Duration.toNanos(duration2));
  if (nanos2 === void 0 || nanos2 > maxDurationNanos) return void 0;
  const seconds2 = nanos2 / 1000000000n;
  const fraction = (nanos2 % 1000000000n).toString().padStart(9, "0").replace(/(?:000)+$/, "");
  return fraction === "" ? `${seconds2}s` : `${seconds2}.${fraction}s`;
};
var numberPattern = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
var parseDouble = (text2) => {
  switch (text2) {
    case "NaN":
      return NaN;
    case "Infinity":
      return Infinity;
    case "-Infinity":
      return -Infinity;
  }
  const value4 = numberPattern.test(text2) ? Number(text2) : NaN;
  return Number.isFinite(value4) ? value4 : void 0;
};
var formatDouble = (value4) => Number.isFinite(value4) ? value4 : String(value4);
var parseInteger = (value4) => {
  const number2 = typeof value4 === "number" ? value4 : numberPattern.test(value4) ? Number(value4) : NaN;
  return Number.isSafeInteger(number2) ? number2 : void 0;
};
var parseBigInteger = (value4) => {
  if (typeof value4 === "string" && /^-?\d{1,20}$/.test(value4)) return BigInt(value4);
  const number2 = parseInteger(value4);
  return number2 === void 0 ? void 0 : BigInt(number2);
};
var parseBytes = (text2) => {
  const match7 = /^([A-Za-z0-9+/_-]*)(={0,2})$/.exec(text2);
  if (match7 === null) return void 0;
  const [, digits = "", padding] = match7;
  if (digits.length % 4 === 1 || padding !== "" && text2.length % 4 !== 0) return void 0;
  const standard = digits.replaceAll("-", "+").replaceAll("_", "/");
  const padded = standard.padEnd(Math.ceil(digits.length / 4) * 4, "=");
  return Either.getOrUndefined(Encoding.decodeBase64(padded));
};
var parseFieldMask = (text2) => text2.split(",").map((path) => path.trim()).filter((path) => path !== "");

// ../src/internal/statusDetails.ts
var typeTag = (tag) => {
  const name2 = `google.rpc.${tag}`;
  const typeUrl = Schema3.String.pipe(Schema3.filter((url) => messageName(url) === name2));
  return Schema3.optionalToRequired(typeUrl, Schema3.Literal(tag), {
    decode: () => tag,
    encode: () => Option2.some(`type.googleapis.com/${name2}`)
  }).pipe(
    Schema3.fromKey("@type"),
    Schema3.withConstructorDefault(() => tag)
  );
};
var readCode = (code) => {
  if (code === void 0 || code === null) return 0;
  if (Number.isSafeInteger(code)) return Number(code);
  if (isCode(code)) return toNumber(code);
  return typeof code === "string" && /^-?\d{1,15}$/.test(code) ? Number(code) : toNumber("UNKNOWN");
};
var decodeDetail = (decoders3, json) => {
  const name2 = isObject(json) ? messageName(json["@type"]) : void 0;
  return decoders3.get(name2 ?? "")?.(json) ?? Option2.none();
};
var readStatus = (decoders3, json) => {
  if (!isObject(json)) {
    const message = typeof json === "string" ? json : "";
    const otherDetails2 = message === "" && json !== void 0 && json !== null ? [json] : [];
    return { code: toNumber("UNKNOWN"), message, details: [], otherDetails: otherDetails2 };
  }
  const details = [];
  const otherDetails = [];
  const items = Array.isArray(json["details"]) ? json["details"] : [];
  for (const item of items) {
    const detail2 = decodeDetail(decoders3, item);
    if (Option2.isSome(detail2)) details.push(detail2.value);
    else otherDetails.push(item);
  }
  return {
    code: readCode(json["code"]),
    message: typeof json["message"] === "string" ? json["message"] : "",
    details,
    otherDetails
  };
};
var Wire = Schema3.declare(
  (value4) => isObject(value4),
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
);

// ../src/ProtoJson.ts
import * as Option4 from "effect/Option";
import * as Schema6 from "effect/Schema";

// ../src/internal/protoItems.ts
import * as DateTime2 from "effect/DateTime";
import * as Duration_ from "effect/Duration";
import * as Encoding2 from "effect/Encoding";
import * as Option3 from "effect/Option";
import * as ParseResult from "effect/ParseResult";
import * as Schema4 from "effect/Schema";
var withRaw = (value4, raw) => {
  Object.defineProperty(value4, "raw", { value: raw });
};
var timestampWithRaw = (dateTime, raw) => {
  withRaw(dateTime, raw);
  return dateTime;
};
var durationWithRaw = (duration2, raw) => {
  withRaw(duration2, raw);
  return duration2;
};
var timestamp = (dateTime) => timestampWithRaw(
  DateTime2.unsafeMake(dateTime.epochMillis),
  DateTime2.formatIso(DateTime2.toUtc(dateTime))
);
var duration = (input) => {
  const nanos2 = Option3.getOrUndefined(Duration_.toNanos(input));
  const value4 = nanos2 === void 0 ? Duration_.millis(Infinity) : durationOfNanos(nanos2);
  return durationWithRaw(value4, formatDuration(value4) ?? "");
};
var TimestampFromSelf = Schema4.declare(
  (value4) => DateTime2.isDateTime(value4) && DateTime2.isUtc(value4),
  {
    identifier: "TimestampFromSelf",
    pretty: () => DateTime2.formatIso,
    equivalence: () => DateTime2.Equivalence,
    arbitrary: () => (fc) => fc.integer(timestampMillis).map((millis7) => timestamp(DateTime2.unsafeMake(millis7)))
  }
);
var Timestamp = Schema4.transformOrFail(
  Schema4.String,
  TimestampFromSelf,
  {
    strict: true,
    decode: (text2, _, ast) => {
      const dateTime = parseTimestamp(text2);
      return dateTime === void 0 ? ParseResult.fail(new ParseResult.Type(ast, text2)) : ParseResult.succeed(timestampWithRaw(dateTime, text2));
    },
    encode: (value4, _, ast) => {
      const text2 = value4.raw ?? formatTimestamp(value4);
      return text2 === void 0 ? ParseResult.fail(
        new ParseResult.Type(ast, value4, "A timestamp must lie in the years 1 to 9999")
      ) : ParseResult.succeed(text2);
    }
  }
).annotations({ identifier: "Timestamp" });
var DurationFromSelf = Schema4.declare(
  (value4) => Duration_.isDuration(value4),
  {
    identifier: "DurationFromSelf",
    pretty: () => String,
    equivalence: () => Duration_.Equivalence,
    arbitrary: () => (fc) => fc.bigInt({ min: 0n, max: maxDurationNanos }).map((nanos2) => duration(nanos2))
  }
);
var Duration2 = Schema4.transformOrFail(
  Schema4.String,
  DurationFromSelf,
  {
    strict: true,
    decode: (text2, _, ast) => {
      const value4 = parseDuration(text2);
      return value4 === void 0 ? ParseResult.fail(new ParseResult.Type(ast, text2)) : ParseResult.succeed(durationWithRaw(value4, text2));
    },
    encode: (value4, _, ast) => {
      const text2 = value4.raw || formatDuration(value4);
      return text2 === void 0 ? ParseResult.fail(
        new ParseResult.Type(ast, value4, "A duration must be at most 315576000000s")
      ) : ParseResult.succeed(text2);
    }
  }
).annotations({ identifier: "Duration" });
var numeric = (identifier, to, parse5, encode2) => Schema4.transformOrFail(Schema4.Union(Schema4.Number, Schema4.String), to, {
  strict: true,
  decode: (input, _, ast) => {
    const value4 = parse5(input);
    return value4 === void 0 ? ParseResult.fail(new ParseResult.Type(ast, input)) : ParseResult.succeed(value4);
  },
  encode: (value4) => ParseResult.succeed(encode2(value4))
}).annotations({ identifier });
var number = (value4) => value4;
var Int32 = numeric(
  "Int32",
  Schema4.Int.pipe(Schema4.between(-2147483648, 2147483647)),
  parseInteger,
  number
);
var UInt32 = numeric(
  "UInt32",
  Schema4.Int.pipe(Schema4.between(0, 4294967295)),
  parseInteger,
  number
);
var Int64 = numeric(
  "Int64",
  Schema4.BigIntFromSelf.pipe(Schema4.betweenBigInt(-(2n ** 63n), 2n ** 63n - 1n)),
  parseBigInteger,
  String
);
var UInt64 = numeric(
  "UInt64",
  Schema4.BigIntFromSelf.pipe(Schema4.betweenBigInt(0n, 2n ** 64n - 1n)),
  parseBigInteger,
  String
);
var Double = numeric(
  "Double",
  Schema4.Number,
  (value4) => typeof value4 === "number" ? value4 : parseDouble(value4),
  formatDouble
);
var Bytes = Schema4.transformOrFail(
  Schema4.String,
  Schema4.Uint8ArrayFromSelf,
  {
    strict: true,
    decode: (text2, _, ast) => {
      const bytes2 = parseBytes(text2);
      return bytes2 === void 0 ? ParseResult.fail(new ParseResult.Type(ast, text2)) : ParseResult.succeed(bytes2);
    },
    encode: (bytes2) => ParseResult.succeed(Encoding2.encodeBase64(bytes2))
  }
).annotations({ identifier: "Bytes" });
var FieldMask = Schema4.transform(
  Schema4.String,
  Schema4.Array(Schema4.String.pipe(Schema4.pattern(/^[^\s,]+$/))),
  { strict: true, decode: parseFieldMask, encode: (paths) => paths.join(",") }
).annotations({ identifier: "FieldMask" });
var JsonValue = Schema4.declare(isJsonValue, {
  identifier: "JsonValue",
  jsonSchema: {},
  arbitrary: () => (fc) => fc.jsonValue().map((value4) => value4)
});
var JsonObject = Schema4.declare(
  isJsonObject,
  {
    identifier: "JsonObject",
    jsonSchema: { type: "object" },
    arbitrary: () => (fc) => fc.dictionary(fc.string(), fc.jsonValue()).map((value4) => value4)
  }
);
var AnyAnnotationId = /* @__PURE__ */ Symbol.for("effect-lro/Any");
var AnyValue = Schema4.declare(isAny, {
  identifier: "Any",
  [AnyAnnotationId]: true,
  jsonSchema: { type: "object" },
  arbitrary: () => (fc) => fc.record({ "@type": fc.webUrl() })
});

// ../src/internal/protoMap.ts
import * as Effect from "effect/Effect";
import * as Either2 from "effect/Either";
import * as ParseResult2 from "effect/ParseResult";
import * as Schema5 from "effect/Schema";
var isSync = (result) => Either2.isEither(result);
var parse2 = (parseItem) => (input, options, ast) => {
  if (!isObject(input)) return ParseResult2.fail(new ParseResult2.Type(ast, input));
  const entries = Object.entries(input).map(
    ([key, item]) => ParseResult2.mapBoth(parseItem(item, options), {
      onFailure: (issue) => new ParseResult2.Composite(ast, input, new ParseResult2.Pointer(key, input, issue)),
      onSuccess: (value4) => [key, value4]
    })
  );
  return entries.every(isSync) ? Either2.map(Either2.all(entries), (entries2) => Object.fromEntries(entries2)) : Effect.map(Effect.all(entries), (entries2) => Object.fromEntries(entries2));
};
var MapSchema = (item) => Schema5.declare(
  [item],
  {
    decode: (item2) => parse2(ParseResult2.decodeUnknown(item2)),
    encode: (item2) => parse2(ParseResult2.encodeUnknown(item2))
  },
  {
    identifier: "Map",
    jsonSchema: { type: "object" },
    pretty: (item2) => (map25) => `{ ${Object.entries(map25).map(([key, value4]) => `${JSON.stringify(key)}: ${item2(value4)}`).join(
      ", "
    )} }`,
    arbitrary: (item2) => (fc) => fc.dictionary(fc.string(), item2(fc))
  }
);

// ../src/ProtoJson.ts
var Duration3 = Duration2;
var Int322 = Int32;
var UInt322 = UInt32;
var Int642 = Int64;
var UInt642 = UInt64;
var Double2 = Double;
var Bytes2 = Bytes;
var withDefault = (item, defaultValue) => Schema6.optionalWith(item, { nullable: true, default: defaultValue });
var string = withDefault(Schema6.String, () => "");
var bool = withDefault(Schema6.Boolean, () => false);
var int32 = withDefault(Int322, () => 0);
var uint32 = withDefault(UInt322, () => 0);
var int64 = withDefault(Int642, () => 0n);
var uint64 = withDefault(UInt642, () => 0n);
var double = withDefault(Double2, () => 0);
var bytes = withDefault(Bytes2, () => new Uint8Array());
var option = (item) => Schema6.optionalWith(item, { nullable: true, as: "Option" }).pipe(
  Schema6.withConstructorDefault(() => Option4.none())
);
var repeated = (item) => withDefault(Schema6.Array(item), () => []);
var map3 = (item) => withDefault(MapSchema(item), () => ({}));

// ../src/Status.ts
var ErrorInfo = class extends Schema7.Class("google.rpc.ErrorInfo")({
  _tag: typeTag("ErrorInfo"),
  /** The cause in UPPER_SNAKE_CASE, unique within the domain. */
  reason: string,
  /** Who names the reason, `pubsub.googleapis.com`. */
  domain: string,
  /** What the reason is about: `service`, `consumer`, … */
  metadata: map3(Schema7.String)
}) {
};
var RetryInfo = class extends Schema7.Class("google.rpc.RetryInfo")({
  _tag: typeTag("RetryInfo"),
  /** Wait at least this long. */
  retryDelay: option(Duration3)
}) {
};
var DebugInfo = class extends Schema7.Class("google.rpc.DebugInfo")({
  _tag: typeTag("DebugInfo"),
  stackEntries: repeated(Schema7.String),
  detail: string
}) {
};
var QuotaFailure = class _QuotaFailure extends Schema7.Class("google.rpc.QuotaFailure")({
  _tag: typeTag("QuotaFailure"),
  violations: repeated(Schema7.Struct({
    /** On what the quota is, `project:<id>`, `clientip:<address>`. */
    subject: string,
    description: string,
    apiService: string,
    quotaMetric: string,
    quotaId: string,
    quotaDimensions: map3(Schema7.String),
    /** The limit at the time of the failure. */
    quotaValue: int64,
    /** The limit to come, while it is being rolled out. */
    futureQuotaValue: option(Int642)
  }))
}) {
  /**
   * Gives the JSON of the wire, since `JSON.stringify` refuses bigint.
   *
   * @since 0.1.0
   */
  toJSON() {
    return Schema7.encodeSync(_QuotaFailure)(this);
  }
};
var PreconditionFailure = class extends Schema7.Class("google.rpc.PreconditionFailure")({
  _tag: typeTag("PreconditionFailure"),
  violations: repeated(Schema7.Struct({
    /** The kind of precondition, `TOS`, `VPC_SERVICE_CONTROLS`. */
    type: string,
    subject: string,
    description: string
  }))
}) {
};
var BadRequest = class extends Schema7.Class("google.rpc.BadRequest")({
  _tag: typeTag("BadRequest"),
  fieldViolations: repeated(Schema7.Struct({
    /** The path of the field in the request. */
    field: string,
    description: string,
    reason: string,
    /** The description in the user's language. */
    localizedMessage: option(
      Schema7.Struct({ locale: string, message: string })
    )
  }))
}) {
};
var RequestInfo = class extends Schema7.Class("google.rpc.RequestInfo")({
  _tag: typeTag("RequestInfo"),
  requestId: string,
  servingData: string
}) {
};
var ResourceInfo = class extends Schema7.Class("google.rpc.ResourceInfo")({
  _tag: typeTag("ResourceInfo"),
  resourceType: string,
  resourceName: string,
  owner: string,
  description: string
}) {
};
var Help = class extends Schema7.Class("google.rpc.Help")({
  _tag: typeTag("Help"),
  links: repeated(Schema7.Struct({ description: string, url: string }))
}) {
};
var LocalizedMessage = class extends Schema7.Class("google.rpc.LocalizedMessage")({
  _tag: typeTag("LocalizedMessage"),
  /** A BCP 47 tag, `en-US`. */
  locale: string,
  message: string
}) {
};
var AnyDetail = Schema7.Union(
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
);
var decoders = new Map(
  AnyDetail.members.map((member) => [
    member.identifier,
    Schema7.decodeUnknownOption(Schema7.make(member.ast))
  ])
);
var fromUnknown = (json) => readStatus(decoders, json);
var StatusFromSelf = Schema7.Struct({
  code: Schema7.Int,
  message: Schema7.String,
  details: Schema7.Array(Schema7.typeSchema(AnyDetail)),
  otherDetails: Schema7.Array(Schema7.Unknown)
}).annotations({ identifier: "google.rpc.Status" });
var encodeDetails = ParseResult3.encode(Schema7.Array(AnyDetail));
var Status = Schema7.transformOrFail(Wire, StatusFromSelf, {
  strict: true,
  decode: (json) => ParseResult3.succeed(fromUnknown(json)),
  encode: ({ code, details, message, otherDetails }, options) => ParseResult3.map(encodeDetails(details, options), (details2) => ({
    code,
    message,
    ...details2.length + otherDetails.length === 0 ? {} : { details: [...details2, ...otherDetails] }
  }))
}).annotations({ identifier: "google.rpc.Status" });
var codeName = (status) => {
  const code = fromNumber(status.code);
  return code === "OK" ? "UNKNOWN" : code;
};
var detail = (status, tag) => Option5.fromNullable(
  status.details.find(
    (detail2) => detail2._tag === tag
  )
);
var retryDelay = (status) => Option5.flatMap(detail(status, "RetryInfo"), (info) => info.retryDelay);

// ../src/internal/rpcMessage.ts
var sharedConsumers = ["projects/764086051850", "projects/32555940559"];
var rpcMessage = (error) => {
  const { status } = error;
  const info = Option6.getOrUndefined(detail(status, "ErrorInfo"));
  const help = Option6.getOrUndefined(detail(status, "Help"));
  const request4 = Option6.getOrUndefined(detail(status, "RequestInfo"));
  const parts = [`${error.method}: ${codeText(error)}${about(error)}`];
  if (status.message !== "") parts.push(oneLine(status.message));
  if (error.seenBefore === true) {
    parts.push("the operation was seen earlier: it expired or was deleted");
  }
  const remedy = remedyText(error, info);
  if (remedy !== void 0) parts.push(remedy);
  if (info !== void 0 && info.reason !== "") {
    parts.push(oneLine(`reason ${info.reason}${info.domain === "" ? "" : ` (${info.domain})`}`));
  }
  const link = help?.links[0];
  if (link !== void 0) parts.push(oneLine(`${link.description} ${link.url}`));
  if (request4 !== void 0 && request4.requestId !== "") {
    parts.push(oneLine(`request ${request4.requestId}`));
  }
  if (error.attempts > 1) parts.push(`${error.attempts} attempts`);
  return parts.join("; ");
};
var codeText = (error) => {
  if (error.codeFrom === "httpStatus") {
    return `${error._tag}, HTTP ${error.httpStatus} without a Google error body`;
  }
  return codeName(error.status) === error._tag && error._tag === "UNKNOWN" && error.status.code !== 2 ? `UNKNOWN, code ${error.status.code}` : error._tag;
};
var remedyText = (error, info) => {
  const metadata = info?.metadata ?? {};
  const uid = vpcServiceControlsId(error, info);
  if (uid !== void 0) return `VPC Service Controls unique identifier ${uid}`;
  const consumer = metadata["consumer"];
  if (/quota project/i.test(error.status.message) || info?.reason === "USER_PROJECT_DENIED" || consumer !== void 0 && sharedConsumers.includes(consumer)) {
    return "set the quota project: `quotaProject` of the call, the layer or GoogleAuth, or GOOGLE_CLOUD_QUOTA_PROJECT";
  }
  if (info?.reason === "SERVICE_DISABLED") {
    return `enable the API ${metadata["service"] ?? "of this service"}` + (consumer === void 0 ? "" : ` for ${consumer}`) + (metadata["activationUrl"] === void 0 ? "" : `: ${metadata["activationUrl"]}`);
  }
  return void 0;
};
var vpcServiceControlsId = (error, info) => {
  const failure = Option6.getOrUndefined(detail(error.status, "PreconditionFailure"));
  const violation = failure?.violations.find(
    (violation2) => violation2.type === "VPC_SERVICE_CONTROLS"
  );
  if (violation === void 0 && info?.reason !== "SECURITY_POLICY_VIOLATED") return void 0;
  return info?.metadata["uid"] || violation?.description || /vpcServiceControlsUniqueIdentifier:\s*([\w-]+)/.exec(error.status.message)?.[1];
};

// ../src/RpcError.ts
var TypeId = "~effect-lro/RpcError";
var fields = {
  /** The full name of the method that was called, `google.longrunning.Operations.GetOperation`. */
  method: Schema8.String,
  /** The operation that the call was about, where it is known. */
  operation: Schema8.optional(OperationRef),
  /** The parent whose page was asked for, where the call is a list of one. */
  parent: Schema8.optional(Schema8.String),
  /** The number of that page, from 1, in `list` and `listPages`. */
  page: Schema8.optional(Schema8.Int),
  /** What the server said: the code's number as sent, its message, its details. */
  status: Status,
  /** The HTTP status of the reply. */
  httpStatus: Schema8.Int,
  /**
   * `body`: the reply has a Google error, which names the code or at least describes it. `httpStatus`: it has none (HTML, nothing),
   * and the code follows from the HTTP status alone.
   */
  codeFrom: Schema8.Literal("body", "httpStatus"),
  /** How long the server asks to wait, from RetryInfo or Retry-After, whichever is longer. */
  retryAfter: Schema8.optional(Schema8.DurationFromMillis),
  /** How many attempts were made, this one included. */
  attempts: Schema8.Int,
  /** `NOT_FOUND` of an operation that was seen earlier in the same wait. */
  seenBefore: Schema8.optional(Schema8.Boolean)
};
var rpcError = () => (identifier, tag) => Schema8.TaggedError(`effect-lro/${identifier}`)(tag, fields);
var Cancelled = class extends rpcError()("Cancelled", "CANCELLED") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var Unknown3 = class extends rpcError()("Unknown", "UNKNOWN") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var InvalidArgument = class extends rpcError()("InvalidArgument", "INVALID_ARGUMENT") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var DeadlineExceeded = class extends rpcError()("DeadlineExceeded", "DEADLINE_EXCEEDED") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var NotFound = class extends rpcError()("NotFound", "NOT_FOUND") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var AlreadyExists = class extends rpcError()("AlreadyExists", "ALREADY_EXISTS") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var PermissionDenied = class extends rpcError()("PermissionDenied", "PERMISSION_DENIED") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var ResourceExhausted = class extends rpcError()("ResourceExhausted", "RESOURCE_EXHAUSTED") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var FailedPrecondition = class extends rpcError()("FailedPrecondition", "FAILED_PRECONDITION") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var Aborted = class extends rpcError()("Aborted", "ABORTED") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var OutOfRange = class extends rpcError()("OutOfRange", "OUT_OF_RANGE") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var Unimplemented = class extends rpcError()("Unimplemented", "UNIMPLEMENTED") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var Internal = class extends rpcError()("Internal", "INTERNAL") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var Unavailable = class extends rpcError()("Unavailable", "UNAVAILABLE") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var DataLoss = class extends rpcError()("DataLoss", "DATA_LOSS") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var Unauthenticated = class extends rpcError()("Unauthenticated", "UNAUTHENTICATED") {
  /** @since 0.1.0 */
  get [TypeId]() {
    return TypeId;
  }
  /** @since 0.1.0 */
  get message() {
    return rpcMessage(this);
  }
};
var classes = [
  Cancelled,
  Unknown3,
  InvalidArgument,
  DeadlineExceeded,
  NotFound,
  AlreadyExists,
  PermissionDenied,
  ResourceExhausted,
  FailedPrecondition,
  Aborted,
  OutOfRange,
  Unimplemented,
  Internal,
  Unavailable,
  DataLoss,
  Unauthenticated
];
var RpcErrorSchema = Schema8.Union(...classes);
var isRpcError = (u) => Predicate.hasProperty(u, TypeId);
var make3 = (code, props) => new byCode[code](props);
var byCode = {
  CANCELLED: Cancelled,
  UNKNOWN: Unknown3,
  INVALID_ARGUMENT: InvalidArgument,
  DEADLINE_EXCEEDED: DeadlineExceeded,
  NOT_FOUND: NotFound,
  ALREADY_EXISTS: AlreadyExists,
  PERMISSION_DENIED: PermissionDenied,
  RESOURCE_EXHAUSTED: ResourceExhausted,
  FAILED_PRECONDITION: FailedPrecondition,
  ABORTED: Aborted,
  OUT_OF_RANGE: OutOfRange,
  UNIMPLEMENTED: Unimplemented,
  INTERNAL: Internal,
  UNAVAILABLE: Unavailable,
  DATA_LOSS: DataLoss,
  UNAUTHENTICATED: Unauthenticated
};

// ../src/LroError.ts
var TypeId2 = "~effect-lro/LroError";
var ForeignCause = class extends Schema9.Class("effect-lro/ForeignCause")({
  name: Schema9.String,
  code: Schema9.optional(Schema9.String),
  message: Schema9.String
}) {
};
var subjectFields = {
  /** The operation that the call was about, where it is known. */
  operation: Schema9.optional(OperationRef),
  /** The parent whose page was asked for, where the call is a list of one. */
  parent: Schema9.optional(Schema9.String),
  /** The number of that page, from 1, in `list` and `listPages`. */
  page: Schema9.optional(Schema9.Int)
};
var callFields = {
  /** The full name of the method that was called. */
  method: Schema9.String,
  ...subjectFields
};
var TransportError = class extends Schema9.TaggedError("effect-lro/TransportError")("TransportError", {
  ...callFields,
  reason: Schema9.Literal(
    "Dns",
    "Refused",
    "Unreachable",
    "Tls",
    "Proxy",
    "Reset",
    "Timeout",
    "Truncated",
    "Other"
  ),
  sent: Schema9.Literal("no", "maybe"),
  /** The host that was called. */
  host: Schema9.String,
  /** How many attempts were made, this one included. */
  attempts: Schema9.Int,
  /** For a start call that may have reached the server: how to find out whether the operation exists. */
  hint: Schema9.optional(Schema9.String),
  cause: Schema9.optional(ForeignCause)
}) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    const what = this.cause === void 0 ? "" : `: ${oneLine(this.cause.code ?? this.cause.message)}`;
    const attempts = this.attempts > 1 ? `; ${this.attempts} attempts` : "";
    const sent = this.sent === "no" ? "nothing was sent" : "the request may have been sent";
    const hint = this.hint === void 0 ? "" : `; ${this.hint}`;
    return `${subject(this)}: ${this.reason} at ${this.host}${what}; ${sent}${hint}${attempts}`;
  }
};
var MalformedResponse = class extends Schema9.TaggedError("effect-lro/MalformedResponse")(
  "MalformedResponse",
  {
    ...callFields,
    reason: Schema9.Literal(
      "Empty",
      "NotJson",
      "InvalidUtf8",
      "NotAnOperation",
      "NotAPage",
      "TooLarge",
      "Redirect",
      "WrongEndpoint"
    ),
    httpStatus: Schema9.Int,
    /** The URL that was called, without its query. */
    url: Schema9.String,
    /** What exactly is wrong. */
    description: Schema9.String,
    attempts: Schema9.Int
  }
) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    return `${subject(this)}: ${this.reason}, HTTP ${this.httpStatus} of ${this.url}: ${oneLine(this.description)}`;
  }
};
var CredentialsError = class extends Schema9.TaggedError("effect-lro/CredentialsError")("CredentialsError", {
  method: Schema9.optional(Schema9.String),
  ...subjectFields,
  reason: Schema9.Literal("Unavailable", "Rejected", "Invalid", "UniverseMismatch", "Timeout"),
  transient: Schema9.Boolean,
  description: Schema9.String,
  cause: Schema9.optional(ForeignCause)
}) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    const what = this.cause === void 0 ? "" : `: ${oneLine(this.cause.message)}`;
    const call = subject(this);
    return `${call === "" ? "" : `${call}: `}credentials ${this.reason}: ${oneLine(this.description)}${what}`;
  }
};
var InvalidRequest = class extends Schema9.TaggedError("effect-lro/InvalidRequest")("InvalidRequest", {
  ...callFields,
  /** The argument, by its path: `name`, `pageSize`, `hub.name`. */
  argument: Schema9.String,
  /** What is wrong with it, as a predicate: `is empty`. */
  problem: Schema9.String,
  /** The templates that a resource name has to fit. */
  expected: Schema9.optional(Schema9.Array(Schema9.String)),
  /** What was probably meant. */
  hint: Schema9.optional(Schema9.String)
}) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    const expected = this.expected === void 0 ? "" : `; expected ${this.expected.join(" or ")}`;
    const hint = this.hint === void 0 ? "" : `; did you mean ${this.hint}`;
    return `${subject(this)}: \`${this.argument}\` ${this.problem}${expected}${hint}`;
  }
};
var PageTokenError = class extends Schema9.TaggedError("effect-lro/PageTokenError")("PageTokenError", {
  ...callFields,
  reason: Schema9.Literal("repeated", "cycle", "pageCap"),
  /** The number of the page that held the token, from 1. */
  page: Schema9.Int,
  /** The parent that was listed; empty when the method takes none. */
  parent: Schema9.String
}) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    const what = {
      repeated: "the server returned the token of the page again",
      cycle: "the server returned an earlier page token",
      pageCap: "the page cap is reached"
    }[this.reason];
    return `${this.method}: ${what}, page ${this.page}${this.parent === "" ? "" : ` of ${this.parent}`}`;
  }
};
var outcomeFields = {
  /** The operation. */
  operation: OperationRef
};
var OperationFailed = class extends Schema9.TaggedError("effect-lro/OperationFailed")("OperationFailed", {
  ...outcomeFields,
  code: Schema9.String,
  status: Status,
  /** The metadata of the last state, as received. */
  metadata: Schema9.optional(Schema9.Unknown)
}) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    const number2 = this.code === "UNKNOWN" && this.status.code !== 2 ? ` (code ${this.status.code})` : "";
    return `${nameOf(this.operation)} failed: ${this.code}${number2}; ${oneLine(this.status.message)}`;
  }
};
var OperationCancelled = class extends Schema9.TaggedError("effect-lro/OperationCancelled")(
  "OperationCancelled",
  {
    ...outcomeFields,
    status: Status,
    /** The metadata of the last state, as received. */
    metadata: Schema9.optional(Schema9.Unknown)
  }
) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    return `${nameOf(this.operation)} was cancelled; ${oneLine(this.status.message)}`;
  }
};
var MissingResult = class extends Schema9.TaggedError("effect-lro/MissingResult")("MissingResult", {
  ...outcomeFields,
  /** The operation as received. */
  raw: OperationSchema
}) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    return `${nameOf(this.operation)} is done without a response`;
  }
};
var ResultDecodeError = class extends Schema9.TaggedError("effect-lro/ResultDecodeError")(
  "ResultDecodeError",
  {
    ...outcomeFields,
    /** The operation as received. */
    raw: OperationSchema,
    /** Where the response does not fit. */
    problem: Schema9.String
  }
) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    return `${nameOf(this.operation)} succeeded with a response that does not fit: ${oneLine(this.problem)}`;
  }
};
var callErrorMembers = [
  TransportError,
  MalformedResponse,
  CredentialsError,
  InvalidRequest
];
var CallErrorSchema = Schema9.Union(
  RpcErrorSchema,
  ...callErrorMembers
);
var WaitTimeout = class extends Schema9.TaggedError("effect-lro/WaitTimeout")("WaitTimeout", {
  ...outcomeFields,
  reason: Schema9.Literal("deadline", "schedule"),
  /** The last state that was seen, as received. */
  last: Schema9.optional(OperationSchema),
  /** How many polls were answered or failed. */
  polls: Schema9.Int,
  /** How long the wait took. */
  elapsed: Schema9.DurationFromMillis,
  /** The last failure of a poll that the wait tolerated. */
  lastError: Schema9.optional(CallErrorSchema)
}) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    const last = this.lastError === void 0 ? "" : `; last failed poll: ${this.lastError._tag}`;
    const why = this.reason === "deadline" ? "the deadline passed" : "the poll schedule ended";
    return `${nameOf(this.operation)} still runs after ${Duration4.format(this.elapsed)} (${this.polls} polls): ${why}${last}`;
  }
};
var nameOf = (ref) => ref.name === "" ? `the operation of ${ref.method ?? ref.service}` : ref.name;
var ListErrorSchema = Schema9.Union(CallErrorSchema, PageTokenError);
var outcomeMembers = [
  OperationFailed,
  OperationCancelled,
  MissingResult,
  ResultDecodeError
];
var OutcomeErrorSchema = Schema9.Union(...outcomeMembers);
var WaitErrorSchema = Schema9.Union(CallErrorSchema, OutcomeErrorSchema, WaitTimeout);
var InvalidSettings = class extends Schema9.TaggedError("effect-lro/InvalidSettings")("InvalidSettings", {
  /** The setting, by its option name: `endpoint`. */
  setting: Schema9.String,
  /** What is wrong with it, as a predicate. */
  problem: Schema9.String
}) {
  /** @since 0.1.0 */
  get [TypeId2]() {
    return TypeId2;
  }
  /** @since 0.1.0 */
  get message() {
    return `\`${this.setting}\` ${this.problem}`;
  }
};
var hasTag = (tags) => (u) => tags.includes(u._tag);
var isCallTag = hasTag(callErrorMembers.map((member) => member._tag));
var isOutcomeTag = hasTag(outcomeMembers.map((member) => member._tag));
var isRetryable = (error) => {
  if (error._tag === "UNAVAILABLE") return true;
  if (error._tag === "TransportError") return error.reason !== "Tls";
  return isRpcError(error) && error.codeFrom === "httpStatus" && [408, 502, 503, 504].includes(error.httpStatus);
};

// ../src/internal/bearer.ts
var problemOf = (secret) => {
  const value4 = Redacted.value(secret);
  if (value4 === "") return "is empty";
  return /^[\x21-\x7e]+$/.test(value4) ? void 0 : "has a character that a header cannot carry";
};
var invalid = (description) => new CredentialsError({ reason: "Invalid", transient: false, description });
var toCached = (token, expiresAt, more = {}) => {
  const problem2 = problemOf(token);
  if (problem2 !== void 0) return Effect2.fail(invalid(`the token ${problem2}`));
  const headers = { authorization: `Bearer ${Redacted.value(token)}`, ...more };
  return Effect2.succeed({ value: Redacted.make(Headers.fromInput(headers)), expiresAt });
};

// ../src/internal/foreignCause.ts
var secrets = [
  [/-----BEGIN[\s\S]*/g, "<redacted>"],
  [/\b(bearer|basic)\s+\S+/gi, "$1 <redacted>"],
  [/((?:token|secret|assertion|password|key)["']?\s*[=:]\s*)["']?[^\s"',}&]+/gi, "$1<redacted>"],
  [/[\w+/=~-]{32,}/g, "<redacted>"]
];
var mask = (text2) => secrets.reduce((masked, [pattern2, by]) => masked.replace(pattern2, by), oneLine(text2)).slice(
  0,
  300
);
var text = (u, key) => {
  if (typeof u !== "object" || u === null || !(key in u)) return void 0;
  const value4 = Reflect.get(u, key);
  return typeof value4 === "string" || typeof value4 === "number" ? String(value4) : void 0;
};
var fromUnknown2 = (u) => {
  const code = text(u, "code");
  return new ForeignCause({
    name: mask(text(u, "_tag") ?? text(u, "name") ?? typeof u),
    ...code === void 0 ? {} : { code: mask(code) },
    message: mask(text(u, "message") ?? (typeof u === "string" ? u : ""))
  });
};

// ../src/internal/tokenCache.ts
import * as Cause from "effect/Cause";
import * as Clock from "effect/Clock";
import * as Effect3 from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import * as Option7 from "effect/Option";
import * as Redacted2 from "effect/Redacted";
import * as Runtime from "effect/Runtime";
var staleMillis = 225e3;
var backgroundHoldMillis = 1e4;
var failureHoldMillis = 1e3;
var remaining = (cached2, now3) => cached2.expiresAt === void 0 ? Number.POSITIVE_INFINITY : cached2.expiresAt - now3;
var holdExpired = (cached2, now3) => remaining(cached2, now3) > 0 ? cached2 : { ...cached2, expiresAt: now3 + backgroundHoldMillis };
var isHeld = ({ last }, now3, millis7) => last !== void 0 && now3 >= last.at && now3 < last.at + millis7;
var timedOut = () => new CredentialsError({
  reason: "Timeout",
  transient: true,
  description: "the source gave none within 10 seconds"
});
var make5 = (source) => Effect3.gen(function* () {
  const runFork6 = Runtime.runFork(yield* Effect3.runtime());
  const entries = /* @__PURE__ */ new Map();
  yield* Effect3.addFinalizer(
    () => Effect3.forEach(entries.values(), ({ flight }) => flight === void 0 ? Effect3.void : Fiber.interrupt(flight))
  );
  const entryOf2 = (requested) => {
    const scopes = [...new Set(requested)].sort();
    const key = scopes.join(" ");
    const known2 = entries.get(key);
    if (known2 !== void 0) {
      return known2;
    }
    const entry = { scopes, cached: void 0, flight: void 0, last: void 0 };
    entries.set(key, entry);
    return entry;
  };
  const settle2 = (entry, exit) => Effect3.flatMap(Clock.currentTimeMillis, (at2) => {
    entry.flight = void 0;
    if (Exit.isSuccess(exit)) {
      entry.cached = holdExpired(exit.value, at2);
      entry.last = { at: at2, error: void 0 };
      return Effect3.void;
    }
    const error = Option7.getOrUndefined(Cause.failureOption(exit.cause));
    if (error === void 0) {
      return Effect3.void;
    }
    entry.last = { at: at2, error };
    return entry.cached !== void 0 && remaining(entry.cached, at2) > 0 ? Effect3.logWarning(
      "credentials were not refreshed, the old ones are still valid",
      error.message
    ) : Effect3.void;
  });
  const refresh = (entry) => entry.flight ??= runFork6(
    Effect3.suspend(
      () => source(entry.scopes)
    ).pipe(
      Effect3.disconnect,
      Effect3.timeoutFail({ duration: "10 seconds", onTimeout: timedOut }),
      Effect3.onExit((exit) => settle2(entry, exit))
    ),
    { immediate: false }
  );
  const awaitRefresh = (entry, now3) => entry.flight === void 0 && entry.last?.error !== void 0 && isHeld(entry, now3, failureHoldMillis) ? Effect3.fail(entry.last.error) : Effect3.flatten(Fiber.await(refresh(entry)));
  return {
    get: (scopes) => Effect3.flatMap(Clock.currentTimeMillis, (now3) => {
      const entry = entryOf2(scopes);
      const { cached: cached2 } = entry;
      const left = cached2 === void 0 ? 0 : remaining(cached2, now3);
      if (cached2 === void 0 || left <= 0) {
        return Effect3.map(awaitRefresh(entry, now3), ({ value: value4 }) => value4);
      }
      if (left <= staleMillis && !isHeld(entry, now3, backgroundHoldMillis)) refresh(entry);
      return Effect3.succeed(cached2.value);
    }),
    refresh: (scopes, isRejected) => Effect3.flatMap(Clock.currentTimeMillis, (now3) => {
      const entry = entryOf2(scopes);
      const { cached: cached2 } = entry;
      if (cached2 !== void 0 && remaining(cached2, now3) > 0 && !isRejected(cached2.value)) {
        return Effect3.succeed(Option7.some(cached2.value));
      }
      return Effect3.map(
        awaitRefresh(entry, now3),
        ({ value: value4 }) => isRejected(value4) ? Option7.none() : Option7.some(value4)
      );
    })
  };
});
var service = (cache) => ({
  headers: ({ scopes }) => Effect3.map(cache.get(scopes), Redacted2.value),
  refresh: ({ scopes }, rejected) => Effect3.map(
    cache.refresh(scopes, (headers) => Redacted2.value(headers)["authorization"] === rejected["authorization"]),
    Option7.map(Redacted2.value)
  )
});

// ../src/Credentials.ts
var Credentials = class extends Context.Tag("effect-lro/Credentials")() {
};
var fixed = (kind, headers, universeDomain) => Credentials.of({
  kind,
  headers: () => Effect4.sync(() => Redacted3.value(headers)),
  refresh: () => Effect4.succeedNone,
  universeDomain: Effect4.succeed(universeDomain)
});
var universeOf = (options) => Option8.some(options?.universeDomain ?? "googleapis.com");
var none5 = fixed("none", Redacted3.make(Headers2.empty), Option8.none());
var makeTokenEffect = (getToken, options) => {
  const source = (scopes) => Effect4.scoped(Effect4.isEffect(getToken) ? getToken : getToken({ scopes })).pipe(
    Effect4.mapError(
      (error) => new CredentialsError({
        reason: "Unavailable",
        transient: options?.isTransient?.(error) ?? true,
        description: "the token effect failed",
        cause: fromUnknown2(error)
      })
    ),
    Effect4.flatMap(toCached2)
  );
  return Effect4.map(make5(source), (cache) => Credentials.of({
    kind: "token",
    ...service(cache),
    universeDomain: Effect4.succeed(universeOf(options))
  }));
};
var toCached2 = ({ expiresAt, token }) => {
  if (expiresAt === void 0) return toCached(token, void 0);
  return Option8.match(DateTime3.make(expiresAt), {
    onNone: () => Effect4.fail(invalid("the expiry of the token is not a date")),
    onSome: (expiry) => toCached(token, expiry.epochMillis)
  });
};
var layerNone = Layer.succeed(Credentials, none5);
var layerTokenEffect = (getToken, options) => Layer.scoped(Credentials, makeTokenEffect(getToken, options));

// ../src/NodeTransport.ts
import * as HttpClient3 from "@effect/platform/HttpClient";
import * as Config from "effect/Config";
import * as ConfigProvider from "effect/ConfigProvider";
import * as Duration6 from "effect/Duration";
import * as Effect12 from "effect/Effect";
import * as Layer2 from "effect/Layer";
import * as Option11 from "effect/Option";

// ../src/internal/nodeTransport.ts
import * as HttpClient2 from "@effect/platform/HttpClient";
import * as HttpClientError2 from "@effect/platform/HttpClientError";
import * as Effect11 from "effect/Effect";
import * as Stream3 from "effect/Stream";

// ../src/internal/exchange.ts
import * as FetchHttpClient from "@effect/platform/FetchHttpClient";
import * as HttpClient from "@effect/platform/HttpClient";
import * as HttpClientRequest from "@effect/platform/HttpClientRequest";
import * as Context3 from "effect/Context";
import * as Effect7 from "effect/Effect";
import * as Fiber2 from "effect/Fiber";
import * as FiberRef from "effect/FiberRef";
import * as FiberRefs from "effect/FiberRefs";
import { constTrue } from "effect/Function";
import * as Option9 from "effect/Option";
import * as Predicate3 from "effect/Predicate";
import * as Runtime3 from "effect/Runtime";

// ../src/internal/after.ts
import * as Clock2 from "effect/Clock";
import * as Context2 from "effect/Context";
import * as DefaultServices from "effect/DefaultServices";
import * as Duration5 from "effect/Duration";
import * as Effect5 from "effect/Effect";
import * as Runtime2 from "effect/Runtime";
var liveClock = Context2.get(DefaultServices.liveServices, Clock2.Clock);
var maxTimer = 2 ** 31 - 1;
var after = (fiber, millis7, run) => {
  const clock2 = Context2.get(fiber.currentDefaultServices, Clock2.Clock);
  if (clock2 === liveClock) {
    if (millis7 > maxTimer) return () => {
    };
    const handle = setTimeout(run, millis7);
    return () => clearTimeout(handle);
  }
  const runtime3 = Runtime2.make({
    context: fiber.currentContext,
    fiberRefs: fiber.getFiberRefs(),
    runtimeFlags: Runtime2.defaultRuntimeFlags
  });
  const sleeping = Runtime2.runFork(runtime3)(
    Effect5.zipRight(clock2.sleep(Duration5.millis(millis7)), Effect5.sync(run))
  );
  return () => sleeping.unsafeInterruptAsFork(fiber.id());
};

// ../src/internal/readBody.ts
import * as Effect6 from "effect/Effect";
import * as Stream from "effect/Stream";
var TooLarge = class {
  _tag = "TooLarge";
};
var readBody = (response2, limit2, headers = response2.headers) => {
  const declared = headers["content-length"];
  const length = declared !== void 0 && /^\d+$/.test(declared) ? Number(declared) : void 0;
  if (length !== void 0 && length > limit2) return drop(response2);
  if (length !== void 0 && headers["content-encoding"] === void 0) {
    return Effect6.flatMap(
      response2.arrayBuffer,
      (buffer) => buffer.byteLength > limit2 ? Effect6.fail(new TooLarge()) : Effect6.succeed(new Uint8Array(buffer))
    );
  }
  return Stream.runFoldEffect(response2.stream, new Collected(), (collected, chunk) => {
    collected.add(chunk);
    return collected.size > limit2 ? Effect6.fail(new TooLarge()) : Effect6.succeed(collected);
  }).pipe(
    Effect6.map((collected) => collected.concat()),
    Effect6.catchIf(
      (error) => error._tag === "ResponseError" && error.reason === "EmptyBody",
      () => Effect6.succeed(new Uint8Array(0))
    )
  );
};
var drop = (response2) => Stream.runHead(response2.stream).pipe(Effect6.ignore, Effect6.zipRight(Effect6.fail(new TooLarge())));
var Collected = class {
  chunks = [];
  size = 0;
  add(chunk) {
    this.chunks.push(chunk);
    this.size += chunk.length;
  }
  concat() {
    const [first] = this.chunks;
    if (first !== void 0 && this.chunks.length === 1) return first;
    const out = new Uint8Array(this.size);
    let offset = 0;
    for (const chunk of this.chunks) {
      out.set(chunk, offset);
      offset += chunk.length;
    }
    return out;
  }
};

// ../src/internal/exchange.ts
var Broken = class {
  _tag = "Broken";
  reason;
  httpStatus;
  cause;
  constructor(reason2, httpStatus, cause) {
    this.reason = reason2;
    this.httpStatus = httpStatus;
    this.cause = cause;
  }
};
var runtimeOf = (change) => {
  const made = /* @__PURE__ */ new WeakMap();
  return (parent2) => {
    const own3 = parent2.getFiberRefs();
    const known2 = made.get(own3);
    if (known2 !== void 0) return known2;
    const fiberRefs = change(own3, parent2.id());
    const runtime3 = Runtime3.make({
      context: FiberRefs.getOrDefault(fiberRefs, FiberRef.currentContext),
      fiberRefs,
      runtimeFlags: Runtime3.defaultRuntimeFlags
    });
    made.set(own3, runtime3);
    return runtime3;
  };
};
var ExchangeId = /* @__PURE__ */ Symbol.for("effect-lro/Exchange");
var attach = (client, exchange) => Object.assign(client, { [ExchangeId]: exchange });
var of = (client) => {
  const own3 = Predicate3.hasProperty(client, ExchangeId) ? client[ExchangeId] : void 0;
  return typeof own3 === "function" ? own3 : over(client);
};
var withoutRedirects = (context) => Context3.add(context, FetchHttpClient.RequestInit, {
  ...context.unsafeMap.get(FetchHttpClient.RequestInit.key),
  redirect: "manual"
});
var over = (client) => (sent, limits) => {
  const bare = HttpClientRequest.make(sent.verb)(sent.url, { headers: sent.headers });
  const request4 = sent.body === void 0 ? bare : HttpClientRequest.bodyText(bare, sent.body, "application/json");
  let httpStatus;
  const whole = Effect7.flatMap(client.execute(request4), (response2) => {
    const { headers, status } = response2;
    httpStatus = status;
    return Effect7.map(
      readBody(response2, limits.bytes, headers),
      (body) => ({ status, headers, body })
    );
  });
  const broken = (error) => error._tag === "TooLarge" ? new Broken("TooLarge", httpStatus) : new Broken("Transport", error._tag === "ResponseError" ? httpStatus : void 0, error);
  return cutOff(
    Effect7.mapError(whole, broken),
    limits.millis,
    () => new Broken("Timeout", void 0),
    foreign
  );
};
var quiet = runtimeOf(
  (fiberRefs, id) => FiberRefs.updateAs(fiberRefs, {
    fiberId: id,
    fiberRef: FiberRef.unhandledErrorLogLevel,
    value: Option9.none()
  })
);
var foreign = runtimeOf(
  (fiberRefs, id) => FiberRefs.updateManyAs(fiberRefs, {
    forkAs: id,
    entries: [
      [FiberRef.currentContext, [[
        id,
        withoutRedirects(FiberRefs.getOrDefault(fiberRefs, FiberRef.currentContext))
      ]]],
      [HttpClient.currentTracerDisabledWhen, [[id, constTrue]]],
      [HttpClient.currentTracerPropagation, [[id, false]]],
      [FiberRef.unhandledErrorLogLevel, [[id, Option9.none()]]]
    ]
  })
);
var cutOff = (effect2, millis7, onTimeout, runtime3 = quiet) => Effect7.withFiberRuntime((parent2) => {
  const fiber = Runtime3.runFork(runtime3(parent2))(effect2);
  const exit = fiber.unsafePoll();
  if (exit !== null) return exit;
  return Effect7.async((resume) => {
    const cancel = after(parent2, millis7, () => {
      resume(Effect7.fail(onTimeout()));
      fiber.unsafeInterruptAsFork(parent2.id());
    });
    fiber.addObserver((exit2) => {
      cancel();
      resume(exit2);
    });
    return Effect7.suspend(() => {
      cancel();
      return Fiber2.interrupt(fiber);
    });
  });
});

// ../src/internal/nodeTransportExchange.ts
import * as Effect9 from "effect/Effect";

// ../src/internal/nodeTransportEncoding.ts
import * as Effect8 from "effect/Effect";
import * as Zlib from "node:zlib";
var decoders2 = {
  gzip: Zlib.gunzip,
  "x-gzip": Zlib.gunzip,
  deflate: Zlib.inflate,
  br: Zlib.brotliDecompress
};
var encodingOf = (headers) => String(headers["content-encoding"] ?? "").trim().toLowerCase();
var isEncoded = (headers) => headers["content-encoding"] !== void 0 && Object.hasOwn(decoders2, encodingOf(headers));
var Corrupt = class {
  _tag = "Corrupt";
  cause;
  constructor(cause) {
    this.cause = cause;
  }
};
var unpack = (headers, body, limit2) => {
  const decode4 = decoders2[encodingOf(headers)];
  if (decode4 === void 0 || body.length === 0) return Effect8.succeed(body);
  return Effect8.async((resume) => {
    decode4(body, { maxOutputLength: limit2 }, (error, result) => {
      resume(
        error === null ? Effect8.succeed(result) : Effect8.fail(error.code === "ERR_BUFFER_TOO_LARGE" ? new TooLarge() : new Corrupt(error))
      );
    });
  });
};

// ../src/internal/nodeTransportExchange.ts
var Collector = class {
  #resume;
  #limit;
  #chunks = [];
  #cancelTimer;
  #controller;
  #status;
  #headers = {};
  #size = 0;
  #over = false;
  constructor(resume, limits, fiber) {
    this.#resume = resume;
    this.#limit = limits.bytes;
    this.#cancelTimer = after(
      fiber,
      limits.millis,
      () => this.#give(new Broken("Timeout", this.#status))
    );
  }
  /** Ends it without a reply: its socket is closed. */
  stop() {
    if (this.#over) return;
    this.#end();
    this.#controller?.abort(new Error("aborted"));
  }
  #end() {
    this.#over = true;
    this.#cancelTimer?.();
    this.#cancelTimer = void 0;
  }
  #give(broken) {
    if (this.#over) return;
    this.stop();
    this.#resume(Effect9.fail(broken));
  }
  onRequestStart(controller) {
    if (this.#over) controller.abort(new Error("aborted"));
    else this.#controller = controller;
  }
  onResponseStart(_, status, headers) {
    if (status < 200) return;
    this.#status = status;
    this.#headers = headers;
    if (Number(headers["content-length"]) > this.#limit) this.#give(new Broken("TooLarge", status));
  }
  onResponseData(_, chunk) {
    if (this.#over) return;
    this.#size += chunk.length;
    this.#chunks.push(chunk);
    if (this.#size > this.#limit) this.#give(new Broken("TooLarge", this.#status));
  }
  onResponseEnd() {
    if (this.#over) return;
    this.#end();
    const status = this.#status ?? 0;
    const [first = new Uint8Array(0)] = this.#chunks;
    const body = this.#chunks.length < 2 ? first : Buffer.concat(this.#chunks, this.#size);
    const received = { status, headers: this.#headers, body };
    this.#resume(
      isEncoded(this.#headers) ? Effect9.mapBoth(unpack(this.#headers, body, this.#limit), {
        onFailure: (reason2) => reason2._tag === "TooLarge" ? new Broken("TooLarge", status) : new Broken("Transport", status, reason2),
        onSuccess: (body2) => ({ ...received, body: body2 })
      }) : Effect9.succeed(received)
    );
  }
  onResponseError(_, error) {
    if (this.#over) return;
    this.#end();
    this.#resume(Effect9.fail(new Broken("Transport", this.#status, error)));
  }
};
var target = /^(https?:\/\/[^/?#@]+)(\/[^#]*)?$/;
var make11 = (routes) => (sent, limits) => Effect9.withFiberRuntime(
  (fiber) => Effect9.async((resume) => {
    const [, origin2 = "", path = "/"] = target.exec(sent.url) ?? [];
    const collector = new Collector(resume, limits, fiber);
    try {
      routes.to(origin2).dispatch({
        origin: origin2,
        path,
        method: sent.verb,
        headers: sent.body === void 0 ? sent.headers : { ...sent.headers, "content-type": "application/json" },
        body: sent.body ?? null
      }, collector);
    } catch (error) {
      collector.onResponseError(
        void 0,
        error instanceof Error ? error : new Error("cannot be sent")
      );
    }
    return Effect9.sync(() => collector.stop());
  })
);

// ../src/internal/nodeTransportResponse.ts
import * as Cookies from "@effect/platform/Cookies";
import * as Headers3 from "@effect/platform/Headers";
import * as HttpClientError from "@effect/platform/HttpClientError";
import * as HttpClientResponse from "@effect/platform/HttpClientResponse";
import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage";
import * as UrlParams from "@effect/platform/UrlParams";
import * as Chunk from "effect/Chunk";
import * as Effect10 from "effect/Effect";
import * as Inspectable from "effect/Inspectable";
import * as Option10 from "effect/Option";
import * as Stream2 from "effect/Stream";
var highWater = 64 * 1024;
var unpackLimit = 64 * 1024 * 1024;
var Body = class {
  #chunks = [];
  #size = 0;
  #end;
  #wake;
  #controller;
  constructor(controller) {
    this.#controller = controller;
  }
  push(chunk) {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size > highWater) this.#controller.pause();
    this.#wake?.();
  }
  end(error) {
    this.#end ??= { error };
    this.#wake?.();
  }
  /** What has come since; nothing at the end. Fails with what broke the reply. */
  next = Effect10.suspend(
    () => {
      if (this.#chunks.length > 0) {
        const chunks = this.#chunks;
        this.#chunks = [];
        this.#size = 0;
        this.#controller.resume();
        return Effect10.succeed(Chunk.unsafeFromArray(chunks));
      }
      if (this.#end !== void 0) {
        return Effect10.fail(
          this.#end.error === void 0 ? Option10.none() : Option10.some(this.#end.error)
        );
      }
      return Effect10.zipRight(
        Effect10.async((resume) => {
          this.#wake = () => {
            this.#wake = void 0;
            resume(Effect10.void);
          };
          return Effect10.sync(() => {
            this.#wake = void 0;
          });
        }),
        this.next
      );
    }
  );
  abort() {
    this.#controller.abort(new Error("aborted"));
  }
};
var Response2 = class extends Inspectable.Class {
  [HttpIncomingMessage.TypeId] = HttpIncomingMessage.TypeId;
  [HttpClientResponse.TypeId] = HttpClientResponse.TypeId;
  request;
  status;
  headers;
  remoteAddress = Option10.none();
  #raw;
  #body;
  #bytes;
  constructor(request4, status, headers, body) {
    super();
    this.request = request4;
    this.status = status;
    this.headers = Headers3.fromInput(headers);
    this.#raw = headers;
    this.#body = body;
  }
  get cookies() {
    const cookies = this.#raw["set-cookie"];
    return cookies === void 0 ? Cookies.empty : Cookies.fromSetCookie(cookies);
  }
  get stream() {
    return isEncoded(this.#raw) ? Stream2.fromEffect(this.#read) : Stream2.mapError(
      Stream2.repeatEffectChunkOption(this.#body.next),
      (cause) => this.#failed(cause)
    );
  }
  get arrayBuffer() {
    return Effect10.map(this.#read, (bytes2) => new Uint8Array(bytes2).buffer);
  }
  get text() {
    return Effect10.map(this.#read, (bytes2) => new TextDecoder().decode(bytes2));
  }
  get json() {
    return Effect10.flatMap(this.text, (text2) => Effect10.try({
      try: () => text2 === "" ? null : JSON.parse(text2),
      catch: (cause) => this.#failed(cause)
    }));
  }
  get urlParamsBody() {
    return Effect10.map(this.text, (text2) => UrlParams.fromInput(new URLSearchParams(text2)));
  }
  get formData() {
    return Effect10.flatMap(this.arrayBuffer, (body) => Effect10.tryPromise({
      try: () => new globalThis.Response(body, {
        headers: { "content-type": this.headers["content-type"] ?? "" }
      }).formData(),
      catch: (cause) => this.#failed(cause)
    }));
  }
  /** The whole body, read once. */
  get #read() {
    return this.#bytes ??= Effect10.runSync(Effect10.cached(this.#collect));
  }
  get #collect() {
    return Effect10.gen(this, function* () {
      const limit2 = Option10.map(yield* HttpIncomingMessage.MaxBodySize, Number);
      const chunks = [];
      let size2 = 0;
      yield* Stream2.runForEach(
        Stream2.mapError(
          Stream2.repeatEffectChunkOption(this.#body.next),
          (cause) => this.#failed(cause)
        ),
        (chunk) => {
          chunks.push(chunk);
          size2 += chunk.length;
          if (Option10.isNone(limit2) || size2 <= limit2.value) return Effect10.void;
          this.#body.abort();
          return Effect10.fail(this.#failed("maxBytes exceeded"));
        }
      );
      const bytes2 = Buffer.concat(chunks, size2);
      return isEncoded(this.#raw) ? yield* Effect10.mapError(
        unpack(this.#raw, bytes2, Option10.getOrElse(limit2, () => unpackLimit)),
        (cause) => this.#failed(cause)
      ) : bytes2;
    });
  }
  #failed(cause) {
    return new HttpClientError.ResponseError({
      request: this.request,
      response: this,
      reason: "Decode",
      cause
    });
  }
  toJSON() {
    return HttpIncomingMessage.inspect(this, {
      _id: "@effect/platform/HttpClientResponse",
      request: this.request.toJSON(),
      status: this.status
    });
  }
};

// ../src/internal/nodeTransport.ts
var bodyOf = ({ body }) => {
  switch (body._tag) {
    case "Empty":
      return Effect11.succeed(null);
    case "FormData":
      return Effect11.succeed(body.formData);
    case "Stream":
      return Effect11.map(
        Stream3.toAsyncIterableEffect(body.stream),
        (bytes2) => bytes2
      );
    default:
      return Effect11.succeed(body.body);
  }
};
var send = (routes, request4, url, body, signal) => Effect11.async((resume) => {
  let incoming;
  const failed = (cause) => resume(
    Effect11.fail(new HttpClientError2.RequestError({ request: request4, reason: "Transport", cause }))
  );
  const handler = {
    onRequestStart: (controller) => {
      const abort = () => controller.abort(new Error("aborted"));
      if (signal.aborted) abort();
      else signal.addEventListener("abort", abort, { once: true });
    },
    onResponseStart: (controller, status, headers) => {
      if (status < 200) return;
      incoming = new Body(controller);
      resume(Effect11.succeed(new Response2(request4, status, headers, incoming)));
    },
    onResponseData: (_, chunk) => incoming?.push(chunk),
    onResponseEnd: () => incoming?.end(),
    onResponseError: (_, error) => incoming === void 0 ? failed(error) : incoming.end(error)
  };
  try {
    routes.to(url.origin).dispatch({
      origin: url.origin,
      path: url.pathname + url.search,
      method: request4.method,
      headers: request4.headers,
      body
    }, handler);
  } catch (error) {
    failed(error);
  }
});
var make13 = (routes) => attach(
  HttpClient2.make(
    (request4, url, signal) => Effect11.flatMap(bodyOf(request4), (body) => send(routes, request4, url, body, signal))
  ),
  make11(routes)
);

// ../src/internal/nodeTransportRoutes.ts
var isLocal = (hostname) => hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === "169.254.169.254" || hostname === "[fd20:ce::254]" || hostname === "metadata" || hostname === "metadata.google.internal" || hostname.startsWith("metadata.google.internal.");
var portOf = ({ port: port2, protocol }) => port2 || (protocol === "https:" ? "443" : "80");
var isListed = (url, list) => list.split(/[\s,]+/).some((entry) => {
  const [, host = "", port2] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry.toLowerCase()) ?? [];
  if (entry === "*") return true;
  if (host === "" || port2 !== void 0 && port2 !== portOf(url)) return false;
  return url.hostname === host || url.hostname.endsWith(`.${host}`);
});
var proxyOf = (url, proxies2) => isLocal(url.hostname) || isListed(url, proxies2.none) ? void 0 : url.protocol === "https:" ? proxies2.https ?? proxies2.http : proxies2.http;
var make14 = (undici, options, proxies2) => {
  const connect = {
    timeout: options.connectMillis,
    allowH2: options.http2,
    ...options.ca === void 0 ? void 0 : { ca: typeof options.ca === "string" ? options.ca : [...options.ca] }
  };
  const shared = {
    connections: options.connections,
    keepAliveTimeout: options.keepAliveMillis,
    keepAliveMaxTimeout: options.keepAliveMillis,
    allowH2: options.http2,
    // The attempt's own limit rules.
    headersTimeout: 0,
    bodyTimeout: 0
  };
  const made = /* @__PURE__ */ new Map();
  const byOrigin = /* @__PURE__ */ new Map();
  const through = (proxy) => {
    const known2 = made.get(proxy);
    if (known2 !== void 0) return known2;
    const dispatcher = proxy === void 0 ? new undici.Agent({ ...shared, connect }) : new undici.ProxyAgent({ ...shared, uri: proxy, requestTls: connect, proxyTls: connect });
    made.set(proxy, dispatcher);
    return dispatcher;
  };
  return {
    to: (origin2) => {
      const known2 = byOrigin.get(origin2);
      if (known2 !== void 0) return known2;
      const dispatcher = through(proxyOf(new URL(origin2), proxies2));
      byOrigin.set(origin2, dispatcher);
      return dispatcher;
    },
    destroy: () => Promise.all([...made.values()].map((dispatcher) => dispatcher.destroy()))
  };
};

// ../src/NodeTransport.ts
var checked = (options) => Effect12.gen(function* () {
  const invalid3 = (setting, problem2) => Effect12.fail(new InvalidSettings({ setting, problem: problem2 }));
  const millis7 = (setting, input) => {
    const value4 = Duration6.toMillis(input);
    return value4 > 0 && value4 < 2 ** 31 ? Effect12.succeed(value4) : invalid3(setting, "is not between zero and 24 days");
  };
  const connections2 = options.connections ?? 64;
  if (!Number.isInteger(connections2) || connections2 < 1) {
    return yield* invalid3("connections", "is not a whole number from 1");
  }
  return {
    connections: connections2,
    keepAliveMillis: yield* millis7("keepAlive", options.keepAlive ?? "11 minutes"),
    connectMillis: yield* millis7("connectTimeout", options.connectTimeout ?? "10 seconds"),
    http2: options.http2 ?? false,
    ca: options.ca
  };
});
var variable = (name2) => {
  const read2 = (name3) => Config.nonEmptyString(name3);
  return Config.orElse(read2(name2), () => read2(name2.toLowerCase())).pipe(
    Effect12.withConfigProvider(ConfigProvider.fromEnv()),
    Effect12.option,
    Effect12.map(Option11.getOrUndefined)
  );
};
var proxies = (options) => Effect12.gen(function* () {
  const given2 = options.proxy;
  const http2 = given2 ?? (yield* variable("HTTP_PROXY"));
  const https = given2 ?? (yield* variable("HTTPS_PROXY"));
  for (const proxy of [http2, https]) {
    if (proxy === void 0 || proxy === "none") continue;
    if (!URL.canParse(proxy) || !/^https?:$/.test(new URL(proxy).protocol)) {
      return yield* new InvalidSettings({
        setting: "proxy",
        problem: "is not an http or https URL"
      });
    }
  }
  const none15 = options.noProxy ?? (yield* variable("NO_PROXY")) ?? "";
  return given2 === "none" ? { http: void 0, https: void 0, none: none15 } : { http: http2, https, none: none15 };
});
var make15 = (options = {}) => makeWith(options, () => import("undici"));
var makeWith = (options, load2) => Effect12.gen(function* () {
  const connections2 = yield* checked(options);
  const through = yield* proxies(options);
  const undici = yield* Effect12.tryPromise({
    try: load2,
    catch: () => new InvalidSettings({ setting: "undici", problem: "cannot be loaded: npm i undici@7" })
  });
  const routes = yield* Effect12.acquireRelease(
    Effect12.sync(() => make14(undici, connections2, through)),
    (routes2) => Effect12.promise(() => routes2.destroy())
  );
  return make13(routes);
});
var layer = (options) => Layer2.scoped(HttpClient3.HttpClient, make15(options));

// ../src/services/networkconnectivity/v1.ts
import * as Schema12 from "effect/Schema";

// ../src/Operations.ts
import * as HttpClient5 from "@effect/platform/HttpClient";
import * as Config3 from "effect/Config";
import * as Context7 from "effect/Context";
import * as Effect28 from "effect/Effect";
import * as Layer3 from "effect/Layer";

// ../src/internal/client.ts
import * as Chunk3 from "effect/Chunk";
import * as Duration13 from "effect/Duration";
import * as Effect27 from "effect/Effect";
import * as Option22 from "effect/Option";
import * as Stream5 from "effect/Stream";

// ../src/internal/envelope.ts
var isRecord = (u) => typeof u === "object" && u !== null && !Array.isArray(u);
var parseOperation = (json) => {
  if (!isRecord(json)) return "the reply is not an object";
  const name2 = json["name"] ?? "";
  const done = json["done"] ?? false;
  const { error, metadata, response: response2 } = json;
  if (typeof name2 !== "string") return "`name` is not a string";
  if (typeof done !== "boolean") return "`done` is not a boolean";
  if (error !== void 0 && error !== null && !isRecord(error)) return "`error` is not an object";
  if (name2 === "" && !("done" in json) && metadata === void 0) {
    return "the object has no field of an operation";
  }
  return {
    name: name2,
    done,
    ...metadata === void 0 ? void 0 : { metadata },
    ...error === void 0 || error === null ? void 0 : { error },
    ...response2 === void 0 ? void 0 : { response: response2 }
  };
};
var parsePage = (json) => {
  if (!isRecord(json)) return "the reply is not an object";
  const items = json["operations"] ?? [];
  const token = json["nextPageToken"] ?? "";
  const unreachable = json["unreachable"] ?? [];
  if (!Array.isArray(items)) return "`operations` is not an array";
  if (typeof token !== "string") return "`nextPageToken` is not a string";
  if (!Array.isArray(unreachable) || !unreachable.every((item) => typeof item === "string")) {
    return "`unreachable` is not an array of strings";
  }
  const operations = [];
  for (let i = 0; i < items.length; i++) {
    const parsed = parseOperation(items[i]);
    if (typeof parsed === "string") return `\`operations[${i}]\`: ${parsed}`;
    operations.push(parsed);
  }
  return { operations, nextPageToken: token, unreachable };
};

// ../src/internal/http.ts
import * as Headers4 from "@effect/platform/Headers";
import * as Clock4 from "effect/Clock";
import * as DateTime4 from "effect/DateTime";
import * as Duration9 from "effect/Duration";
import * as Effect14 from "effect/Effect";
import * as Option14 from "effect/Option";
import * as Random from "effect/Random";

// ../src/internal/errorBody.ts
import * as Duration7 from "effect/Duration";
import * as Option12 from "effect/Option";
var isRecord2 = (u) => typeof u === "object" && u !== null && !Array.isArray(u);
var errorObject = (json) => {
  const body = Array.isArray(json) ? json[0] : json;
  if (!isRecord2(body)) return void 0;
  const { error } = body;
  if (isRecord2(error)) return error;
  if (typeof error === "string") {
    const description = body["error_description"];
    return { message: typeof description === "string" ? `${error}: ${description}` : error };
  }
  return typeof body["message"] === "string" && ("code" in body || "status" in body) ? body : void 0;
};
var v1Details = (error) => {
  const first = Array.isArray(error["errors"]) ? error["errors"][0] : void 0;
  if (!isRecord2(first) || typeof first["reason"] !== "string") return [];
  return [{
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    reason: first["reason"],
    domain: typeof first["domain"] === "string" ? first["domain"] : ""
  }];
};
var parse3 = (json, text2, httpStatus) => {
  const error = errorObject(json);
  const named = error?.["status"];
  const fromBody = typeof named === "string" && isCode(named) && named !== "OK" ? named : void 0;
  const fromStatus = fromHttpStatus(httpStatus);
  const code = fromBody ?? (fromStatus === "OK" ? "UNKNOWN" : fromStatus);
  const details = error?.["details"];
  const known2 = Array.isArray(details) && details.length > 0 ? details : v1Details(error ?? {});
  return {
    code,
    codeFrom: error === void 0 ? "httpStatus" : "body",
    googleBody: error !== void 0,
    status: fromUnknown({
      code: toNumber(code),
      message: error === void 0 ? excerpt(text2) : error["message"],
      details: known2.map((detail2) => isShallow(detail2, 100) ? detail2 : tooDeep)
    })
  };
};
var tooDeep = "nested too deeply";
var isShallow = (u, levels) => typeof u !== "object" || u === null || levels > 0 && Object.values(u).every((item) => isShallow(item, levels - 1));
var excerpt = (text2) => text2.slice(0, 4096).replace(/<(style|script|title)[^]*?<\/\1>/gi, " ").replace(/<[^>]*>/g, " ").replace(/\s+/g, " ").trim().slice(0, 200);
var retryAfter = (status, header, now3) => {
  const info = Option12.match(retryDelay(status), {
    onNone: () => 0,
    onSome: Duration7.toMillis
  });
  const hint = Math.max(info, header === void 0 ? 0 : retryAfterHeader(header.trim(), now3));
  return hint > 0 ? Math.min(hint, Number.MAX_SAFE_INTEGER) : void 0;
};
var httpDate = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?, [\w -]+ [\d:]+ GMT$/;
var retryAfterHeader = (header, now3) => {
  if (/^\d+(\.\d+)?$/.test(header)) return Number(header) * 1e3;
  if (!httpDate.test(header)) return 0;
  const at2 = Date.parse(header);
  return Number.isNaN(at2) ? 0 : Math.max(0, at2 - now3);
};

// ../src/internal/settings.ts
import * as Config2 from "effect/Config";
import * as Duration8 from "effect/Duration";
import * as Effect13 from "effect/Effect";
import * as Option13 from "effect/Option";

// ../src/internal/version.ts
var version = "0.1.0";
var node = globalThis.process?.versions?.node;
var isBrowser = "document" in globalThis || "WorkerNavigator" in globalThis;
var xGoogApiClient = `${node === void 0 ? "gl-web/unknown" : `gl-node/${node}`} gccl/${version} rest/effect-platform`;
var userAgent = isBrowser ? void 0 : `effect-lro/${version}`;

// ../src/internal/settings.ts
var defaultRetry = {
  attempts: 3,
  initial: 500,
  multiplier: 2,
  cap: 1e4,
  maxHint: 6e4
};
var mergeRetry = (base, options) => {
  if (options === void 0) return base;
  if (options === "none") return { ...base, attempts: 1 };
  return {
    attempts: options.attempts ?? base.attempts,
    initial: options.initial === void 0 ? base.initial : Duration8.toMillis(options.initial),
    multiplier: options.multiplier ?? base.multiplier,
    cap: options.cap === void 0 ? base.cap : Duration8.toMillis(options.cap),
    maxHint: options.maxHint === void 0 ? base.maxHint : Duration8.toMillis(options.maxHint)
  };
};
var cloudPlatform = "https://www.googleapis.com/auth/cloud-platform";
var defaultScopes = (published) => {
  const [first] = published;
  return [first === void 0 || published.includes(cloudPlatform) ? cloudPlatform : first];
};
var reservedHeaders = [
  "authorization",
  "x-goog-api-key",
  "x-goog-user-project",
  "x-goog-api-client",
  "user-agent",
  "x-goog-request-params"
];
var headersProblem = (headers) => {
  for (const [name2, value4] of Object.entries(headers)) {
    if (reservedHeaders.includes(name2.toLowerCase())) {
      return `names the reserved header ${name2.toLowerCase()}`;
    }
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name2)) {
      return "has a header name that HTTP does not allow";
    }
    if (!isHeaderValue(value4)) return `has a value for ${name2} that HTTP does not allow`;
  }
  return void 0;
};
var isHeaderValue = (value4) => /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value4);
var isLoopback = (hostname) => hostname === "localhost" || hostname.endsWith(".localhost") || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
var parseEndpoint = (text2, credentials2) => {
  if (!URL.canParse(text2)) return { problem: "is not a URL" };
  const url = new URL(text2);
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return { problem: "is neither https nor http" };
  }
  if (url.username !== "" || url.password !== "") return { problem: "has user-info" };
  if (url.search !== "" || url.hash !== "") return { problem: "has a query or a fragment" };
  if (url.protocol === "http:" && credentials2.kind !== "none" && !isLoopback(url.hostname)) {
    return {
      problem: "is plain http to another machine: credentials are only sent over https or to loopback"
    };
  }
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, hostname: url.hostname };
};
var isWithin = (hostname, domain) => hostname === domain || hostname.endsWith(`.${domain}`);
var foreignProblem = "is outside the universe domain: set `allowForeignEndpoint` to call it";
var isPathTemplate = (text2) => /^\/(?:[^{}?#]|\{\w+(?:\.\w+)*(?:=[^{}?#]+)?\})*$/.test(text2) && !/\*\*(?!\})/.test(text2);
var positive = (setting, input) => {
  const duration2 = Duration8.decode(input);
  return Duration8.greaterThan(duration2, 0) ? Effect13.succeed(duration2) : Effect13.fail(new InvalidSettings({ setting, problem: "is not longer than zero" }));
};
var retryProblem = (retry) => {
  if (!Number.isInteger(retry.attempts) || retry.attempts < 1) {
    return "has `attempts` that are not a whole number from 1";
  }
  return retry.multiplier >= 1 ? void 0 : "has a `multiplier` below 1";
};
var variable2 = (name2) => Config2.option(Config2.nonEmptyString(name2)).pipe(
  Effect13.map(Option13.getOrUndefined),
  Effect13.catchTag("ConfigError", () => Effect13.succeed(void 0))
);
var resolve = (binding3, options, client, credentials2) => Effect13.gen(function* () {
  const invalid3 = (setting, problem3) => Effect13.fail(new InvalidSettings({ setting, problem: problem3 }));
  const universeDomain = options.universeDomain ?? (yield* variable2("GOOGLE_CLOUD_UNIVERSE_DOMAIN")) ?? "googleapis.com";
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(universeDomain)) {
    return yield* invalid3("universeDomain", "is not a domain name");
  }
  const templates = Object.values(binding3.methods).flatMap((rule) => rule?.templates ?? []);
  const template = templates.find((text2) => !isPathTemplate(text2));
  if (template !== void 0) {
    return yield* invalid3("binding", `has \`${template}\`, which is no path template`);
  }
  const host = binding3.host ?? `https://${binding3.service}`;
  const own3 = parseEndpoint(
    host.replace(/\.googleapis\.com(?=$|[:/])/, `.${universeDomain}`),
    credentials2
  );
  if ("problem" in own3) return yield* invalid3("host", own3.problem);
  const checkForeign = (endpoint2) => {
    const parsed = parseEndpoint(endpoint2, credentials2);
    if ("problem" in parsed) return parsed.problem;
    return options.allowForeignEndpoint === true || isWithin(parsed.hostname, "googleapis.com") || isWithin(parsed.hostname, universeDomain) ? void 0 : foreignProblem;
  };
  const { endpoint } = options;
  let resolveEndpoint = () => Effect13.succeed(own3.url);
  let fixed2 = own3.url;
  if (typeof endpoint === "string") {
    const parsed = parseEndpoint(endpoint, credentials2);
    if ("problem" in parsed) return yield* invalid3("endpoint", parsed.problem);
    const problem3 = options.fromConfig === true ? checkForeign(endpoint) : void 0;
    if (problem3 !== void 0) return yield* invalid3("endpoint", problem3);
    fixed2 = parsed.url;
    resolveEndpoint = () => Effect13.succeed(parsed.url);
  } else if (endpoint !== void 0) {
    resolveEndpoint = (location2) => Effect13.suspend(() => {
      const parsed = parseEndpoint(endpoint(location2), credentials2);
      return "problem" in parsed ? Effect13.fail(parsed.problem) : Effect13.succeed(parsed.url);
    });
  }
  const quotaProject = options.quotaProject ?? (yield* variable2("GOOGLE_CLOUD_QUOTA_PROJECT"));
  if (quotaProject !== void 0 && !isHeaderValue(quotaProject)) {
    return yield* invalid3("quotaProject", "cannot be sent as a header");
  }
  const extra = options.headers ?? {};
  const problem2 = headersProblem(extra);
  if (problem2 !== void 0) return yield* invalid3("headers", problem2);
  if (options.scopes !== void 0 && (options.scopes.length === 0 || options.scopes.includes(""))) {
    return yield* invalid3("scopes", "is empty");
  }
  const maxResponseBytes = options.maxResponseBytes ?? 64 * 1024 * 1024;
  if (!Number.isInteger(maxResponseBytes) || maxResponseBytes < 1) {
    return yield* invalid3("maxResponseBytes", "is not a whole number from 1");
  }
  const retry = mergeRetry(defaultRetry, options.retry);
  const wrongRetry = retryProblem(retry);
  if (wrongRetry !== void 0) return yield* invalid3("retry", wrongRetry);
  const headers = {
    ...lowerCased(extra),
    accept: "application/json",
    "x-goog-api-client": xGoogApiClient,
    ...userAgent === void 0 ? void 0 : { "user-agent": userAgent }
  };
  return {
    binding: binding3,
    id: `${binding3.service}/${binding3.version}`,
    exchange: of(client),
    credentials: credentials2,
    scopes: options.scopes ?? defaultScopes(binding3.scopes),
    universeDomain,
    headers,
    ownHeaders: quotaProject === void 0 ? headers : { ...headers, "x-goog-user-project": quotaProject },
    quotaProject,
    errorFormat: options.errorFormat,
    endpoint: resolveEndpoint,
    checkForeign: (endpoint2) => endpoint2 === fixed2 ? void 0 : checkForeign(endpoint2),
    defaultEndpoint: own3.url,
    timeout: yield* positive("timeout", options.timeout ?? "30 seconds"),
    retry,
    maxResponseBytes,
    polling: options.polling ?? {}
  };
});
var lowerCased = (headers) => Object.fromEntries(Object.entries(headers).map(([name2, value4]) => [name2.toLowerCase(), value4]));

// ../src/internal/transportError.ts
var reasons = [
  [/^(ENOTFOUND|EAI_\w+)$/, "Dns", "no"],
  [/^(ECONNREFUSED)$/, "Refused", "no"],
  [
    /^(ENETUNREACH|EHOSTUNREACH|EADDRNOTAVAIL|ENETDOWN|EHOSTDOWN|UND_ERR_CONNECT_TIMEOUT)$/,
    "Unreachable",
    "no"
  ],
  [
    /^(CERT_\w+|ERR_TLS_\w+|ERR_SSL_\w+|DEPTH_ZERO_\w+|SELF_SIGNED_\w+|UNABLE_TO_\w+|HOSTNAME_MISMATCH|EPROTO)$/,
    "Tls",
    "no"
  ],
  [/^(UND_ERR_PRX_TLS|UND_ERR_PROXY\w*)$/, "Proxy", "no"],
  [
    /^(ECONNRESET|EPIPE|ECONNABORTED|UND_ERR_SOCKET|UND_ERR_CLOSED|UND_ERR_DESTROYED)$/,
    "Reset",
    "maybe"
  ],
  [/^(ETIMEDOUT|UND_ERR_HEADERS_TIMEOUT|UND_ERR_BODY_TIMEOUT|ESOCKETTIMEDOUT)$/, "Timeout", "maybe"]
];
var isRecord3 = (u) => typeof u === "object" && u !== null;
var known = (u, depth2 = 0) => {
  if (!isRecord3(u) || depth2 > 8) return void 0;
  const { code, message } = u;
  if (typeof code === "string") {
    for (const [pattern2, reason2, sent] of reasons) {
      if (pattern2.test(code)) return [reason2, sent];
    }
  }
  if (typeof message === "string" && /proxy (response|tunnel|connect)/i.test(message)) {
    return ["Proxy", "no"];
  }
  const inner = Array.isArray(u["errors"]) ? known(u["errors"][0], depth2 + 1) : void 0;
  return inner ?? known(u["cause"], depth2 + 1);
};
var innermost = (u, depth2 = 0) => {
  if (!isRecord3(u) || depth2 > 8) return void 0;
  const next2 = Array.isArray(u["errors"]) && u["errors"].length > 0 ? u["errors"][0] : u["cause"];
  return innermost(next2, depth2 + 1) ?? (typeof u["message"] === "string" ? u : void 0);
};
var classify = (error, reading) => {
  const found = known(error);
  if (!reading) return found ?? ["Other", "maybe"];
  return [found?.[0] === "Timeout" ? "Timeout" : "Truncated", "maybe"];
};
var sanitise = (error) => {
  const inner = innermost(error);
  const name2 = typeof inner?.["name"] === "string" ? inner["name"].slice(0, 100) : "Error";
  const code = inner?.["code"];
  return typeof code === "string" && /^[A-Z][A-Z0-9_]+$/.test(code) ? new ForeignCause({ name: name2, code, message: code }) : new ForeignCause({ name: name2, message: name2 });
};

// ../src/internal/http.ts
var empty3 = /* @__PURE__ */ Symbol.for("effect-lro/emptyBody");
var invalid2 = (settings, call, argument, problem2) => Effect14.flatMap(
  operationRef(settings, call),
  (operation) => Effect14.fail(new InvalidRequest({ method: call.method, operation, argument, problem: problem2 }))
);
var resolveCall = (settings, call, options) => call.endpoint === void 0 ? Effect14.matchEffect(settings.endpoint(call.location), {
  onFailure: (problem2) => invalid2(settings, call, "endpoint", problem2),
  onSuccess: (base) => resolveAt(settings, call, options, base)
}) : resolveAt(settings, call, options, call.endpoint);
var resolveAt = (settings, call, options, base) => {
  const quotaProject = options.quotaProject ?? settings.quotaProject;
  if (quotaProject !== void 0 && !isHeaderValue(quotaProject)) {
    return invalid2(settings, call, "quotaProject", "cannot be sent as a header");
  }
  const problem2 = options.headers === void 0 ? void 0 : headersProblem(options.headers);
  if (problem2 !== void 0) return invalid2(settings, call, "headers", problem2);
  const timeout2 = options.timeout ?? settings.timeout;
  const timeoutMillis = Duration9.toMillis(timeout2);
  if (!(timeoutMillis > 0)) return invalid2(settings, call, "timeout", "is not longer than zero");
  const retry = mergeRetry(settings.retry, options.retry);
  const wrongRetry = options.retry === void 0 ? void 0 : retryProblem(retry);
  if (wrongRetry !== void 0) return invalid2(settings, call, "retry", wrongRetry);
  const errorFormat = options.errorFormat ?? settings.errorFormat;
  const query = errorFormat === void 0 ? call.query : `${call.query === "" ? "" : `${call.query}&`}$.xgafv=${errorFormat}`;
  const url = `${base}${call.path}`;
  return Effect14.succeed({
    url: query === "" ? url : `${url}?${query}`,
    host: hostOf(base),
    headers: options.headers === void 0 && quotaProject === settings.quotaProject ? settings.ownHeaders : {
      ...settings.headers,
      ...options.headers === void 0 ? void 0 : lowerCased(options.headers),
      accept: "application/json",
      ...quotaProject === void 0 ? void 0 : { "x-goog-user-project": quotaProject }
    },
    timeoutMillis,
    retry,
    renewed: false
  });
};
var hostOf = (base) => {
  if (lastHost.base !== base) lastHost = { base, host: new URL(base).host };
  return lastHost.host;
};
var lastHost = { base: "", host: "" };
var execute = (settings, call, options) => Effect14.flatMap(
  resolveCall(settings, call, options),
  (resolved) => attempt(settings, call, resolved, 1, false)
);
var attempt = (settings, call, resolved, number2, maybeArrived) => Effect14.catchAll(authorised(settings, call, resolved, number2), (error) => {
  if (call.progress !== void 0) {
    Object.assign(call.progress, { sending: false, failure: error });
  }
  if (maybeArrived && isAlreadyDone(call, error)) {
    const { httpStatus } = error;
    return Effect14.succeed({ json: empty3, url: resolved.url, httpStatus, attempts: number2 });
  }
  if (number2 >= resolved.retry.attempts || !mayRepeat(call, error) || call.progress?.stopped === true) {
    return Effect14.fail(error);
  }
  const hint = isRpcError(error) && error.retryAfter !== void 0 ? Duration9.toMillis(error.retryAfter) : 0;
  if (hint > resolved.retry.maxHint) return Effect14.fail(error);
  const arrived = maybeArrived || !(error._tag === "TransportError" && error.sent === "no");
  return backoff(resolved.retry, number2, hint).pipe(
    Effect14.tap(
      (delay) => Effect14.logWarning(
        `${call.method} failed with ${error._tag}, tried again in ${Math.ceil(delay)} ms`
      )
    ),
    Effect14.flatMap((delay) => Effect14.sleep(delay)),
    Effect14.zipRight(Effect14.suspend(() => attempt(settings, call, resolved, number2 + 1, arrived)))
  );
});
var isAlreadyDone = (call, error) => call.repeat === "delete" && error._tag === "NOT_FOUND" || // Of a body of Google's: 408 without one has this code, too.
call.repeat === "cancel" && error._tag === "FAILED_PRECONDITION" && error.codeFrom === "body";
var mayRepeat = (call, error) => {
  if (error._tag === "CredentialsError") return false;
  if (call.repeat === "unsent") {
    return error._tag === "TransportError" && error.sent === "no" && error.reason !== "Tls";
  }
  return isRetryable(error);
};
var backoff = (retry, failures, hint) => Effect14.map(Random.next, (random) => {
  const delay = Math.min(retry.cap, retry.initial * retry.multiplier ** (failures - 1));
  return Math.max(hint, delay * (0.5 + random / 2));
});
var authorised = (settings, call, resolved, number2) => {
  const request4 = { scopes: settings.scopes, host: resolved.host };
  const { credentials: credentials2 } = settings;
  const obtained = (effect2) => Effect14.catchAll(
    cutOff(effect2, resolved.timeoutMillis, () => noCredentials(resolved.timeoutMillis)),
    (error) => credentialsFailed(settings, call, error)
  );
  const headers = Effect14.flatMap(
    credentials2.universeDomain,
    (own3) => Option14.isNone(own3) || own3.value === settings.universeDomain ? credentials2.headers(request4) : wrongUniverse(own3.value, settings.universeDomain)
  );
  return Effect14.flatMap(
    obtained(headers),
    (headers2) => Effect14.catchAll(
      send2(settings, call, resolved, headers2, number2),
      (error) => {
        if (error._tag !== "UNAUTHENTICATED" || error.httpStatus !== 401 || resolved.renewed || call.progress?.stopped === true) {
          return Effect14.fail(error);
        }
        if (call.progress !== void 0) call.progress.sending = false;
        return Effect14.flatMap(
          obtained(credentials2.refresh(request4, headers2)),
          Option14.match({
            onNone: () => Effect14.fail(error),
            onSome: (fresh) => {
              resolved.renewed = true;
              return send2(settings, call, resolved, fresh, number2);
            }
          })
        );
      }
    )
  );
};
var credentialsFailed = (settings, call, error) => Effect14.flatMap(operationRef(settings, call), (operation) => Effect14.fail(
  new CredentialsError({
    method: call.method,
    operation,
    reason: error.reason,
    transient: error.transient,
    description: error.description,
    cause: error.cause
  })
));
var noCredentials = (millis7) => new CredentialsError({
  reason: "Timeout",
  transient: true,
  description: `no credentials within ${Duration9.format(Duration9.millis(millis7))}`
});
var wrongUniverse = (own3, other) => Effect14.fail(
  new CredentialsError({
    reason: "UniverseMismatch",
    transient: false,
    description: `the credentials are of the universe ${own3}, the client is of ${other}`
  })
);
var merged = (settings, own3, resolved) => {
  const known2 = lastMerged.get(settings);
  if (known2 !== void 0 && known2.own === own3 && known2.headers === resolved.headers) {
    return known2.merged;
  }
  if (!Object.values(own3).every(isHeaderValue)) return void 0;
  const merged2 = Headers4.fromInput({ ...own3, ...resolved.headers });
  lastMerged.set(settings, { own: own3, headers: resolved.headers, merged: merged2 });
  return merged2;
};
var lastMerged = /* @__PURE__ */ new WeakMap();
var send2 = (settings, call, resolved, credentialHeaders, number2) => {
  if (call.progress?.stopped === true) return Effect14.interrupt;
  const headers = merged(settings, credentialHeaders, resolved);
  if (headers === void 0) {
    const description = "the credentials gave a header that HTTP does not allow";
    const error = new CredentialsError({ reason: "Invalid", transient: false, description });
    return credentialsFailed(settings, call, error);
  }
  if (call.progress !== void 0) call.progress.sending = true;
  return Effect14.matchEffect(
    settings.exchange(
      {
        verb: call.verb,
        url: resolved.url,
        headers,
        body: call.body
      },
      { millis: resolved.timeoutMillis, bytes: settings.maxResponseBytes }
    ),
    {
      onFailure: (broken) => broken.reason === "TooLarge" ? malformed(
        settings,
        call,
        resolved,
        number2,
        broken.httpStatus ?? 200,
        "TooLarge",
        `more than ${settings.maxResponseBytes} bytes`
      ) : transportFailed(settings, call, resolved, number2, broken),
      onSuccess: (received) => interpret(settings, call, resolved, number2, received, credentialHeaders)
    }
  );
};
var interpret = (settings, call, resolved, number2, received, credentialHeaders) => {
  const { body: bytes2, status } = received;
  const fail24 = (reason2, description) => malformed(settings, call, resolved, number2, status, reason2, description);
  if (status === 0 || status >= 300 && status < 400) {
    return fail24("Redirect", "redirects are never followed");
  }
  if (status >= 200 && status < 300) {
    const reply = { url: resolved.url, httpStatus: status, attempts: number2 };
    if (bytes2.length === 0) return Effect14.succeed({ ...reply, json: empty3 });
    const text3 = decodeUtf8(bytes2);
    const json = text3 === void 0 ? void 0 : parseJson(text3);
    if (json !== void 0) return Effect14.succeed({ ...reply, json: json.value });
    const ignored = call.repeat === "cancel" || call.repeat === "delete";
    return ignored && contentType(received).startsWith("content-type application/json") ? Effect14.succeed({ ...reply, json: empty3 }) : fail24(text3 === void 0 ? "InvalidUtf8" : "NotJson", contentType(received));
  }
  const text2 = withoutSecrets(new TextDecoder().decode(bytes2), credentialHeaders);
  const body = parse3(parseJson(text2)?.value, text2, status);
  if ((status === 404 || status === 405) && !body.googleBody) {
    return fail24(
      "WrongEndpoint",
      "no method of this API is here: check the endpoint and the version"
    );
  }
  return Effect14.flatMap(
    Effect14.zip(operationRef(settings, call), Clock4.currentTimeMillis),
    ([operation, now3]) => {
      const hint = retryAfter(
        body.status,
        received.headers["retry-after"]?.toString(),
        now3
      );
      return Effect14.fail(make3(body.code, {
        method: call.method,
        operation,
        status: body.status,
        httpStatus: status,
        codeFrom: body.codeFrom,
        retryAfter: hint === void 0 ? void 0 : Duration9.millis(hint),
        attempts: number2
      }));
    }
  );
};
var withoutSecrets = (text2, credentialHeaders) => Object.entries(credentialHeaders).flatMap(
  ([name2, value4]) => name2 === "x-goog-user-project" ? [] : value4.split(" ")
).reduce(
  // Whatever is shorter is no token, and may be a word.
  (text3, secret) => secret.length < 16 ? text3 : text3.replaceAll(secret, "<redacted>"),
  text2
);
var contentType = ({ headers }) => `content-type ${String(headers["content-type"] ?? "none").slice(0, 100)}`;
var utf8 = new TextDecoder("utf-8", { fatal: true });
var decodeUtf8 = (bytes2) => {
  try {
    return utf8.decode(bytes2);
  } catch {
    return void 0;
  }
};
var parseJson = (text2) => {
  try {
    return { value: JSON.parse(text2) };
  } catch {
    return void 0;
  }
};
var transportFailed = (settings, call, resolved, number2, broken) => Effect14.flatMap(operationRef(settings, call), (operation) => {
  const timedOut2 = broken.reason === "Timeout";
  const [reason2, sent] = timedOut2 ? ["Timeout", "maybe"] : classify(broken.cause, broken.httpStatus !== void 0);
  const cause = timedOut2 ? new ForeignCause({
    name: "Timeout",
    message: `no whole reply within ${Duration9.format(Duration9.millis(resolved.timeoutMillis))}`
  }) : sanitise(broken.cause);
  return Effect14.fail(
    new TransportError({
      method: call.method,
      operation,
      reason: reason2,
      sent,
      host: resolved.host,
      attempts: number2,
      hint: sent === "maybe" ? call.hint : void 0,
      cause
    })
  );
});
var malformed = (settings, call, resolved, number2, httpStatus, reason2, description) => Effect14.flatMap(operationRef(settings, call), (operation) => Effect14.fail(
  new MalformedResponse({
    method: call.method,
    operation,
    reason: reason2,
    httpStatus,
    url: resolved.url.split("?")[0] ?? "",
    description,
    attempts: number2
  })
));
var decode2 = (settings, call, reply, reason2, parse5) => {
  const isEmpty = reply.json === empty3;
  const parsed = isEmpty ? "the reply has no body" : parse5(reply.json);
  if (typeof parsed !== "string") return Effect14.succeed(parsed);
  const { attempts, httpStatus } = reply;
  return malformed(settings, call, reply, attempts, httpStatus, isEmpty ? "Empty" : reason2, parsed);
};
var operationRef = (settings, call) => call.name === "" ? Effect14.succeed(void 0) : makeRef(settings, { name: call.name, endpoint: call.endpoint, location: call.location });
var makeRef = (settings, call) => Effect14.gen(function* () {
  const base = call.endpoint ?? (yield* Effect14.orElseSucceed(
    settings.endpoint(call.location),
    () => settings.defaultEndpoint
  ));
  return new OperationRef({
    service: settings.binding.service,
    version: settings.binding.version,
    endpoint: base === settings.defaultEndpoint ? void 0 : base,
    name: call.name,
    method: call.method,
    startedAt: yield* DateTime4.now,
    requestId: call.requestId
  });
});

// ../src/internal/nameTemplates.ts
import * as Effect15 from "effect/Effect";

// ../src/internal/resourceName.ts
var maxBytes = 2048;
var forbidden = [
  [/:\/\//, "is a URL, not a resource name"],
  // oxlint-disable-next-line no-control-regex
  [/[\u0000-\u001f\u007f-\u009f]/, "contains a control character"],
  [/\\/, "contains a backslash"],
  [/\?/, "contains `?`"],
  [/#/, "contains `#`"],
  [/%2f/i, "contains an encoded slash"],
  [/^\//, "starts with a slash"],
  [/\/$/, "ends with a slash"],
  [/\/\//, "has an empty segment"]
];
var decodeOnce = (segment) => segment.replace(/%2e/gi, ".");
var problem = (name2) => {
  if (name2 === "") return "is empty";
  for (const [pattern2, text2] of forbidden) {
    if (pattern2.test(name2)) return text2;
  }
  for (const segment of name2.split("/")) {
    const decoded = decodeOnce(segment);
    if (decoded === "." || decoded === "..") return `has the segment \`${decoded}\``;
  }
  if (!isWellFormed(name2)) return "contains a lone surrogate";
  if (name2.length > maxBytes || new TextEncoder().encode(name2).length > maxBytes) {
    return `is longer than ${maxBytes} bytes`;
  }
  return void 0;
};
var isWellFormed = (text2) => !/[\ud800-\udbff](?![\udc00-\udfff])|(?:^|[^\ud800-\udbff])[\udc00-\udfff]/.test(text2);
var unprefixed = (name2) => name2.replace(/^\/+/, "").replace(/^v\d\w*\//, "");
var encodeSegment = (segment) => encodeURIComponent(segment).replace(
  /[!'()*]/g,
  (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`
);

// ../src/internal/pathTemplate.ts
var toCamelCase = (path) => path.replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase());
var escapeRegExp = (text2) => text2.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
var segmentRegExp = (segment) => segment === "*" ? "[^/]+" : segment === "**" ? ".+" : escapeRegExp(segment);
var parse4 = (source) => {
  const literals = [];
  const variables = [];
  let expression = "^";
  let rest = source;
  for (; ; ) {
    const open = rest.indexOf("{");
    const close = rest.indexOf("}");
    if (open < 0 || close < open) break;
    const [field = "", pattern2 = "*"] = rest.slice(open + 1, close).split("=");
    const segments = pattern2.split("/");
    literals.push(rest.slice(0, open));
    variables.push({ field: toCamelCase(field), pattern: pattern2, segments });
    expression += `${escapeRegExp(rest.slice(0, open))}(${segments.map(segmentRegExp).join("/")})`;
    rest = rest.slice(close + 1);
  }
  literals.push(rest);
  return { source, literals, variables, regexp: new RegExp(`${expression}${escapeRegExp(rest)}$`) };
};
var fits = (variable3, value4) => {
  const parts = value4.split("/");
  const { segments } = variable3;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i];
    if (segment === "**") return parts.length > i;
    if (i >= parts.length || segment !== "*" && segment !== parts[i]) return false;
  }
  return parts.length === segments.length;
};
var expand = (template, values) => {
  let path = template.literals[0] ?? "";
  for (let i = 0; i < template.variables.length; i++) {
    path += (values[i] ?? "").split("/").map(encodeSegment).join("/") + (template.literals[i + 1] ?? "");
  }
  return path;
};
var version2 = (template) => /^\/(v\d\w*)(?:\/|$)/.exec(template.source)?.[1];

// ../src/internal/nameTemplates.ts
var rpcs = {
  get: "GetOperation",
  list: "ListOperations",
  cancel: "CancelOperation",
  delete: "DeleteOperation",
  wait: "WaitOperation"
};
var compile = (binding3, name2) => {
  const rule = binding3.methods[name2];
  if (rule === void 0) return void 0;
  const templates = rule.templates.map((template) => ({
    ...parse4(template),
    body: (rule.bodies?.[template] ?? rule.body) === "*" ? "{}" : void 0
  }));
  const isOwn = (template) => version2(template) === binding3.version;
  return {
    method: `google.longrunning.Operations.${rpcs[name2]}`,
    verb: rule.verb,
    filterRequired: rule.filter === "required",
    templates: [...templates.filter(isOwn), ...templates.filter((template) => !isOwn(template))]
  };
};
var takesName = (route) => route.templates.some((template) => template.variables.length > 0);
var pathOf = (route, name2, argument = "name") => {
  const refuse = (text2, hint2) => Effect15.fail(
    new InvalidRequest({
      method: route.method,
      argument,
      problem: text2,
      expected: patterns(route),
      hint: hint2
    })
  );
  if (typeof name2 !== "string") return refuse("is not a string");
  if (isPlain(name2)) {
    const template2 = fitting(route, name2);
    if (template2 !== void 0) {
      return Effect15.succeed(`${template2.literals[0] ?? ""}${name2}${template2.literals[1] ?? ""}`);
    }
  }
  const bare = unprefixed(name2);
  const isMeant = bare !== name2 && problem(bare) === void 0 && fitting(route, bare) !== void 0;
  const hint = isMeant ? bare : void 0;
  const wrong = problem(name2);
  if (wrong !== void 0) return refuse(wrong, hint);
  if (hint !== void 0) return refuse("starts with a version", hint);
  const template = fitting(route, name2);
  return template === void 0 ? refuse("does not fit") : Effect15.succeed(expand(template, [name2]));
};
var bodyOf2 = (route, name2) => fitting(route, name2)?.body;
var isPlain = (name2) => name2.length < 1024 && !/^v\d/.test(name2) && /^[\w~-][\w.~-]*(?:\/[\w~-][\w.~-]*)*$/.test(name2);
var fitting = (route, name2) => route.templates.find((template) => {
  const [variable3] = template.variables;
  return variable3 !== void 0 && fits(variable3, name2);
});
var patterns = (route) => [
  ...new Set(route.templates.flatMap(({ variables }) => variables.map(({ pattern: pattern2 }) => pattern2)))
];
var location = (name2) => /(?:^|\/)locations\/([^/]+)/.exec(name2)?.[1];

// ../src/internal/nextPage.ts
import * as Option15 from "effect/Option";
var nextPage = (request4, page2) => page2.nextPageToken === "" ? Option15.none() : Option15.some({ ...request4, pageToken: page2.nextPageToken });

// ../src/internal/poll.ts
import * as Effect16 from "effect/Effect";
import * as Metric2 from "effect/Metric";

// ../src/internal/metrics.ts
import * as Metric from "effect/Metric";
import * as MetricBoundaries from "effect/MetricBoundaries";
var seconds = MetricBoundaries.exponential({ start: 0.5, factor: 2, count: 18 });
var waitsStarted = Metric.counter("effect_lro_waits_started", {
  description: "Waits that began",
  incremental: true
});
var waitsEnded = Metric.counter("effect_lro_waits_ended", {
  description: "Waits that ended, by outcome",
  incremental: true
});
var liveWaits = Metric.gauge("effect_lro_live_waits", {
  description: "Waits that go on"
});
var polls = Metric.counter("effect_lro_polls", {
  description: "Polls, by the code that they ended with",
  incremental: true
});
var waitSeconds = Metric.histogram(
  "effect_lro_wait_duration_seconds",
  seconds,
  "How long waits took"
);
var pollLatenessSeconds = Metric.histogram(
  "effect_lro_poll_lateness_seconds",
  MetricBoundaries.exponential({ start: 1e-3, factor: 4, count: 12 }),
  "How much later than wanted polls began"
);

// ../src/internal/poll.ts
var shortestHold = 1e3;
var isNotServed = (error) => error._tag === "MalformedResponse" ? error.reason === "WrongEndpoint" : isRpcError(error) && (error._tag === "UNIMPLEMENTED" || error.httpStatus === 405);
var make16 = (get4, wait, timers) => {
  let served = wait !== void 0;
  const ask = ({ endpoint, hold, name: name2 }, { options, until }, now3) => {
    const byGet = get4({ name: name2, endpoint }, options);
    const timeout2 = hold === void 0 ? 0 : Math.min(hold, (until - now3) * 0.9);
    if (wait === void 0 || !served || timeout2 < shortestHold) {
      return { held: false, reply: byGet };
    }
    return {
      held: true,
      reply: Effect16.catchAll(wait({ name: name2, endpoint, timeout: timeout2 }, options), (error) => {
        if (!isNotServed(error)) return Effect16.fail(error);
        served = false;
        return Effect16.zipRight(Effect16.logDebug(`wait is not served: ${error.message}`), byGet);
      })
    };
  };
  return (polled2, wish) => Effect16.gen(function* () {
    const asked = timers.now();
    const { held, reply } = ask(polled2, wish, asked);
    yield* Metric2.update(pollLatenessSeconds, Math.max(0, asked - wish.at) / 1e3);
    const result = yield* Effect16.either(reply);
    const code = result._tag === "Right" ? "OK" : result.left._tag;
    yield* Effect16.annotateCurrentSpan({
      "gcp.longrunning.status_code": code,
      ...result._tag === "Right" ? { "gcp.longrunning.done": result.right.done } : void 0
    });
    yield* Metric2.increment(Metric2.tagged(polls, "code", code));
    const span = yield* Effect16.orElseSucceed(Effect16.currentSpan, () => void 0);
    return { result, asked, answered: timers.now(), held: held && served, span };
  }).pipe(
    Effect16.withSpan("Operations.poll", {
      root: true,
      kind: "client",
      captureStackTrace: false,
      attributes: { "gcp.resource.destination.id": polled2.name }
    })
  );
};

// ../src/internal/pollSource.ts
import * as Deferred from "effect/Deferred";
import * as Effect17 from "effect/Effect";
import * as Exit2 from "effect/Exit";
import * as Fiber3 from "effect/Fiber";
import * as FiberId from "effect/FiberId";
import * as Runtime4 from "effect/Runtime";
var keyOf = ({ endpoint, hold, name: name2, quotaProject }) => `${name2} ${endpoint ?? ""} ${quotaProject ?? ""} ${hold ?? ""}`;
var make17 = (poll, timers, runtime3) => {
  const pollers = /* @__PURE__ */ new Map();
  const fork2 = Runtime4.runFork(runtime3);
  const answer = (member, outcome2) => {
    const { deferred, wake } = member;
    if (wake !== void 0) timers.remove(wake);
    member.wake = void 0;
    member.deferred = void 0;
    if (outcome2 !== void 0) member.wish = void 0;
    if (deferred !== void 0) Deferred.unsafeDone(deferred, Exit2.succeed(outcome2));
  };
  const settle2 = (poller) => {
    if (poller.flight !== void 0) return;
    let first;
    for (const { wish } of poller.members) {
      if (wish !== void 0 && (first === void 0 || wish.at < first.at)) first = wish;
    }
    if (poller.timer !== void 0 && poller.timer.index >= 0 && poller.timer.at === first?.at) {
      return;
    }
    if (poller.timer !== void 0) timers.remove(poller.timer);
    poller.timer = void 0;
    if (poller.members.size === 0) {
      pollers.delete(poller.key);
    } else if (first !== void 0) {
      const wish = first;
      if (wish.at <= timers.now()) fly(poller, wish);
      else poller.timer = timers.add(wish.at, () => fly(poller, wish));
    }
  };
  const fly = (poller, wish) => {
    poller.timer = void 0;
    const flight = Effect17.map(poll(poller.polled, wish), (outcome2) => {
      poller.flight = void 0;
      for (const member of poller.members) {
        if (member.deferred !== void 0) answer(member, outcome2);
        else if (member.wish !== void 0) member.missed = outcome2;
      }
      settle2(poller);
    });
    poller.flight = fork2(flight, { immediate: false });
  };
  const ask = (poller, member, wish) => Effect17.suspend(() => {
    const { missed } = member;
    member.missed = void 0;
    if (missed !== void 0) {
      member.wish = void 0;
      return Effect17.succeed(missed);
    }
    const deferred = Deferred.unsafeMake(FiberId.none);
    member.wish = wish;
    member.deferred = deferred;
    if (wish.wakeAt < Infinity) {
      member.wake = timers.add(wish.wakeAt, () => answer(member, void 0));
    }
    settle2(poller);
    return Deferred.await(deferred);
  });
  const leave = (poller, member) => Effect17.suspend(() => {
    poller.members.delete(member);
    if (member.wake !== void 0) timers.remove(member.wake);
    const { flight } = poller;
    if (flight === void 0 || poller.members.size > 0) {
      settle2(poller);
      return Effect17.void;
    }
    poller.flight = void 0;
    settle2(poller);
    return Fiber3.interrupt(flight);
  });
  return {
    now: () => timers.now(),
    join: (polled2) => Effect17.sync(() => {
      const key = keyOf(polled2);
      const poller = pollers.get(key) ?? { key, polled: polled2, members: /* @__PURE__ */ new Set(), timer: void 0, flight: void 0 };
      pollers.set(key, poller);
      const member = {
        wish: void 0,
        deferred: void 0,
        wake: void 0,
        missed: void 0
      };
      poller.members.add(member);
      return { next: (wish) => ask(poller, member, wish), leave: leave(poller, member) };
    }),
    end: Effect17.suspend(() => {
      const all5 = [...pollers.values()];
      pollers.clear();
      for (const poller of all5) {
        if (poller.timer !== void 0) timers.remove(poller.timer);
        for (const { deferred, wake } of poller.members) {
          if (wake !== void 0) timers.remove(wake);
          if (deferred !== void 0) Deferred.unsafeDone(deferred, Exit2.interrupt(FiberId.none));
        }
      }
      return Effect17.forEach(
        all5,
        ({ flight }) => flight === void 0 ? Effect17.void : Fiber3.interrupt(flight),
        { discard: true }
      );
    })
  };
};

// ../src/internal/recentTokens.ts
var size = 64;
var hash = (text2) => {
  let a = 2166136261;
  let b = 2538058380;
  for (let i = 0; i < text2.length; i++) {
    const unit2 = text2.charCodeAt(i);
    a = Math.imul(a ^ unit2, 16777619);
    b = Math.imul(b + unit2, 1540483477) ^ b >>> 13;
  }
  return (a >>> 0) * 2097152 + (b >>> 0 & 2097151);
};
var RecentTokens = class {
  #hashes = [];
  constructor(first) {
    if (first !== void 0 && first !== "") this.add(first);
  }
  /** Remembers a token, and says whether it is the last one again or an earlier one. */
  add(token) {
    const next2 = hash(token);
    const at2 = this.#hashes.lastIndexOf(next2);
    if (at2 >= 0) return at2 === this.#hashes.length - 1 ? "repeated" : "cycle";
    this.#hashes.push(next2);
    if (this.#hashes.length > size) this.#hashes.shift();
    return void 0;
  }
};

// ../src/internal/span.ts
import * as Context4 from "effect/Context";
import * as DefaultServices2 from "effect/DefaultServices";
import * as Effect18 from "effect/Effect";
import * as Tracer from "effect/Tracer";
var none10 = Context4.get(DefaultServices2.liveServices, Tracer.Tracer);
var ofCall = (call, name2, resource) => Effect18.withFiberRuntime(
  (fiber) => fiber.currentTracer === none10 ? call : Effect18.withSpan(call, name2, {
    kind: "client",
    captureStackTrace: false,
    attributes: { "gcp.resource.destination.id": resource }
  })
);

// ../src/internal/start.ts
import * as Cause2 from "effect/Cause";
import * as Effect20 from "effect/Effect";
import * as Exit3 from "effect/Exit";
import * as Fiber4 from "effect/Fiber";

// ../src/internal/startRequest.ts
import * as DateTime5 from "effect/DateTime";
import * as Effect19 from "effect/Effect";
var isRecord4 = (u) => typeof u === "object" && u !== null && !Array.isArray(u);
var depth = ({ variables }) => variables.reduce((sum2, { segments }) => sum2 + segments.length, 0);
var compiled = /* @__PURE__ */ new WeakMap();
var templatesOf = (method2) => {
  let templates = compiled.get(method2);
  if (templates === void 0) {
    templates = method2.templates.map(parse4).sort((a, b) => depth(b) - depth(a));
    compiled.set(method2, templates);
  }
  return templates;
};
var Problem = class {
  argument;
  text;
  expected;
  hint;
  constructor(argument, text2, expected, hint) {
    this.argument = argument;
    this.text = text2;
    this.expected = expected;
    this.hint = hint;
  }
};
var valueAt = (request4, path) => path.split(".").reduce((value4, key) => isRecord4(value4) ? value4[key] : void 0, request4);
var own = (fields2, name2) => Object.hasOwn(fields2, name2) ? fields2[name2] : void 0;
var build = (method2, request4, newRequestId) => {
  const built = tryBuild(method2, request4, newRequestId);
  return built instanceof Problem ? Effect19.fail(
    new InvalidRequest({
      method: method2.rpc,
      argument: built.argument,
      problem: built.text,
      expected: built.expected,
      hint: built.hint
    })
  ) : Effect19.succeed(built);
};
var tryBuild = (method2, given2, newRequestId) => {
  if (!isRecord4(given2)) return new Problem("request", "is not an object");
  const request4 = { ...given2 };
  const { idempotencyField } = method2;
  if (idempotencyField !== void 0 && (request4[idempotencyField] ?? "") === "") {
    request4[idempotencyField] = newRequestId();
  }
  for (const [name2, value4] of Object.entries(request4)) {
    const field = own(method2.request, name2);
    if (field === void 0) {
      return new Problem(name2, "is not an argument of this method", Object.keys(method2.request));
    }
    if (value4 === void 0 || value4 === null) delete request4[name2];
  }
  for (const [name2, field] of Object.entries(method2.request)) {
    if (field.required === true && request4[name2] === void 0) {
      return new Problem(name2, missing);
    }
  }
  const path = buildPath(method2, request4);
  if (path instanceof Problem) return path;
  const place = placing(method2, path.fields);
  const query = buildQuery(method2, request4, place);
  if (query instanceof Problem) return query;
  const body = buildBody(method2, request4, place);
  if (body instanceof Problem) return body;
  const requestId = idempotencyField === void 0 ? void 0 : request4[idempotencyField];
  return {
    path: path.path,
    query,
    body: body.text,
    location: path.location,
    requestId: typeof requestId === "string" ? requestId : void 0
  };
};
var buildPath = (method2, request4) => {
  const problems = [];
  for (const template of templatesOf(method2)) {
    const values = template.variables.map((variable3) => pathValue(variable3, request4));
    const wrong = values.find((value4) => value4 instanceof Problem);
    if (wrong === void 0) {
      const texts = values.filter((value4) => typeof value4 === "string");
      const location2 = /(?:^|\/)locations\/([^/]+)/.exec(texts.join("/"))?.[1];
      const fields2 = new Set(template.variables.map(({ field }) => field));
      return { path: expand(template, texts), location: location2, fields: fields2 };
    }
    problems.push(wrong);
  }
  const told = problems.find(({ text: text2 }) => text2 !== missing) ?? problems[0];
  if (told === void 0) return new Problem("request", "has no path");
  const alike = problems.filter(({ argument }) => argument === told.argument);
  const expected = new Set(alike.flatMap((problem2) => problem2.expected ?? []));
  const hint = alike.find((problem2) => problem2.hint !== void 0)?.hint;
  return new Problem(told.argument, told.text, [...expected], hint);
};
var missing = "is missing";
var placing = (method2, inPath) => (name2) => {
  const field = own(method2.request, name2);
  if (field?.in !== "path" || inPath.has(name2)) return field?.in;
  return method2.body === "*" ? "body" : "query";
};
var pathValue = (variable3, request4) => {
  const value4 = valueAt(request4, variable3.field);
  const refuse = (text2, hint2) => new Problem(variable3.field, text2, [variable3.pattern], hint2);
  if (value4 === void 0 || value4 === null) return refuse(missing);
  if (typeof value4 !== "string") return refuse("is not a string");
  const bare = unprefixed(value4);
  const isMeant = bare !== value4 && problem(bare) === void 0 && fits(variable3, bare);
  const hint = isMeant ? bare : void 0;
  const wrong = problem(value4);
  if (wrong !== void 0) return refuse(wrong, hint);
  if (hint !== void 0) return refuse("starts with a version", hint);
  return fits(variable3, value4) ? value4 : refuse("does not fit");
};
var buildQuery = (method2, request4, place) => {
  const pairs = [];
  for (const [name2, value4] of Object.entries(request4)) {
    if (place(name2) !== "query") continue;
    if (own(method2.request, name2)?.mask === true) {
      const mask2 = joined(value4);
      if (typeof mask2 !== "string" || mask2 === "") return new Problem(name2, "is no field mask");
      if (!isWellFormed(mask2)) return new Problem(name2, "contains a lone surrogate");
      pairs.push(pair(name2, mask2));
      continue;
    }
    const wrong = addQuery(pairs, name2, value4, 0);
    if (wrong !== void 0) return wrong;
  }
  return pairs.join("&");
};
var isPath = (u) => typeof u === "string" && u !== "";
var joined = (mask2) => Array.isArray(mask2) && mask2.every(isPath) ? mask2.join(",") : mask2;
var pair = (name2, value4) => `${encodeURIComponent(name2)}=${encodeURIComponent(String(value4))}`;
var maxDepth = 100;
var addQuery = (pairs, name2, value4, depth2) => {
  if (value4 === void 0 || value4 === null) return void 0;
  if (typeof value4 === "string" || typeof value4 === "boolean" || typeof value4 === "bigint") {
    if (typeof value4 === "string" && !isWellFormed(value4)) {
      return new Problem(name2, "contains a lone surrogate");
    }
    pairs.push(pair(name2, value4));
    return void 0;
  }
  if (typeof value4 === "number") {
    if (!Number.isFinite(value4)) return new Problem(name2, "is not a finite number");
    pairs.push(pair(name2, value4));
    return void 0;
  }
  if (Array.isArray(value4)) {
    for (const item of value4) {
      if (typeof item === "object" && item !== null) {
        return new Problem(name2, "is a list of messages: no query parameter");
      }
      const wrong = addQuery(pairs, name2, item, depth2);
      if (wrong !== void 0) return wrong;
    }
    return void 0;
  }
  if (!isRecord4(value4)) return new Problem(name2, `is a ${typeof value4}`);
  if (value4 instanceof Date || DateTime5.isDateTime(value4)) {
    return addQuery(pairs, name2, value4.toJSON(), depth2);
  }
  for (const [key, nested] of Object.entries(value4)) {
    if (!isWellFormed(key)) return new Problem(name2, "contains a lone surrogate");
    const path = `${name2}.${key}`;
    const wrong = depth2 === maxDepth ? new Problem(name2.split(".")[0] ?? name2, "is nested too deep") : addQuery(pairs, path, nested, depth2 + 1);
    if (wrong !== void 0) return wrong;
  }
  return void 0;
};
var protoJson = (_, value4) => typeof value4 === "bigint" || typeof value4 === "number" && !Number.isFinite(value4) ? String(value4) : value4;
var buildBody = (method2, request4, place) => {
  if (method2.body === void 0) return { text: void 0 };
  const content = method2.body === "*" ? Object.fromEntries(
    Object.entries(request4).flatMap(
      ([name2, value4]) => place(name2)?.startsWith("body") ? [[name2, own(method2.request, name2)?.mask === true ? joined(value4) : value4]] : []
    )
  ) : request4[method2.body] ?? {};
  if (!isRecord4(content)) return new Problem(method2.body, "is not an object");
  try {
    return { text: JSON.stringify(content, protoJson) };
  } catch {
    return new Problem(method2.body === "*" ? "request" : method2.body, "cannot be written as JSON");
  }
};

// ../src/internal/start.ts
var parseStarted = (json) => {
  const operation = parseOperation(json);
  return typeof operation === "string" || operation.done || operation.name !== "" ? operation : "the operation runs and has no name";
};
var uuid = () => {
  const bytes2 = globalThis.crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(
    bytes2,
    (byte, i) => (i === 6 ? byte & 15 | 64 : i === 8 ? byte & 63 | 128 : byte).toString(16).padStart(2, "0")
  ).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
};
var cancelOnInterrupt = (cancel, ref, options) => {
  if (cancel === void 0) {
    return Effect20.logWarning(`${ref.service} has no cancel: ${ref.name} goes on`);
  }
  if (ref.name === "") return Effect20.void;
  return cancel({ name: ref.name, endpoint: ref.endpoint }, { ...options, retry: "none" }).pipe(
    Effect20.interruptible,
    Effect20.timeout("5 seconds"),
    Effect20.matchEffect({
      onSuccess: () => Effect20.logInfo(`cancelled ${ref.name} after an interruption`),
      onFailure: (error) => Effect20.logWarning(`could not cancel ${ref.name} after an interruption: ${error.message}`)
    })
  );
};
var makeStart = (settings, cancel) => {
  const send3 = (method2, request4, options, progress) => Effect20.gen(function* () {
    const description = method2;
    const built = yield* build(description, request4, uuid);
    const idempotent = built.requestId !== void 0 || options.idempotent === true;
    const call = {
      method: method2.rpc,
      verb: method2.verb,
      path: built.path,
      query: built.query,
      body: built.body,
      name: "",
      location: built.location,
      repeat: idempotent ? "safe" : "unsent",
      progress,
      hint: built.requestId === void 0 ? "the operation may exist: look for it with list, or for the resource, before starting it again" : `the operation may exist: starting it again with request id ${built.requestId} is safe`
    };
    const reply = yield* execute(settings, call, options);
    const operation = yield* decode2(settings, call, reply, "NotAnOperation", parseStarted);
    const ref = yield* makeRef(settings, {
      name: operation.name,
      method: method2.rpc,
      location: built.location,
      requestId: built.requestId
    });
    return { operation, ref, name: operation.name, method: method2 };
  });
  const started2 = (ref, options) => options.onStarted === void 0 || ref.name === "" ? Effect20.void : Effect20.catchAllCause(
    options.onStarted(ref),
    (cause) => Effect20.logWarning(`onStarted of ${ref.name} failed`, cause)
  );
  const abandoned = ({ method: method2, operation, ref }, options) => Effect20.zipRight(
    Effect20.logWarning(`${method2.rpc} started ${ref.name} while its caller was interrupted`),
    options.onInterrupt === "cancel" && !operation.done ? cancelOnInterrupt(cancel, ref, options) : Effect20.void
  );
  const masked = (restore, method2, request4, options) => Effect20.suspend(() => {
    const progress = { sending: false, stopped: false, failure: void 0 };
    const failed = (cause) => Effect20.logWarning(`${method2.rpc} failed while its caller was interrupted`, cause);
    const interrupted = (fiber) => {
      progress.stopped = true;
      if (options.abortStart === true || !progress.sending) {
        return Effect20.zipRight(
          Fiber4.interrupt(fiber),
          progress.failure === void 0 ? Effect20.void : failed(Cause2.fail(progress.failure))
        );
      }
      return Effect20.flatMap(
        Fiber4.await(fiber),
        Exit3.match({
          onFailure: failed,
          onSuccess: (result) => Effect20.zipRight(started2(result.ref, options), abandoned(result, options))
        })
      );
    };
    return Effect20.forkDaemon(Effect20.interruptible(send3(method2, request4, options, progress))).pipe(
      Effect20.flatMap(
        (fiber) => Effect20.onInterrupt(restore(Fiber4.join(fiber)), () => interrupted(fiber))
      ),
      Effect20.tap(
        (result) => Effect20.zipRight(
          started2(result.ref, options),
          Effect20.onInterrupt(restore(Effect20.void), () => abandoned(result, options))
        )
      )
    );
  }).pipe(
    Effect20.withSpan("Operations.start", {
      kind: "client",
      captureStackTrace: false,
      attributes: { "rpc.method": method2.rpc }
    })
  );
  const start2 = (method2, request4, options = {}) => Effect20.uninterruptibleMask((restore) => masked(restore, method2, request4, options));
  const run = (untilDone) => (method2, request4, options) => Effect20.uninterruptibleMask(
    (restore) => Effect20.flatMap(masked(restore, method2, request4, options), (target2) => {
      const wait = restore(untilDone(target2, { ...options, onInterrupt: void 0 }));
      return Effect20.onInterrupt(wait, () => options.onInterrupt === "cancel" ? cancelOnInterrupt(cancel, target2.ref, options) : Effect20.logInfo(`${target2.name} goes on: its caller was interrupted`));
    })
  );
  return { start: start2, run };
};

// ../src/internal/timers.ts
import "effect/Clock";
import * as Effect21 from "effect/Effect";
import * as Fiber5 from "effect/Fiber";
import * as Runtime5 from "effect/Runtime";
var maxTimer2 = 2 ** 31 - 1;
var Timers = class {
  #heap = [];
  #runtime;
  #clock;
  #sleeper;
  constructor(runtime3, clock2) {
    this.#runtime = runtime3;
    this.#clock = clock2;
  }
  /** Monotonic milliseconds. */
  now() {
    return Number(this.#clock.unsafeCurrentTimeNanos() / 1000n) / 1e3;
  }
  /** Runs something at an instant, at once if it has passed. */
  add(at2, run) {
    const timer = { at: at2, run, index: this.#heap.length };
    this.#heap.push(timer);
    this.#up(timer.index);
    this.#arm();
    return timer;
  }
  /** Takes a timer out, unless it has run. */
  remove(timer) {
    if (timer.index < 0) return;
    this.#take(timer.index);
    this.#arm();
  }
  get size() {
    return this.#heap.length;
  }
  #arm() {
    const [next2] = this.#heap;
    if (this.#sleeper !== void 0) {
      if (next2 !== void 0 && this.#sleeper.at <= next2.at) return;
      Runtime5.runFork(this.#runtime)(Fiber5.interruptFork(this.#sleeper.fiber));
      this.#sleeper = void 0;
    }
    if (next2 === void 0) return;
    const { at: at2 } = next2;
    const delay = Math.min(maxTimer2, Math.max(0, at2 - this.now()));
    const sleep4 = Effect21.flatMap(
      delay > 0 ? Effect21.sleep(delay) : Effect21.yieldNow(),
      () => Effect21.sync(() => {
        this.#sleeper = void 0;
        this.#fire();
      })
    );
    this.#sleeper = { at: at2, fiber: Runtime5.runFork(this.#runtime)(sleep4) };
  }
  #fire() {
    const now3 = this.now() + 1e-3;
    for (let next2 = this.#heap[0]; next2 !== void 0 && next2.at <= now3; next2 = this.#heap[0]) {
      this.#take(0);
      next2.run();
    }
    this.#arm();
  }
  #take(index) {
    const timer = this.#heap[index];
    const last = this.#heap.pop();
    if (timer === void 0 || last === void 0) return;
    timer.index = -1;
    if (last === timer) return;
    this.#heap[index] = last;
    last.index = index;
    this.#down(index);
    this.#up(last.index);
  }
  #up(index) {
    for (let i = index; i > 0; ) {
      const parent2 = i - 1 >> 1;
      if (!this.#swapped(parent2, i)) return;
      i = parent2;
    }
  }
  #down(index) {
    for (let i = index; ; ) {
      const left = 2 * i + 1;
      const right = left + 1;
      const first = right < this.#heap.length && this.#before(right, left) ? right : left;
      if (first >= this.#heap.length || !this.#swapped(i, first)) return;
      i = first;
    }
  }
  #before(a, b) {
    return (this.#heap[a]?.at ?? Infinity) < (this.#heap[b]?.at ?? Infinity);
  }
  /** Swaps a parent with a child that is due earlier. */
  #swapped(parent2, child) {
    const a = this.#heap[parent2];
    const b = this.#heap[child];
    if (a === void 0 || b === void 0 || b.at >= a.at) return false;
    this.#heap[parent2] = b;
    this.#heap[child] = a;
    b.index = parent2;
    a.index = child;
    return true;
  }
};

// ../src/internal/wait.ts
import * as Chunk2 from "effect/Chunk";
import * as Effect26 from "effect/Effect";
import * as Exit5 from "effect/Exit";
import * as Stream4 from "effect/Stream";

// ../src/Operation.ts
import * as Effect22 from "effect/Effect";
import * as Either3 from "effect/Either";
import { dual } from "effect/Function";
import * as Option17 from "effect/Option";
import * as Schema11 from "effect/Schema";

// ../src/Any.ts
import * as Option16 from "effect/Option";
import * as ParseResult4 from "effect/ParseResult";
import * as Schema10 from "effect/Schema";
var emptyType = "google.protobuf.Empty";
var wellKnownTypes = /* @__PURE__ */ new Set([
  "google.protobuf.Any",
  "google.protobuf.BoolValue",
  "google.protobuf.BytesValue",
  "google.protobuf.DoubleValue",
  "google.protobuf.Duration",
  emptyType,
  "google.protobuf.FieldMask",
  "google.protobuf.FloatValue",
  "google.protobuf.Int32Value",
  "google.protobuf.Int64Value",
  "google.protobuf.ListValue",
  "google.protobuf.StringValue",
  "google.protobuf.Struct",
  "google.protobuf.Timestamp",
  "google.protobuf.UInt32Value",
  "google.protobuf.UInt64Value",
  "google.protobuf.Value"
]);
var withoutType = (json) => {
  const { "@type": _, ...message } = json;
  return message;
};
var strip = (json) => {
  if (!isObject(json) || !Object.hasOwn(json, "@type")) return json;
  const isNested = wellKnownTypes.has(messageName(json["@type"]) ?? "") && Object.hasOwn(json, "value");
  return isNested ? json["value"] : withoutType(json);
};
var isOf = (schema) => takesAny(schema.ast);
var takesAny = (ast) => {
  switch (ast._tag) {
    case "Declaration":
      return ast.annotations[AnyAnnotationId] === true;
    case "Transformation":
    case "Refinement":
      return takesAny(ast.from);
    case "Union":
      return ast.types.some(takesAny);
    default:
      return false;
  }
};

// ../src/Operation.ts
var asReceived = (raw) => ({ _tag: "Decoded", value: raw });
var metadataWith = (operation, decode4) => operation.metadata === void 0 || operation.metadata === null ? Option17.none() : Option17.some(decode4(operation.metadata));
var stateWith = (operation, decode4) => {
  const common = { name: operation.name, metadata: metadataWith(operation, decode4), operation };
  if (!operation.done) return { _tag: "Running", ...common };
  if (operation.error === void 0 || operation.error === null) {
    return { _tag: "Succeeded", ...common, response: Option17.fromNullable(operation.response) };
  }
  const status = fromUnknown(operation.error);
  const code = fromNumber(status.code);
  if (code === "CANCELLED") return { _tag: "Cancelled", ...common, status };
  return { _tag: "Failed", ...common, status, code: code === "OK" ? "UNKNOWN" : code };
};
var decoderOf = (method2) => method2?.decodeMetadata ?? asReceived;
var match6 = dual(2, (state, cases) => {
  switch (state._tag) {
    case "Running":
      return cases.Running(state);
    case "Succeeded":
      return cases.Succeeded(state);
    case "Failed":
      return cases.Failed(state);
    case "Cancelled":
      return cases.Cancelled(state);
  }
});
var outcome = (final, ref) => {
  switch (final._tag) {
    case "Succeeded":
      return Effect22.succeed(final);
    case "Failed":
      return Effect22.fail(
        new OperationFailed({
          operation: ref,
          code: final.code,
          status: final.status,
          metadata: final.operation.metadata
        })
      );
    case "Cancelled":
      return Effect22.fail(
        new OperationCancelled({
          operation: ref,
          status: final.status,
          metadata: final.operation.metadata
        })
      );
  }
};
var response = (succeeded, ref, schema) => {
  const raw = succeeded.operation;
  if (Option17.isNone(succeeded.response)) {
    return Effect22.fail(new MissingResult({ operation: ref, raw }));
  }
  const json = isOf(schema) ? succeeded.response.value : strip(succeeded.response.value);
  return Effect22.mapError(
    Schema11.decodeUnknown(schema)(json),
    (error) => new ResultDecodeError({ operation: ref, raw, problem: error.message })
  );
};

// ../src/internal/canonical.ts
var canonical = (json) => {
  try {
    return JSON.stringify(
      json,
      (_, value4) => typeof value4 === "object" && value4 !== null && !Array.isArray(value4) ? Object.fromEntries(Object.entries(value4).sort(([a], [b]) => a < b ? -1 : 1)) : value4
    ) ?? "";
  } catch {
    return /* @__PURE__ */ Symbol();
  }
};

// ../src/internal/waiter.ts
import * as Cause3 from "effect/Cause";
import * as Duration12 from "effect/Duration";
import * as Effect25 from "effect/Effect";
import * as Exit4 from "effect/Exit";
import * as Metric3 from "effect/Metric";
import * as Option21 from "effect/Option";
import * as Predicate4 from "effect/Predicate";

// ../src/Polling.ts
import * as Context6 from "effect/Context";
import * as Duration10 from "effect/Duration";
import * as Effect23 from "effect/Effect";
import { dual as dual2 } from "effect/Function";
import * as Option19 from "effect/Option";
import * as Schedule from "effect/Schedule";
import * as ScheduleDecision from "effect/ScheduleDecision";
import * as ScheduleInterval from "effect/ScheduleInterval";

// ../src/internal/startedAt.ts
import * as Context5 from "effect/Context";
import * as Option18 from "effect/Option";
var StartedAt = class extends Context5.Reference()("effect-lro/internal/StartedAt", {
  defaultValue: () => Option18.none()
}) {
};

// ../src/Polling.ts
var CurrentSettings = class extends Context6.Reference()("effect-lro/Polling/CurrentSettings", {
  defaultValue: () => ({})
}) {
};
var withSettings = dual2(
  2,
  (self, settings) => Effect23.flatMap(
    CurrentSettings,
    (outer) => Effect23.provideService(self, CurrentSettings, { ...outer, ...given(settings) })
  )
);
var given = (settings) => Object.fromEntries(Object.entries(settings).filter(([, value4]) => value4 !== void 0));
var proportional = (options) => {
  const share = options.share > 0 ? options.share : 0;
  const floor = Duration10.toMillis(options.floor);
  const cap = Duration10.toMillis(options.cap);
  return Schedule.makeWithState(
    Option19.none(),
    (now3, _, first) => Effect23.map(StartedAt, (startedAt) => {
      const known2 = Option19.getOrElse(first, () => now3);
      const age = now3 - Option19.getOrElse(startedAt, () => known2);
      const delay = Math.min(cap, Math.max(floor, age > 0 ? share * age : 0));
      return [
        Option19.some(known2),
        Duration10.millis(delay),
        ScheduleDecision.continueWith(ScheduleInterval.after(now3 + delay))
      ];
    })
  );
};
var defaultSchedule = proportional({
  share: 0.2,
  floor: "2.5 seconds",
  cap: "30 seconds"
});

// ../src/internal/pacing.ts
import * as Clock6 from "effect/Clock";
import * as Duration11 from "effect/Duration";
import * as Effect24 from "effect/Effect";
import * as Intervals from "effect/ScheduleIntervals";
var maxTimer3 = 2 ** 31 - 1;
var resolve2 = (settings, ambient, options, ref) => {
  const layer5 = settings.polling;
  const pick = (key) => options[key] ?? ambient[key] ?? layer5[key];
  const deadline = pick("deadline");
  const spread = pick("spread") ?? 0.1;
  const longPoll = pick("longPoll") ?? "30 seconds";
  const refuse = (argument, problem2) => Effect24.fail(
    new InvalidRequest({ method: "Operations.untilDone", operation: ref, argument, problem: problem2 })
  );
  if (deadline !== void 0 && Duration11.toMillis(deadline) <= 0) {
    return refuse("deadline", "is not longer than zero");
  }
  if (!(spread >= 0 && spread < 1)) return refuse("spread", "is not between 0 and 1");
  return Effect24.succeed({
    schedule: options.schedule ?? ambient.schedule ?? layer5.schedule ?? defaultSchedule,
    deadline: deadline === void 0 ? void 0 : Duration11.toMillis(deadline),
    maxOutage: Duration11.toMillis(pick("maxOutage") ?? "10 minutes"),
    maxHint: Duration11.toMillis(pick("maxHint") ?? "10 minutes"),
    factor: 1 - spread + 2 * spread * unit(ref.name),
    notFoundGrace: Duration11.toMillis(pick("notFoundGrace") ?? 0),
    longPoll: longPoll === "off" ? void 0 : Duration11.toMillis(longPoll)
  });
};
var unit = (name2) => {
  let hash2 = 2166136261;
  for (let i = 0; i < name2.length; i++) hash2 = Math.imul(hash2 ^ name2.charCodeAt(i), 16777619);
  hash2 = Math.imul(hash2 ^ hash2 >>> 16, 2246822507);
  hash2 = Math.imul(hash2 ^ hash2 >>> 13, 3266489909);
  return ((hash2 ^ hash2 >>> 16) >>> 0) / 2 ** 32;
};
var now2 = Clock6.clockWith(
  (clock2) => Effect24.sync(() => Number(clock2.unsafeCurrentTimeNanos() / 1000n) / 1e3)
);
var delays = ({ factor, schedule }) => {
  let state = schedule.initial;
  return (operation) => Effect24.flatMap(
    Clock6.currentTimeMillis,
    (now3) => Effect24.map(schedule.step(now3, operation, state), ([nextState, , decision]) => {
      state = nextState;
      return decision._tag === "Done" ? void 0 : Math.max(0, Intervals.start(decision.intervals) - now3) * factor;
    })
  );
};
var limit = (begun, deadline) => ({
  deadline: begun + deadline,
  lastPoll: begun + deadline - Math.min(5e3, deadline / 10)
});
var hintOf = (error, { maxHint }) => isRpcError(error) && error.retryAfter !== void 0 ? Math.min(Duration11.toMillis(error.retryAfter), maxHint) : 0;

// ../src/internal/tolerance.ts
import * as Option20 from "effect/Option";
var maxUnexpected = 3;
var throttleReasons = ["rateLimitExceeded", "userRateLimitExceeded", "RATE_LIMIT_EXCEEDED"];
var reason = (error) => Option20.getOrUndefined(Option20.map(detail(error.status, "ErrorInfo"), (info) => info.reason));
var isDailyQuota = (error) => Option20.exists(
  detail(error.status, "QuotaFailure"),
  (failure) => failure.violations.some(
    (violation) => /per[ _-]?day/i.test(
      `${violation.quotaId} ${violation.quotaMetric} ${violation.description}`
    )
  )
);
var judge = (error) => {
  switch (error._tag) {
    case "TransportError":
      return error.reason === "Tls" ? "fatal" : "transient";
    case "CredentialsError":
      return error.transient ? "transient" : "fatal";
    case "MalformedResponse":
      return ["Redirect", "TooLarge", "WrongEndpoint"].includes(error.reason) ? "fatal" : "unexpected";
    case "InvalidRequest":
      return "fatal";
    default:
      return judgeRpc(error);
  }
};
var gatewayStatuses = [408, 502, 503, 504];
var judgeRpc = (error) => {
  if (isDailyQuota(error)) return "fatal";
  if (gatewayStatuses.includes(error.httpStatus)) return "transient";
  switch (error._tag) {
    case "UNAVAILABLE":
    case "RESOURCE_EXHAUSTED":
      return "transient";
    case "PERMISSION_DENIED":
      return throttleReasons.includes(reason(error) ?? "") ? "transient" : "fatal";
    case "INTERNAL":
    case "UNKNOWN":
      return "unexpected";
    default:
      return "fatal";
  }
};
var tolerance = (maxOutage) => {
  let failing = false;
  let unexpected = 0;
  return {
    reset: () => {
      failing = false;
      unexpected = 0;
    },
    admits: ({ begun, ended, error, lastGood }) => {
      const verdict = judge(error);
      const outage = ended - (failing ? lastGood : begun);
      failing = true;
      if (verdict === "fatal" || outage >= maxOutage) return false;
      if (verdict === "unexpected") return ++unexpected <= maxUnexpected;
      unexpected = 0;
      return true;
    }
  };
};

// ../src/internal/waiter.ts
var maxLinks = 128;
var make18 = (settings, source, { fresh, held, known: known2, ref }, options) => Effect25.gen(function* () {
  const pace = yield* resolve2(settings, yield* CurrentSettings, options, ref);
  const begun = source.now();
  const limit2 = pace.deadline === void 0 ? void 0 : limit(begun, pace.deadline);
  const delays2 = delays(pace);
  const tolerate = tolerance(pace.maxOutage);
  const startedAt = Option21.some(ref.startedAt.epochMillis);
  const report = stillWaiting(begun);
  const membership = yield* source.join({
    name: ref.name,
    endpoint: ref.endpoint,
    quotaProject: options.quotaProject ?? settings.quotaProject,
    hold: held && settings.binding.methods.wait !== void 0 ? pace.longPoll : void 0
  });
  let last = known2;
  let lastGood = known2 === void 0 ? void 0 : begun;
  let lastError;
  let seen = known2 !== void 0 && !fresh;
  let count2 = 0;
  let hint = 0;
  let ended = false;
  let warned = false;
  const timedOut2 = (reason2) => Effect25.suspend(
    () => Effect25.fail(
      new WaitTimeout({
        operation: ref,
        reason: reason2,
        last,
        polls: count2,
        elapsed: Duration12.millis(source.now() - begun),
        lastError
      })
    )
  );
  const nextPoll = (previous2) => Effect25.gen(function* () {
    if (ended) return yield* timedOut2("deadline");
    const now3 = source.now();
    const from = previous2?.held === true ? previous2.asked : now3;
    const scheduled = count2 === 0 && !fresh ? 0 : yield* Effect25.provideService(
      delays2(last ?? { name: ref.name, done: false }),
      StartedAt,
      startedAt
    );
    if (scheduled === void 0) return yield* timedOut2("schedule");
    const at2 = Math.max(now3, from + scheduled, now3 + hint);
    if (limit2 === void 0 || at2 < limit2.lastPoll) return at2;
    ended = true;
    if (now3 >= (count2 > 0 ? limit2.lastPoll : limit2.deadline)) return yield* timedOut2("deadline");
    return Math.max(now3, limit2.lastPoll);
  });
  const outcome2 = (at2) => Effect25.gen(function* () {
    const until = limit2?.deadline ?? Infinity;
    for (; ; ) {
      const got = yield* membership.next({
        at: at2,
        wakeAt: Math.min(until, report.at()),
        until,
        options: lastGood === void 0 ? options : { ...options, retry: "none" }
      });
      if (got !== void 0) return got;
      const now3 = source.now();
      if (now3 >= until) return yield* timedOut2("deadline");
      yield* report.log(now3, {
        name: ref.name,
        polls: count2,
        lastCode: lastError?._tag ?? (count2 === 0 ? "none" : "OK"),
        nextPollSeconds: Math.max(0, at2 - now3) / 1e3
      });
    }
  });
  const link = ({ span }) => span === void 0 || count2 > maxLinks ? Effect25.void : Effect25.ignore(
    Effect25.map(
      Effect25.currentSpan,
      (own3) => own3.addLinks([{ _tag: "SpanLink", span, attributes: {} }])
    )
  );
  const judged = (at2, { answered, asked, result }) => Effect25.gen(function* () {
    if (result._tag === "Right") {
      tolerate.reset();
      hint = 0;
      seen = true;
      lastGood = answered;
      last = yield* named(result.right);
      yield* Effect25.logDebug(`${ref.name} ${last.done ? "is done" : "runs"} (poll ${count2})`);
      return last;
    }
    const error = result.left;
    const graced = error._tag === "NOT_FOUND" && fresh && !seen && answered - begun <= pace.notFoundGrace;
    const admitted = graced || lastGood !== void 0 && tolerate.admits({ error, begun: Math.min(at2, asked), ended: answered, lastGood });
    if (!admitted) {
      return yield* seen && error._tag === "NOT_FOUND" ? new NotFound({ ...error, seenBefore: true }) : error;
    }
    lastError = error;
    hint = hintOf(error, pace);
    yield* Effect25.logWarning(
      `poll ${count2} of ${ref.name} failed with ${error._tag}: the wait goes on`
    );
    return void 0;
  });
  const named = (operation) => {
    if (operation.name === ref.name) return Effect25.succeed(operation);
    const kept = { ...operation, name: ref.name };
    if (operation.name === "" || warned) return Effect25.succeed(kept);
    warned = true;
    return Effect25.as(
      Effect25.logWarning(`the server answered ${operation.name} when asked for ${ref.name}`),
      kept
    );
  };
  let previous;
  const next2 = Effect25.gen(function* () {
    for (; ; ) {
      const at2 = yield* nextPoll(previous);
      const got = yield* outcome2(at2);
      previous = got;
      count2++;
      yield* link(got);
      yield* Effect25.annotateCurrentSpan("gcp.longrunning.poll_attempt_count", count2);
      const operation = yield* judged(at2, got);
      if (operation !== void 0) return operation;
    }
  });
  return { next: next2, leave: membership.leave };
});
var minute = 6e4;
var reports = [minute, 5 * minute, 15 * minute, 60 * minute];
var stillWaiting = (begun) => {
  let said = 0;
  const at2 = () => begun + (reports[said] ?? (said - reports.length + 2) * 60 * minute);
  return {
    at: at2,
    log: (now3, annotations) => {
      while (at2() <= now3) said++;
      return Effect25.logInfo("still waiting").pipe(
        Effect25.annotateLogs({
          ...annotations,
          elapsed: Duration12.format(Duration12.millis(Math.round(now3 - begun)))
        })
      );
    }
  };
};
var counted = (wait) => Effect25.suspend(() => {
  const outcomeOf = (tag) => Effect25.zipRight(
    Metric3.incrementBy(liveWaits, -1),
    Metric3.increment(Metric3.tagged(waitsEnded, "outcome", tag))
  );
  return Effect25.flatMap(now2, (begun) => Metric3.increment(waitsStarted).pipe(
    Effect25.zipRight(Metric3.increment(liveWaits)),
    Effect25.zipRight(wait),
    Effect25.onExit(
      (exit) => Effect25.flatMap(now2, (now3) => Effect25.zipRight(
        Metric3.update(waitSeconds, (now3 - begun) / 1e3),
        outcomeOf(outcomeTag(exit))
      ))
    )
  ));
});
var outcomeTag = (exit) => {
  if (Exit4.isInterrupted(exit)) return "interrupted";
  const end = Exit4.isSuccess(exit) ? exit.value : Option21.getOrUndefined(Cause3.failureOption(exit.cause));
  return Predicate4.hasProperty(end, "_tag") ? String(end._tag) : "defect";
};

// ../src/internal/wait.ts
var cannotBeCancelled = (error) => error._tag === "FAILED_PRECONDITION" || isNotServed(error);
var isStarted = (target2) => typeof target2 === "object" && "ref" in target2;
var untilDoneMethod = "Operations.untilDone";
var spanOptions = (target2) => ({
  captureStackTrace: false,
  attributes: { "gcp.resource.destination.id": typeof target2 === "string" ? target2 : target2.name }
});
var codeOf = (state) => state._tag === "Failed" ? state.code : state._tag === "Cancelled" ? "CANCELLED" : "OK";
var makeWait = ({ cancel, checkName, settings, source }) => {
  const subject2 = (target2, options) => Effect26.gen(function* () {
    if (isStarted(target2)) {
      return {
        ref: target2.ref,
        decode: decoderOf(options.method ?? target2.method),
        known: target2.operation,
        fresh: true
      };
    }
    const decode4 = decoderOf(options.method);
    if (target2 instanceof OperationRef) {
      const refuse = (argument, problem3) => new InvalidRequest({ method: untilDoneMethod, operation: target2, argument, problem: problem3 });
      if (target2.service !== settings.binding.service || target2.version !== settings.binding.version) {
        return yield* refuse(
          "target",
          `is an operation of ${target2.service}/${target2.version}, not of ${settings.id}`
        );
      }
      if (options.method !== void 0 && target2.method !== void 0 && target2.method !== options.method.rpc) {
        return yield* refuse(
          "method",
          `is not the method that started the operation: ${target2.method}`
        );
      }
      const problem2 = target2.endpoint === void 0 ? void 0 : settings.checkForeign(target2.endpoint);
      if (problem2 !== void 0) return yield* refuse("target.endpoint", problem2);
      yield* checkName(target2.name);
      return { ref: target2, decode: decode4, known: void 0, fresh: false };
    }
    const known2 = typeof target2 === "string" ? void 0 : target2;
    const name2 = typeof target2 === "string" ? target2 : target2.name;
    if (known2?.done !== true) yield* checkName(name2);
    const ref = yield* makeRef(settings, {
      name: name2,
      location: location(name2),
      method: options.method?.rpc
    });
    return { ref, decode: decode4, known: known2, fresh: false };
  });
  const final = (it, options) => {
    const view = (operation) => stateWith(operation, it.decode);
    const tell = (state) => options.onState?.(state) ?? Effect26.void;
    const { known: known2 } = it;
    const done = (state) => state._tag === "Running" ? Effect26.dieMessage("a done operation cannot run") : Effect26.as(
      Effect26.annotateCurrentSpan({
        "gcp.longrunning.done": true,
        "gcp.longrunning.status_code": codeOf(state)
      }),
      state
    );
    if (known2?.done === true) {
      const state = view(known2);
      return Effect26.zipRight(tell(state), done(state));
    }
    return Effect26.acquireUseRelease(
      make18(settings, source, { ...it, held: true }, options),
      ({ next: next2 }) => Effect26.gen(function* () {
        for (; ; ) {
          const operation = yield* next2;
          const state = view(operation);
          yield* tell(state);
          if (operation.done) return yield* done(state);
        }
      }),
      ({ leave }) => leave
    ).pipe(counted);
  };
  const interruptible2 = (wait, ref, options) => options.onInterrupt === "cancel" ? Effect26.onInterrupt(wait, () => cancelOnInterrupt(cancel, ref, options)) : wait;
  const untilDone = (target2, options = {}) => Effect26.gen(function* () {
    const it = yield* subject2(target2, options);
    const state = yield* interruptible2(final(it, options), it.ref, options);
    const succeeded = yield* outcome(state, it.ref);
    return options.response === void 0 ? succeeded : yield* response(succeeded, it.ref, options.response);
  }).pipe(Effect26.withSpan("Operations.untilDone", spanOptions(target2)));
  const watch = (target2, options = {}) => Stream4.unwrapScoped(Effect26.gen(function* () {
    const it = yield* subject2(target2, options);
    const { known: known2 } = it;
    if (known2?.done === true) return Stream4.succeed(stateWith(known2, it.decode));
    const { next: next2 } = yield* Effect26.acquireRelease(
      make18(settings, source, { ...it, held: false }, options),
      ({ leave }) => leave
    );
    const select = options.changes ?? ((metadata) => metadata);
    let ended = false;
    const polled2 = Stream4.takeUntil(Stream4.repeatEffect(next2), (operation) => operation.done);
    const states = (known2 === void 0 ? polled2 : Stream4.prepend(polled2, Chunk2.of(known2))).pipe(
      Stream4.changesWith(
        (a, b) => a.done === b.done && canonical(select(a.metadata)) === canonical(select(b.metadata))
      ),
      Stream4.map((operation) => {
        ended = operation.done;
        return stateWith(operation, it.decode);
      })
    );
    return options.onInterrupt !== "cancel" ? states : Stream4.ensuringWith(
      states,
      (exit) => Exit5.isInterrupted(exit) && !ended ? cancelOnInterrupt(cancel, it.ref, options) : Effect26.void
    );
  })).pipe(Stream4.withSpan("Operations.watch", spanOptions(target2)));
  const cancelAndWait = (target2, options = {}) => Effect26.gen(function* () {
    const it = yield* subject2(target2, options);
    if (it.known?.done !== true && cancel !== void 0) {
      yield* cancel({ name: it.ref.name, endpoint: it.ref.endpoint }, options).pipe(
        Effect26.catchIf(
          cannotBeCancelled,
          (error) => Effect26.logWarning(`${it.ref.name} cannot be cancelled: ${error.message}`)
        )
      );
    }
    return yield* final({ ...it, fresh: false }, options);
  }).pipe(Effect26.withSpan("Operations.cancelAndWait", spanOptions(target2)));
  return {
    untilDone,
    watch,
    cancelAndWait
  };
};

// ../src/internal/client.ts
var prepare = (client, transform2) => transform2 === void 0 ? client : transform2(client);
var make19 = (settings) => Effect27.gen(function* () {
  const { binding: binding3 } = settings;
  const get4 = compile(binding3, "get");
  const list = compile(binding3, "list");
  const cancel = compile(binding3, "cancel");
  const remove = compile(binding3, "delete");
  const wait = compile(binding3, "wait");
  const sendCancel = cancel === void 0 ? void 0 : makeVoid(settings, cancel, "cancel");
  const start2 = makeStart(settings, sendCancel);
  const methods = { start: start2.start };
  if (get4 !== void 0) {
    const sendGet = makeGet(settings, get4);
    const sendWait = wait === void 0 ? void 0 : makeWaitCall(settings, wait);
    const waits = makeWait({
      settings,
      source: yield* makeSource(sendGet, sendWait),
      cancel: sendCancel,
      checkName: (name2) => pathOf(get4, name2)
    });
    methods.get = traced("Operations.get", sendGet);
    methods.untilDone = waits.untilDone;
    methods.watch = waits.watch;
    methods.run = runOf(start2, waits);
    if (sendCancel !== void 0) methods.cancelAndWait = waits.cancelAndWait;
  }
  if (list !== void 0) Object.assign(methods, makeList(settings, list));
  if (sendCancel !== void 0) methods.cancel = traced("Operations.cancel", sendCancel);
  if (remove !== void 0) {
    methods.delete = traced("Operations.delete", makeVoid(settings, remove, "delete"));
  }
  if (wait !== void 0) methods.wait = traced("Operations.wait", makeWaitCall(settings, wait));
  return methods;
});
var makeSource = (get4, wait) => Effect27.gen(function* () {
  const runtime3 = yield* Effect27.runtime();
  const timers = new Timers(runtime3, yield* Effect27.clock);
  const source = make17(make16(get4, wait, timers), timers, runtime3);
  yield* Effect27.addFinalizer(() => source.end);
  return source;
});
var runOf = (start2, waits) => {
  const run = start2.run(
    (target2, options) => waits.untilDone(target2, options)
  );
  const withDefaults = (method2, request4, options = {}) => run(method2, request4, options);
  return withDefaults;
};
var traced = (span, call) => (request4, options) => ofCall(call(request4, options), span, request4.name);
var nameCall = (route, name2, path, repeat, endpoint) => ({
  method: route.method,
  verb: route.verb,
  path,
  query: "",
  body: bodyOf2(route, name2),
  name: name2,
  location: location(name2),
  endpoint,
  repeat
});
var operationReply = (settings, call, options) => Effect27.flatMap(
  execute(settings, call, options),
  (reply) => decode2(settings, call, reply, "NotAnOperation", parseOperation)
);
var makeGet = (settings, route) => (request4, options = {}) => Effect27.flatMap(pathOf(route, request4.name), (path) => {
  const call = nameCall(route, request4.name, path, "safe", request4.endpoint);
  return operationReply(settings, call, options);
});
var makeVoid = (settings, route, repeat) => (request4, options = {}) => Effect27.flatMap(
  pathOf(route, request4.name),
  (path) => Effect27.asVoid(
    execute(settings, nameCall(route, request4.name, path, repeat, request4.endpoint), options)
  )
);
var makeWaitCall = (settings, route) => (request4, options = {}) => Effect27.gen(function* () {
  const path = yield* pathOf(route, request4.name);
  const wait = request4.timeout === void 0 ? void 0 : Duration13.decode(request4.timeout);
  const body = bodyOf2(route, request4.name);
  const seconds2 = wait === void 0 ? void 0 : `${Duration13.toMillis(wait) / 1e3}s`;
  const call = {
    ...nameCall(route, request4.name, path, "safe", void 0),
    body: body === void 0 ? void 0 : JSON.stringify(seconds2 === void 0 ? {} : { timeout: seconds2 }),
    query: body === void 0 && seconds2 !== void 0 ? `timeout=${seconds2}` : ""
  };
  const own3 = options.timeout ?? settings.timeout;
  const timeout2 = wait === void 0 ? own3 : Duration13.sum(wait, own3);
  return yield* operationReply(settings, call, { ...options, timeout: timeout2 });
});
var maxInt32 = 2 ** 31 - 1;
var listProblem = (route, request4) => {
  const { filter: filter4, name: name2, pageSize, pageToken } = request4;
  if (pageSize !== void 0 && (!Number.isInteger(pageSize) || pageSize < 0)) {
    return ["pageSize", "is not a whole number from 0"];
  }
  if (pageSize !== void 0 && pageSize > maxInt32) return ["pageSize", `is more than ${maxInt32}`];
  const text2 = filterText(request4);
  if (filter4 !== void 0 && typeof text2 !== "string") return ["filter", "is not a string"];
  if (text2?.trim() === "") return ["filter", "is empty"];
  for (const [argument, value4] of Object.entries({ name: name2, filter: text2, pageToken })) {
    if (value4 !== void 0 && !isWellFormed(value4)) return [argument, "contains a lone surrogate"];
  }
  if (typeof filter4 === "object" && filter4.problem !== void 0) return ["filter", filter4.problem];
  if (route.filterRequired && text2 === void 0) return ["filter", "is missing"];
  return void 0;
};
var filterText = ({ filter: filter4 }) => typeof filter4 === "object" ? filter4.filter : filter4;
var listQuery = (request4, withName) => {
  const pairs = [];
  const add2 = (name2, value4) => {
    if (value4 !== void 0 && value4 !== "") {
      pairs.push(`${name2}=${encodeURIComponent(String(value4))}`);
    }
  };
  add2("name", withName ? request4.name : void 0);
  add2("filter", filterText(request4));
  add2("pageSize", request4.pageSize);
  add2("pageToken", request4.pageToken);
  add2("returnPartialSuccess", request4.returnPartialSuccess);
  return pairs.join("&");
};
var makeList = (settings, route) => {
  const named = takesName(route);
  const unnamedPath = route.templates[0]?.literals.join("") ?? "";
  const refuse = (argument, problem2) => Effect27.fail(new InvalidRequest({ method: route.method, argument, problem: problem2 }));
  const fetchPage = (request4, options, number2) => Effect27.gen(function* () {
    const wrong = listProblem(route, request4);
    if (wrong !== void 0) return yield* refuse(...wrong);
    const path = named ? yield* pathOf(route, request4.name ?? "") : unnamedPath;
    const call = {
      ...nameCall(route, "", path, "safe", void 0),
      query: listQuery(request4, !named),
      location: location(request4.name ?? "")
    };
    const page2 = Effect27.flatMap(
      execute(settings, call, options),
      (reply) => decode2(settings, call, reply, "NotAPage", parsePage)
    );
    return yield* Effect27.mapError(page2, (error) => ofPage(error, request4.name, number2));
  }).pipe(
    Effect27.withSpan("Operations.listPage", {
      kind: "client",
      captureStackTrace: false,
      attributes: { "gcp.resource.destination.id": request4.name ?? "" }
    })
  );
  const listPage = (request4, options = {}) => fetchPage(request4, options);
  const listPages = (request4, options = {}) => Stream5.suspend(() => {
    const { maxPages } = options;
    if (maxPages !== void 0 && (!Number.isInteger(maxPages) || maxPages < 1)) {
      return Stream5.fromEffect(refuse("maxPages", "is not a whole number from 1"));
    }
    const tokens = new RecentTokens(request4.pageToken);
    const first = { request: request4, page: 1, problem: void 0 };
    return Stream5.paginateEffect(
      first,
      (at2) => {
        if (at2.problem !== void 0) {
          return Effect27.fail(
            new PageTokenError({
              method: route.method,
              reason: at2.problem,
              page: at2.page - 1,
              parent: request4.name ?? ""
            })
          );
        }
        return Effect27.map(fetchPage(at2.request, options, at2.page), (page2) => {
          const capped = maxPages !== void 0 && at2.page >= maxPages;
          const next2 = Option22.map(nextPage(at2.request, page2), (request5) => ({
            request: request5,
            page: at2.page + 1,
            problem: tokens.add(page2.nextPageToken) ?? (capped ? "pageCap" : void 0)
          }));
          return [page2, next2];
        });
      }
    );
  });
  const list = (request4, options = {}) => Stream5.mapConcatChunk(
    listPages(request4, options),
    (page2) => Chunk3.unsafeFromArray(page2.operations)
  );
  return { listPage, listPages, list };
};
var ofPage = (error, parent2, page2) => error._tag === "InvalidRequest" ? error : new error.constructor({ ...error, parent: parent2, page: page2 });

// ../src/Binding.ts
var binding = (binding3) => binding3;

// ../src/Operations.ts
var Tag3 = () => (key, binding3) => Object.assign(Context7.Tag(key)(), { binding: binding3 });
var makeWith2 = (binding3, options) => Effect28.gen(function* () {
  const credentials2 = yield* Credentials;
  const http2 = prepare(yield* HttpClient5.HttpClient, options.transformClient);
  const settings = yield* resolve(binding3, options, http2, credentials2);
  return yield* make19(settings);
});
var layer2 = (tag, options = {}) => Layer3.scoped(tag, makeWith2(tag.binding, options));

// ../src/services/networkconnectivity/v1.ts
var binding2 = /* @__PURE__ */ binding({
  service: "networkconnectivity.googleapis.com",
  version: "v1",
  scopes: ["https://www.googleapis.com/auth/cloud-platform"],
  methods: {
    get: { verb: "GET", templates: ["/v1/{name=projects/*/locations/*/operations/*}"] },
    list: { verb: "GET", templates: ["/v1/{name=projects/*/locations/*}/operations"] },
    cancel: {
      verb: "POST",
      templates: ["/v1/{name=projects/*/locations/*/operations/*}:cancel"],
      body: "*"
    },
    delete: { verb: "DELETE", templates: ["/v1/{name=projects/*/locations/*/operations/*}"] }
  }
});
var NetworkConnectivity = class extends (/* @__PURE__ */ Tag3()(
  "effect-lro/services/networkconnectivity/v1",
  binding2
)) {
};
var layer3 = (options) => layer2(NetworkConnectivity, options);

// transport/clients.ts
import { GoogleAuth, OAuth2Client } from "google-auth-library";
import * as Undici from "undici";
var concurrency = 64;
var name = "projects/p/locations/global/operations/operation-1";
var workers = (get4) => async (calls2) => {
  let left = calls2;
  const worker = async () => {
    while (left-- > 0) await get4();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
};
var fibers = (runtime3, get4) => {
  return async (calls2) => {
    let left = calls2;
    const worker = Effect29.whileLoop({ while: () => left-- > 0, body: () => get4, step: () => {
    } });
    await runtime3.runPromise(
      Effect29.all(Array.from({ length: concurrency }, () => worker), {
        concurrency: "unbounded",
        discard: true
      })
    );
  };
};
var credentials = layerTokenEffect(
  () => Effect29.map(Clock7.currentTimeMillis, (now3) => ({
    token: Redacted4.make("ya29.token"),
    expiresAt: now3 + 36e5
  }))
);
var tracer = Tracer3.make({
  span: (name2, parent2, context, links, startTime, kind) => {
    const attributes = /* @__PURE__ */ new Map();
    return {
      _tag: "Span",
      name: name2,
      spanId: "0123456789abcdef",
      traceId: "0123456789abcdef0123456789abcdef",
      parent: parent2,
      context,
      status: { _tag: "Started", startTime },
      attributes,
      links,
      sampled: true,
      kind,
      end: () => {
      },
      attribute: (key, value4) => {
        attributes.set(key, value4);
      },
      event: () => {
      },
      addLinks: () => {
      }
    };
  },
  context: (f) => f()
});
var sdk = (origin2, http2, traced2 = false) => ManagedRuntime.make(
  layer3({ endpoint: origin2 }).pipe(
    Layer4.provide(credentials),
    Layer4.provide(http2),
    traced2 ? Layer4.provideMerge(Layer4.setTracer(tracer)) : (layer5) => layer5
  )
);
var gax = async (origin2) => {
  const authClient = new OAuth2Client();
  authClient.setCredentials({ access_token: "ya29.token", expiry_date: 4e12 });
  const client = new CloudBuildClient({
    fallback: true,
    apiEndpoint: "127.0.0.1",
    port: Number(new URL(origin2).port),
    protocol: "http",
    auth: new GoogleAuth({ authClient, projectId: "p" })
  });
  await client.initialize();
  return () => client.operationsClient.getOperation({ name });
};
var make20 = async (origin2) => {
  const url = `${origin2}/v1/${name}`;
  const headers = {
    accept: "application/json",
    authorization: "Bearer ya29.token",
    "user-agent": "effect-lro/0.1.0",
    "x-goog-api-client": `gl-node/${process.versions.node} gccl/0.1.0 rest/effect-platform`
  };
  const agent = new Undici.Agent({ connections: concurrency });
  const undiciGet = async () => {
    const { body } = await Undici.request(url, { dispatcher: agent, headers });
    return JSON.parse(await body.text());
  };
  const fetchGet = async () => JSON.parse(await (await fetch(url, { headers })).text());
  const request4 = HttpClientRequest2.get(url, { headers });
  const platformGet = Effect29.flatMap(
    HttpClient7.HttpClient,
    (client) => Effect29.flatMap(client.execute(request4), (response2) => response2.json)
  );
  const sdkGet = Effect29.flatMap(NetworkConnectivity, (client) => client.get({ name }));
  const build3 = cloudbuild({ version: "v1", rootUrl: `${origin2}/`, auth: void 0 });
  const gaxGet = await gax(origin2);
  const node2 = layer({ connections: concurrency });
  const fetched = FetchHttpClient2.layer;
  return [
    { key: "undici", run: workers(undiciGet) },
    { key: "fetch", run: workers(fetchGet) },
    { key: "effect-lro", run: fibers(sdk(origin2, node2), sdkGet) },
    { key: "effect-lro, traced", run: fibers(sdk(origin2, node2, true), sdkGet) },
    { key: "effect-lro over fetch", run: fibers(sdk(origin2, fetched), sdkGet) },
    { key: "platform fetch", run: fibers(ManagedRuntime.make(fetched), platformGet) },
    {
      key: "platform undici",
      run: fibers(ManagedRuntime.make(NodeHttpClient.layerUndici), platformGet)
    },
    {
      key: "googleapis",
      run: workers(() => build3.operations.get({ name }, { headers }))
    },
    { key: "google-gax", run: workers(gaxGet) }
  ];
};

// transport/lists.ts
import { cloudbuild as cloudbuild2 } from "@googleapis/cloudbuild";
import { Effect as Effect30, Stream as Stream6 } from "effect";
import { performance } from "node:perf_hooks";
import * as Undici2 from "undici";
var parent = "projects/p/locations/global";
var make21 = (origin2) => {
  const runtime3 = sdk(origin2, layer());
  const agent = new Undici2.Agent();
  const build3 = cloudbuild2({ version: "v1", rootUrl: `${origin2}/`, auth: void 0 });
  let peak = 0;
  const watch = () => {
    peak = Math.max(peak, process.memoryUsage().heapUsed);
  };
  const timed = async (run) => {
    globalThis.gc?.();
    const from = process.cpuUsage();
    const count2 = await run();
    const { system, user } = process.cpuUsage(from);
    if (count2 !== 1e5) throw new Error(`${count2} operations`);
    return (system + user) / 1e6;
  };
  const all5 = Effect30.flatMap(
    NetworkConnectivity,
    (client) => Stream6.runFold(client.list({ name: parent, pageSize: 1e3 }), 0, (count2) => {
      if (count2 % 1e3 === 0) watch();
      return count2 + 1;
    })
  );
  const bare = async () => {
    let count2 = 0;
    let token = "";
    do {
      const url = `${origin2}/v1/${parent}/operations?pageSize=1000${token === "" ? "" : `&pageToken=${token}`}`;
      const { body } = await Undici2.request(url, { dispatcher: agent });
      const page2 = JSON.parse(await body.text());
      for (const operation of page2.operations) if (operation !== void 0) count2++;
      token = page2.nextPageToken ?? "";
    } while (token !== "");
    return count2;
  };
  const google = async () => {
    let count2 = 0;
    let pageToken;
    do {
      const { data } = await build3.projects.locations.triggers.list(
        { parent, pageSize: 1e3, ...pageToken === void 0 ? {} : { pageToken } },
        { url: `${origin2}/v1/${parent}/operations` }
      );
      const page2 = data;
      for (const operation of page2.operations ?? []) if (operation !== void 0) count2++;
      pageToken = page2.nextPageToken;
    } while (pageToken !== void 0);
    return count2;
  };
  const wall = async (pages) => {
    const from = performance.now();
    await runtime3.runPromise(
      Effect30.flatMap(
        NetworkConnectivity,
        (client) => client.listPages({ name: "projects/slow/locations/global", pageSize: 1e3 }).pipe(
          Stream6.buffer({ capacity: 1 }),
          Stream6.take(pages),
          Stream6.runForEach(() => Effect30.sleep(20))
        )
      )
    );
    return performance.now() - from;
  };
  return {
    ours: () => timed(() => runtime3.runPromise(all5)),
    bare: () => timed(bare),
    google: () => timed(google),
    /** Bytes of heap above where a list began, with a collection before. */
    heapGrowth: async () => {
      globalThis.gc?.();
      const from = process.memoryUsage().heapUsed;
      peak = from;
      await runtime3.runPromise(all5);
      return peak - from;
    },
    /** Milliseconds for 40 pages: 20 at the server, 20 at the consumer. */
    overlapped: () => wall(40)
  };
};

// transport/measure.ts
var sorted = (values) => [...values].sort((a, b) => a - b);
var median = (values) => {
  const all5 = sorted(values);
  return ((all5[all5.length - 1 >> 1] ?? NaN) + (all5[all5.length >> 1] ?? NaN)) / 2;
};
var outside = (count2) => {
  let term = 0.5 ** count2;
  let sum2 = term;
  let k = 0;
  while (sum2 <= 0.025) {
    k++;
    term *= (count2 - k + 1) / k;
    sum2 += term;
  }
  return k;
};
var ratio = (ours, theirs) => {
  const all5 = sorted(ours.map((value4, i) => value4 / (theirs[i] ?? NaN)));
  const k = Math.max(0, outside(all5.length) - 1);
  return { median: median(all5), from: all5[k] ?? NaN, to: all5[all5.length - 1 - k] ?? NaN };
};
var cpuMicros = async (run) => {
  globalThis.gc?.();
  const from = process.cpuUsage();
  await run();
  const { system, user } = process.cpuUsage(from);
  return system + user;
};
var interleaved = async (rounds2, contestants) => {
  const all5 = new Map(contestants.map(([key]) => [key, []]));
  for (let round = -1; round < rounds2; round++) {
    for (const [key, run] of contestants) {
      const value4 = await run();
      if (round >= 0) all5.get(key)?.push(value4);
    }
  }
  return all5;
};

// transport/memory.ts
import * as HttpClient9 from "@effect/platform/HttpClient";
import * as HttpClientResponse2 from "@effect/platform/HttpClientResponse";
import { Effect as Effect31, Fiber as Fiber6, Layer as Layer5 } from "effect";
var count = 1e4;
var settle = async () => {
  for (let i = 0; i < 4; i++) {
    await new Promise((done) => setTimeout(done, 100));
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
};
var measure = async (make23) => {
  const before = await settle();
  const fibers2 = Array.from({ length: count }, (_, index) => Effect31.runFork(make23(index)));
  await new Promise((done) => setTimeout(done, 3e3));
  const after3 = await settle();
  await Effect31.runPromise(Fiber6.interruptAll(fibers2));
  return (after3 - before) / count;
};
var http = Layer5.succeed(
  HttpClient9.HttpClient,
  HttpClient9.make(
    (request4, url) => Effect31.succeed(HttpClientResponse2.fromWeb(
      request4,
      new Response(`{"name":"${url.pathname.slice(4)}","done":false}`)
    ))
  )
);
var perWait = async () => {
  const sleeping = await measure(() => Effect31.sleep("1 hour"));
  const waiting = await Effect31.runPromise(Effect31.scoped(Effect31.gen(function* () {
    const context = yield* Layer5.build(
      layer3().pipe(Layer5.provide(layerNone), Layer5.provide(http))
    );
    const wait = (index) => Effect31.flatMap(
      NetworkConnectivity,
      (client) => client.untilDone(
        `projects/p/locations/l/operations/o${index}`,
        { initial: "1 hour" }
      )
    ).pipe(
      Effect31.provide(context)
    );
    return yield* Effect31.promise(() => measure(wait));
  })));
  return { sleeping, waiting };
};

// transport/polls.ts
import { Effect as Effect32 } from "effect";
import * as Fs from "node:fs";
import * as Https from "node:https";
import * as Undici3 from "undici";
var read = (name2) => Fs.readFileSync(`${process.cwd()}/../test/fixtures/tls/${name2}.pem`, "utf8");
var connections = async (polls2, pauseMillis) => {
  const ca = read("cert");
  let count2 = 0;
  const server2 = Https.createServer(
    { key: read("key"), cert: ca, keepAliveTimeout: 9e5 },
    (_, response2) => {
      response2.sendDate = false;
      response2.shouldKeepAlive = true;
      const text2 = JSON.stringify({ name, done: false });
      response2.setHeader("connection", "keep-alive");
      response2.writeHead(200, { "content-length": text2.length }).end(text2);
    }
  );
  server2.on("secureConnection", () => count2++);
  const port2 = await new Promise(
    (resolve3) => server2.listen(0, "127.0.0.1", () => {
      const address = server2.address();
      resolve3(address !== null && typeof address === "object" ? address.port : 0);
    })
  );
  const origin2 = `https://localhost:${port2}`;
  const runtime3 = sdk(origin2, layer({ ca }));
  const agent = new Undici3.Agent({ connect: { ca } });
  const run = async (get4) => {
    const from = count2;
    for (let i = 0; i < polls2; i++) {
      await get4();
      await new Promise((done) => setTimeout(done, pauseMillis));
    }
    return count2 - from;
  };
  const ours = await run(
    () => runtime3.runPromise(Effect32.flatMap(NetworkConnectivity, (client) => client.get({ name })))
  );
  const undici = await run(async () => {
    const { body } = await Undici3.request(`${origin2}/v1/${name}`, { dispatcher: agent });
    await body.text();
  });
  server2.close();
  return { ours, undici };
};

// transport/sizes.ts
import * as Esbuild from "esbuild";
import * as Zlib2 from "node:zlib";
var bundle = (contents, external, platform2 = "node") => Esbuild.build({
  stdin: { contents, resolveDir: `${process.cwd().replace(/\/bench$/, "")}/test`, loader: "ts" },
  bundle: true,
  minify: true,
  treeShaking: true,
  write: false,
  metafile: true,
  format: "esm",
  target: "es2022",
  platform: platform2,
  external: [...external],
  logLevel: "silent"
});
var example = `
import * as NetworkConnectivity from "../src/services/networkconnectivity/v1.ts"
import * as Effect from "effect/Effect"
export const program = Effect.gen(function*() {
  const operations = yield* NetworkConnectivity.NetworkConnectivity
  const operation = yield* operations.get({ name: "projects/p/locations/l/operations/o" })
  return yield* operations.untilDone(operation)
})
export const layer = NetworkConnectivity.layer()
`;
var peers = ["effect", "effect/*", "@effect/*", "google-auth-library", "undici", "node:*"];
var own2 = async () => {
  const { metafile, outputFiles } = await bundle(example, peers);
  const text2 = outputFiles[0]?.contents ?? new Uint8Array(0);
  const inputs = Object.values(metafile?.outputs ?? {}).flatMap(
    ({ inputs: inputs2 }) => Object.entries(inputs2).filter(([path]) => path.startsWith("src/") || path.includes("/src/"))
  );
  return {
    modules: Object.keys(metafile?.inputs ?? {}).filter((path) => path.includes("src/")),
    gzip: Zlib2.gzipSync(text2, { level: 9 }).length,
    minified: text2.length,
    largest: inputs.map(([path, { bytesInOutput }]) => [path, bytesInOutput]).sort((a, b) => b[1] - a[1])
  };
};
var unresolved = async () => {
  const { errors: errors2 } = await bundle(`export * from "../src/index.ts"`, [], "browser").catch((failure) => failure);
  return errors2.map(({ text: text2 }) => text2);
};

// transport/main.ts
var rounds = Number(process.env["BENCH_ROUNDS"] ?? 15);
var calls = Number(process.env["BENCH_CALLS"] ?? 3e3);
var root = new URL("../../", import.meta.url);
var started = /* @__PURE__ */ new Date();
var load = Os.loadavg().map((value4) => value4.toFixed(1)).join(", ");
var server = fork(new URL("./server.mjs", import.meta.url), { stdio: "inherit" });
var port = await new Promise(
  (resolve3) => server.once("message", (port2) => resolve3(Number(port2)))
);
var origin = `http://127.0.0.1:${port}`;
var at = () => (/* @__PURE__ */ new Date()).toISOString().slice(11, 19);
var rows = [];
var row = (what, measured, target2, met) => {
  rows.push(
    `| ${what} | ${measured} | ${target2} | ${met === void 0 ? "" : met ? "yes" : "**no**"} | ${at()} |`
  );
  console.log(rows.at(-1));
};
var shown = ({ from, median: median2, to }) => `${median2.toFixed(2)} (${from.toFixed(2)} to ${to.toFixed(2)})`;
var clients = await make20(origin);
var gets = await interleaved(
  rounds,
  clients.map(
    ({ key, run }) => [key, async () => await cpuMicros(() => run(calls)) / calls]
  )
);
var of3 = (key) => gets.get(key) ?? [];
var compare = (what, ours, theirs, limit2) => {
  const found = ratio(of3(ours), of3(theirs));
  row(what, shown(found), `at most ${limit2}`, found.from <= limit2);
};
compare("CPU of a typed `get`, over bare undici", "effect-lro", "undici", 2);
compare("the same with a tracer", "effect-lro, traced", "undici", 2.5);
compare("over bare `fetch`", "effect-lro", "fetch", 0.5);
compare("over googleapis", "effect-lro", "googleapis", 0.3);
compare("over google-gax, REST", "effect-lro", "google-gax", 0.35);
compare(
  "over the stock fetch layer, to that layer's own GET and `json`",
  "effect-lro over fetch",
  "platform fetch",
  1.1
);
var lists = make21(origin);
var listRounds = Math.min(rounds, 15);
var listed = await interleaved(listRounds, [["ours", lists.ours], ["bare", lists.bare], [
  "google",
  lists.google
]]);
var rate = (theirs) => ratio(listed.get(theirs) ?? [], listed.get("ours") ?? []);
row(
  "rate of `list`, 100,000 operations, to bare undici",
  shown(rate("bare")),
  "at least 0.85",
  rate("bare").to >= 0.85
);
row("to googleapis", shown(rate("google")), "at least 1", rate("google").to >= 1);
var page = (await (await fetch(`${origin}/v1/projects/p/locations/global/operations?pageSize=1000`)).arrayBuffer()).byteLength;
var growth = await lists.heapGrowth();
row("peak heap growth of that, in pages", (growth / page).toFixed(1), "below 3", growth / page < 3);
var overlapped = await lists.overlapped();
row(
  "40 pages, 20 ms at the server and 20 ms at the consumer, with a buffer of one page",
  `${overlapped.toFixed(0)} ms`,
  "at most 880 ms",
  overlapped <= 880
);
var polled = await connections(3, 5e3);
row(
  "connections of 3 polls, 5 s apart, over TLS",
  `${polled.ours} (stock undici ${polled.undici})`,
  "1",
  polled.ours === 1
);
var sizes = await own2();
row(
  "modules of our own for a client of one service",
  String(sizes.modules.length),
  "at most 30",
  sizes.modules.length <= 30
);
row(
  "bytes of our own in the get and wait example, minified and gzipped",
  String(sizes.gzip),
  "at most 15000",
  sizes.gzip <= 15e3
);
var unresolved2 = await unresolved();
row(
  "unresolved in a browser bundle of the barrel",
  String(unresolved2.length),
  "0",
  unresolved2.length === 0
);
var memory = await perWait();
var above = memory.waiting - memory.sleeping;
row(
  "bytes per wait above a sleeping fiber, 10,000 waits",
  `${above.toFixed(0)} (a sleeping fiber ${memory.sleeping.toFixed(0)})`,
  "at most 8192",
  above <= 8192
);
var absolute = clients.map(
  ({ key }) => `| ${key} | ${median(of3(key)).toFixed(0)} | ${Math.min(...of3(key)).toFixed(0)} |`
);
var versions = ["undici", "@googleapis/cloudbuild", "@google-cloud/cloudbuild", "google-gax"].map(
  (name2) => {
    const { version: version3 } = JSON.parse(
      Fs2.readFileSync(new URL(`bench/node_modules/${name2}/package.json`, root), "utf8")
    );
    return `${name2} ${version3}`;
  }
);
Fs2.writeFileSync(
  new URL("docs/benchmarks-get.svg", root),
  await svg(bars(
    "CPU of one get, microseconds (median)",
    clients.map(({ key }) => ({ label: key, value: median(of3(key)) }))
  ))
);
Fs2.writeFileSync(
  new URL("docs/benchmarks-ratios.svg", root),
  await svg(bars(
    "CPU of one get, times bare undici (median of paired ratios)",
    clients.map(({ key }) => ({ label: key, value: ratio(of3(key), of3("undici")).median }))
  ))
);
var file = new URL("docs/benchmarks.md", root);
var notes = Fs2.existsSync(file) ? /\n## What the numbers say[\s\S]*$/.exec(Fs2.readFileSync(file, "utf8"))?.[0] ?? "" : "";
Fs2.writeFileSync(
  file,
  `# Benchmarks

Written by \`npm run bench\`; the notes at the end are by hand.

${started.toISOString().slice(0, 16).replace("T", " ")} UTC, Node ${process.versions.node}, ${Os.cpus().length} CPUs (${Os.cpus()[0]?.model.trim()}), ${Os.platform()} ${Os.release()},
load average when it began ${load}; ${versions.join(", ")}. The server is another process on the loopback interface, 64 calls at a time,
${rounds} rounds of ${calls} calls each, in turns; commit ${execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: root, encoding: "utf8" }).trim()}.

A ratio is the median over the rounds of our figure by theirs in the same round, with the 95 % interval of that median. A target is met
when the better end of the interval meets it. CPU is user and system time of the client's process, not of the server's.

## Targets

| what | measured | target | met | at (UTC) |
|---|---|---|---|---|
${rows.join("\n")}

## Absolute figures

CPU microseconds per \`get\` of one operation.

| client | median | least |
|---|---|---|
${absolute.join("\n")}

![CPU per get](benchmarks-get.svg)

![CPU per get, times bare undici](benchmarks-ratios.svg)
${notes}`
);
server.kill();
process.exit(0);
