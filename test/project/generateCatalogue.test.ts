/** The catalogue that the generator writes for a small API in which every kind of field, name and annotation stands. */
import { assert, describe, it } from "@effect/vitest"
import { type Catalogue, fieldOf, messageOf, parse } from "effect-lro/internal/services/catalogue"
import { text as shared } from "effect-lro/internal/services/catalogue/shared"
import { catalogueText } from "../../scripts/generate/catalogue.ts"
import { serviceVersions } from "../../scripts/generate/inventory.ts"
import { serviceModel } from "../../scripts/generate/model.ts"
import { catalogueFile } from "../../scripts/generate/modules.ts"
import type { Source } from "../../scripts/generate/source.ts"
import type { Override } from "../../scripts/overrides.ts"

const config = `
type: google.api.Service
name: bakery.example.com
title: Bakery API
apis:
- { name: example.bakery.v1.Ovens }
http:
  rules:
  - selector: google.longrunning.Operations.GetOperation
    get: '/v1/{name=operations/**}'
  - selector: google.longrunning.Operations.CancelOperation
    post: '/v1/{name=operations/**}:cancel'
authentication:
  rules:
  - selector: google.longrunning.Operations.GetOperation
    oauth: { canonical_scopes: 'https://example.com/bake' }
`

const types = `
syntax = "proto3";
package example.bakery.types;
option (google.api.resource_definition) = { type: "bakery.example.com/Mill" pattern: "mills/{mill}" };
option (google.api.resource_definition) = { type: "bakery.example.com/Field" pattern: "fields/{field}" };
message Weight { int64 grams = 1; }
enum Season { SEASON_UNSPECIFIED = 0; SPRING = 1; }
`

const ovens = `
syntax = "proto3";
package example.bakery.v1;
import "google/protobuf/timestamp.proto";
import "example/bakery/types/weight.proto";

service Ovens {
  rpc Bake(BakeRequest) returns (google.longrunning.Operation) {
    option (google.api.http) = { post: "/v1/{parent=ovens/*}/cakes" body: "cake" };
    option (google.longrunning.operation_info) = { response_type: "Cake" metadata_type: "Cake.Layer.Note" };
  }
  rpc Clean(CleanRequest) returns (google.longrunning.Operation) {
    option (google.api.http) = { post: "/v1/{name=ovens/*}:clean" body: "*" };
    option (google.longrunning.operation_info) = { response_type: "google.protobuf.Empty" metadata_type: "google.protobuf.Struct" };
  }
  rpc Sweep(CleanRequest) returns (google.longrunning.Operation) {
    option (google.api.http) = { post: "/v1/{name=ovens/*}:sweep" body: "*" };
  }
  rpc GetCake(NotReached) returns (NotReached) { option (google.api.http) = { get: "/v1/{name=cakes/*}" }; }
}

message NotReached { string name = 1; }

message BakeRequest {
  string parent = 1 [(google.api.field_behavior) = REQUIRED, (google.api.resource_reference) = { child_type: "bakery.example.com/Cake" }];
  Cake cake = 2 [(google.api.field_behavior) = REQUIRED];
  string request_id = 3;
}

message CleanRequest {
  string name = 1 [(google.api.resource_reference).type = "bakery.example.com/Oven"];
  repeated string request_id = 2;
  google.protobuf.FieldMask update_mask = 3;
}

message Cake {
  option (google.api.resource) = {
    type: "bakery.example.com/Cake"
    pattern: "ovens/{oven}/cakes/{cake}"
    pattern: "shelves/{shelf}/cakes/{cake}"
    plural: "cakes"
  };
  message Layer {
    message Note { string text = 1; repeated Layer layers = 2; }
    enum State { RAW = 0; DONE = 5; EATEN = 6; }
    State state = 1;
    Cake cake = 2;
    map<int32, Note> notes = 3;
    map<string, .example.bakery.types.Season> seasons = 4;
  }
  message Glaze { enum Season { GLAZED = 0; } Season season = 1; }
  string name = 1 [(google.api.field_behavior) = IDENTIFIER, (google.api.field_behavior) = OUTPUT_ONLY];
  string mill = 2 [
    (google.api.field_behavior) = IMMUTABLE,
    (google.api.field_behavior) = INPUT_ONLY,
    (google.api.field_behavior) = OPTIONAL,
    (google.api.resource_reference) = { type: "bakery.example.com/Mill" }
  ];
  repeated Layer layers = 3 [(google.api.field_behavior) = UNORDERED_LIST, (google.api.field_behavior) = NON_EMPTY_DEFAULT];
  oneof topping { string cream = 4; google.protobuf.Duration glaze_time = 5; }
  optional int32 heat_2 = 6;
  optional Glaze glaze = 7;
  example.bakery.types.Weight weight = 8;
  bytes photo = 9 [json_name = "picture"];
  uint64 crumbs = 10;
  google.protobuf.Timestamp create_time = 11;
  google.protobuf.NullValue nothing = 12;
  google.protobuf.Api api = 13;
  Season season = 14;
  Cake Cake = 15;
}

enum Season { option allow_alias = true; ANY = 0; WINTER = 3; COLD = 3; NEVER = -1; }
`

