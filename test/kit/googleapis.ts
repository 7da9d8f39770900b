/** A small googleapis: one service version. */
import type { Source } from "../../scripts/generate/source.ts"

/** The service config of an API that has a bit of everything. */
export const config = `
type: google.api.Service
name: bakery.example.com
title: Bakery API
documentation:
  overview: 'A text that goes on
without indentation.'
apis:
- { name: example.bakery.v1.Ovens }
- { name: example.bakery.v1.Mixers }
http:
  rules:
  - selector: google.longrunning.Operations.GetOperation
    get: '/v1/{name=projects/*/operations/*}'
    additional_bindings:
    - get: '/v1/{name=organizations/*/operations/*}'
    - get: '/ui/{name=organizations/*/operations/*}'
  - selector: google.longrunning.Operations.CancelOperation
    post: '/v1/{name=projects/*/operations/*}:cancel'
    body: '*'
  - selector: google.longrunning.Operations.WaitOperation
    post: '/v1/{name=projects/*/operations/*}:wait'
  - selector: example.bakery.v1.Mixers.Import
    post: '/v1/mixers:import'
    body: '*'
authentication:
  rules:
  - selector: '*'
    oauth:
      canonical_scopes: https://example.com/all
  - selector: 'google.longrunning.Operations.*'
    oauth:
      canonical_scopes: |-
        https://example.com/bake,
        https://example.com/eat
  - selector: google.longrunning.Operations.GetOperation
    oauth:
      canonical_scopes: https://example.com/eat
`

const types = `
syntax = "proto3";
package example.bakery.types;
message Weight { int64 grams = 1; }
`

/** Its protos. */
export const service = `
syntax = "proto3";
package example.bakery.v1;
import "google/protobuf/timestamp.proto";
import "google/rpc/status.proto";
import "example/bakery/types/weight.proto";

service Ovens {
  rpc BakeCake(BakeCakeRequest) returns (google.longrunning.Operation) {
    option (google.api.http) = {
      post: "/v1/{oven.rack.rack_name=projects/*/ovens/*/racks/*}:bake" body: "*"
      additional_bindings { post: "/v1/{oven.rack.rack_name=organizations/*/racks/*}:bake" body: "*" }
      additional_bindings { get: "/v1/bake" }
    };
    option (google.longrunning.operation_info) = { response_type: "Cake" metadata_type: "BakeMetadata" };
  }
  rpc Clean(CleanRequest) returns (google.longrunning.Operation) {
    option (google.api.http) = { patch: "/v1/{name=projects/*/ovens/*}" body: "cake" };
    option (google.longrunning.operation_info) = { response_type: "google.protobuf.Empty" metadata_type: "google.protobuf.Struct" };
  }
  rpc Heat(HeatRequest) returns (google.longrunning.Operation) {
    option (google.api.http) = {
      post: "/v1/projects/{project_id}/ovens/{oven_id}:heat" body: "*"
      additional_bindings { post: "/v1/{name=projects/*/locations/*/ovens/*}:heat" body: "*" }
    };
    option (google.longrunning.operation_info) = { response_type: "Cake" metadata_type: "BakeMetadata" };
  }
  rpc Cool(CoolRequest) returns (google.longrunning.Operation) {
    option (google.api.http) = {
      post: "/v1/{name=projects/*/ovens/*}:cool" body: "*"
      additional_bindings { post: "/v1/ovens:cool" body: "*" }
    };
    option (google.longrunning.operation_info) = { response_type: "Cake" metadata_type: "BakeMetadata" };
  }
  rpc GetCake(CleanRequest) returns (Cake) { option (google.api.http) = { get: "/v1/{name=cakes/*}" }; }
}

service Mixers {
  rpc Clean(CleanRequest) returns (google.longrunning.Operation) {
    option (google.api.http) = { delete: "/v1/{name=projects/*/mixers/*}" };
    option (google.longrunning.operation_info) = { response_type: "example.bakery.v1.Cake" metadata_type: ".example.bakery.v1.BakeMetadata.Step" };
  }
  rpc Import(Cake) returns (google.longrunning.Operation);
  rpc Grease(Cake) returns (google.longrunning.Operation);
}

message BakeCakeRequest {
  Oven oven = 1;
  string cake_id = 2 [(google.api.field_behavior) = REQUIRED];
  repeated Cake cakes = 3;
  Flavour flavour = 4;
}

message CleanRequest {
  string name = 1;
  Cake cake = 2 [(google.api.field_behavior) = REQUIRED];
  google.protobuf.FieldMask update_mask = 3;
  string request_id = 4;
  int64 strength = 5 [deprecated = true];
}

message HeatRequest {
  string project_id = 1 [(google.api.field_behavior) = REQUIRED];
  string oven_id = 2 [(google.api.field_behavior) = REQUIRED];
  string name = 3;
  int32 degrees = 4 [(google.api.field_behavior) = REQUIRED];
}

message CoolRequest { string name = 1 [(google.api.field_behavior) = REQUIRED]; }

message Oven { Rack rack = 1; bytes photo = 2; }
message Rack { string rack_name = 1; }

enum Flavour { FLAVOUR_UNSPECIFIED = 0; LEMON = 1; CHOCOLATE = 5; }

message Cake {
  string name = 1 [(google.api.field_behavior) = OUTPUT_ONLY, (google.api.field_behavior) = IMMUTABLE];
  Flavour flavour = 2;
  map<string, Flavour> layers = 3;
  oneof topping { string cream = 4; google.protobuf.Duration glaze_time = 5; }
  example.bakery.types.Weight weight = 6;
}

message BakeMetadata {
  message Step {
    string title = 1 [json_name = "label"];
    repeated Step steps = 2;
    map<string, Step> by_name = 3;
    BakeMetadata whole = 4;
  }
  google.protobuf.Timestamp create_time = 1;
  Flavour flavour = 2;
  repeated Flavour flavours = 3;
  map<int32, int64> grams_by_layer = 4;
  oneof outcome { google.rpc.Status error = 5; int64 cakes = 6; }
  optional int32 heat_2 = 7;
  Step step = 8;
  example.bakery.types.Weight weight = 9;
  google.protobuf.StringValue note = 10;
  google.protobuf.Any details = 11;
  uint64 crumbs = 12;
  bytes photo = 13;
  Cake Cake = 14;
}
`

export const file = "example/bakery/v1/bakery_v1.yaml"

export const files: { readonly [file: string]: string } = {
  [file]: config,
  "example/bakery/v1/bakery.proto": service,
  "example/bakery/types/weight.proto": types
}

/** The files as a checkout. */
export const sourceOf = (files: { readonly [file: string]: string }): Source => ({
  files: Object.keys(files),
  has: (file) => file in files,
  read: (file) => files[file] ?? ""
})