const source: Source = (() => {
  const files: { readonly [file: string]: string } = {
    "example/bakery/types/weight.proto": types,
    "example/bakery/v1/bakery_v1.yaml": config,
    "example/bakery/v1/ovens.proto": ovens
  }
  return {
    files: Object.keys(files),
    has: (file) => file in files,
    read: (file) => files[file] ?? ""
  }
})()

const modelOf = (overrides: ReadonlyArray<Override> = []) => {
  const [version] = serviceVersions(source)
  assert.isDefined(version)
  return serviceModel(source, version, "Bakery", overrides)
}

const text = catalogueText(modelOf().catalogue)

const catalogue = parse(`${shared}\n${text}`)

const field = (message: string, name: string, from: Catalogue = catalogue) =>
  from.messages.get(`example.bakery.v1.${message}`)?.fields.get(name)

const typeOf = (message: string, name: string) => field(message, name)?.type

describe("the text", () => {
  it("has one line for each method, message, field, enum and resource, and nothing that no operation reaches", () => {
    assert.strictEqual(
      text,
      `package example.bakery.types
enum Season SEASON_UNSPECIFIED SPRING
message Weight
 grams int64
package example.bakery.v1
rpc Ovens.Bake BakeRequest Cake Cake.Layer.Note requestId
rpc Ovens.Clean CleanRequest .google.protobuf.Empty .google.protobuf.Struct
rpc Ovens.Sweep CleanRequest .google.protobuf.Any .google.protobuf.Any
message BakeRequest
 parent string :r <bakery.example.com/Cake
 cake Cake :r
 request_id string
message Cake bakery.example.com/Cake
 name string :ko
 mill string :mip >bakery.example.com/Mill
 layers Cake.Layer[] :ld
 cream string |topping
 glaze_time .google.protobuf.Duration |topping
 heat_2 int32 ?
 glaze Cake.Glaze ?
 weight .example.bakery.types.Weight
 photo bytes =picture
 crumbs uint64
 create_time .google.protobuf.Timestamp
 nothing .google.protobuf.NullValue
 api .google.protobuf.Api
 season #Season
 Cake Cake
message Cake.Glaze
 season #Cake.Glaze.Season
enum Cake.Glaze.Season GLAZED
message Cake.Layer
 state #Cake.Layer.State
 cake Cake
 notes Cake.Layer.Note{int32}
 seasons #.example.bakery.types.Season{string}
message Cake.Layer.Note
 text string
 layers Cake.Layer[]
enum Cake.Layer.State RAW DONE=5 EATEN
message CleanRequest
 name string >bakery.example.com/Oven
 request_id string[]
 update_mask .google.protobuf.FieldMask
enum Season ANY WINTER=3 COLD=3 NEVER=-1
package google.longrunning
rpc Operations.GetOperation GetOperationRequest Operation
rpc Operations.CancelOperation CancelOperationRequest .google.protobuf.Empty
resource bakery.example.com/Cake ovens/{oven}/cakes/{cake} shelves/{shelf}/cakes/{cake}
resource bakery.example.com/Mill mills/{mill}`
    )
  })

  it("is a template that is marked as generated", () => {
    const file = catalogueFile(modelOf(), "c0ffee")
    assert.isTrue(file.startsWith("// Generated by scripts/generate.ts from googleapis c0ffee."))
    assert.include(file, `export const text: string = \`\n${text}\n\`\n`)
  })

  it("follows the corrections of the overrides", () => {
    const override = (field: string, required: boolean): Override => ({
      kind: "required",
      service: "bakery.example.com/v1",
      source: "test",
      rpc: "example.bakery.v1.Ovens.Bake",
      field,
      required
    })
    const corrected = parse(
      catalogueText(modelOf([override("cake", false), override("requestId", true)]).catalogue)
    )
    assert.deepStrictEqual(field("BakeRequest", "cake", corrected)?.behaviors, [])
    assert.deepStrictEqual(field("BakeRequest", "requestId", corrected)?.behaviors, ["REQUIRED"])
    assert.deepStrictEqual(field("BakeRequest", "parent", corrected)?.behaviors, ["REQUIRED"])
  })
})

describe("a name means", () => {
  it("what the innermost scope around it has, never what a message inside has", () => {
    assert.deepStrictEqual(typeOf("Cake", "season"), {
      kind: "enum",
      name: "example.bakery.v1.Season"
    })
    assert.deepStrictEqual(typeOf("Cake.Glaze", "season"), {
      kind: "enum",
      name: "example.bakery.v1.Cake.Glaze.Season"
    })
  })

  it("the type, where a field is called the same", () => {
    assert.deepStrictEqual(typeOf("Cake", "Cake"), {
      kind: "message",
      name: "example.bakery.v1.Cake"
    })
  })
})

describe("read again", () => {
  it("methods have their messages, and the field that makes repeating safe if it is one string", () => {
    assert.deepStrictEqual(Array.from(catalogue.methods.values()), [
      {
        rpc: "example.bakery.v1.Ovens.Bake",
        request: "example.bakery.v1.BakeRequest",
        response: "example.bakery.v1.Cake",
        metadata: "example.bakery.v1.Cake.Layer.Note",
        requestId: "requestId"
      },
      {
        rpc: "example.bakery.v1.Ovens.Clean",
        request: "example.bakery.v1.CleanRequest",
        response: "google.protobuf.Empty",
        metadata: "google.protobuf.Struct",
        requestId: undefined
      },
      {
        rpc: "example.bakery.v1.Ovens.Sweep",
        request: "example.bakery.v1.CleanRequest",
        response: "google.protobuf.Any",
        metadata: "google.protobuf.Any",
        requestId: undefined
      },
      {
        rpc: "google.longrunning.Operations.GetOperation",
        request: "google.longrunning.GetOperationRequest",
        response: "google.longrunning.Operation",
        metadata: undefined,
        requestId: undefined
      },
      {
        rpc: "google.longrunning.Operations.CancelOperation",
        request: "google.longrunning.CancelOperationRequest",
        response: "google.protobuf.Empty",
        metadata: undefined,
        requestId: undefined
      }
    ])
  })

  it("a field has all that was said of it", () => {
    assert.deepStrictEqual(field("Cake", "mill"), {
      name: "mill",
      jsonName: "mill",
      type: { kind: "scalar", name: "string" },
      shape: "one",
      key: undefined,
      behaviors: ["IMMUTABLE", "INPUT_ONLY", "OPTIONAL"],
      hasPresence: false,
      oneOf: undefined,
      reference: "bakery.example.com/Mill",
      childReference: undefined
    })
    assert.strictEqual(field("BakeRequest", "parent")?.childReference, "bakery.example.com/Cake")
    assert.deepStrictEqual(field("Cake", "layers")?.behaviors, [
      "UNORDERED_LIST",
      "NON_EMPTY_DEFAULT"
    ])
    assert.strictEqual(field("Cake", "picture")?.name, "photo")
    assert.deepInclude(field("Cake.Layer", "notes"), { shape: "map", key: "int32" })
    assert.deepInclude(field("Cake.Layer", "seasons"), {
      shape: "map",
      key: "string",
      type: { kind: "enum", name: "example.bakery.types.Season" }
    })
    assert.deepInclude(field("Cake", "glazeTime"), {
      oneOf: "topping",
      type: { kind: "wellKnown", name: "google.protobuf.Duration" }
    })
  })

  it("presence is that of messages, oneofs and optional fields, not of lists, maps and enums", () => {
    const fields = Array.from(
      catalogue.messages.get("example.bakery.v1.Cake")?.fields.values() ?? []
    )
    assert.deepStrictEqual(
      fields.filter(({ hasPresence }) => hasPresence).map(({ jsonName }) => jsonName),
      "cream glazeTime heat2 glaze weight createTime api Cake".split(" ")
    )
  })

  it("a field is found by either name, and its message from there", () => {
    const cake = catalogue.messages.get("example.bakery.v1.Cake")
    assert.isDefined(cake)
    const glazeTime = fieldOf(cake, "glaze_time")
    assert.strictEqual(fieldOf(cake, "glazeTime"), glazeTime)
    assert.isUndefined(fieldOf(cake, "glaze-time"))
    assert.isDefined(glazeTime)
    assert.isUndefined(messageOf(catalogue, glazeTime))
    const weight = fieldOf(cake, "weight")
    assert.isDefined(weight)
    assert.strictEqual(messageOf(catalogue, weight)?.name, "example.bakery.types.Weight")
  })

  it("messages of google.protobuf without a form of their own in JSON have fields", () => {
    assert.deepStrictEqual(typeOf("Cake", "api"), { kind: "message", name: "google.protobuf.Api" })
    assert.deepStrictEqual(
      Array.from(catalogue.messages.get("google.protobuf.Mixin")?.fields.keys() ?? []),
      ["name", "root"]
    )
    assert.isUndefined(catalogue.messages.get("google.protobuf.Duration"))
  })

  it("enums have their numbers, aliases and negative ones too", () => {
    const values = (name: string) =>
      Object.fromEntries(catalogue.enums.get(`example.bakery.v1.${name}`)?.values ?? [])
    assert.deepStrictEqual(values("Season"), { ANY: 0, WINTER: 3, COLD: 3, NEVER: -1 })
    assert.deepStrictEqual(values("Cake.Layer.State"), { RAW: 0, DONE: 5, EATEN: 6 })
  })

  it("resources have their patterns, those too that a proto defines apart", () => {
    assert.deepStrictEqual(
      catalogue.messages.get("example.bakery.v1.Cake")?.resource,
      "bakery.example.com/Cake"
    )
    assert.deepStrictEqual(Object.fromEntries(catalogue.resources), {
      "bakery.example.com/Cake": ["ovens/{oven}/cakes/{cake}", "shelves/{shelf}/cakes/{cake}"],
      "bakery.example.com/Mill": ["mills/{mill}"]
    })
  })
})
