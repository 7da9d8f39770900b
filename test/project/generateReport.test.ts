import { assert, describe, it } from "@effect/vitest"
import { report, snapshot } from "../../scripts/generate/report.ts"
import * as Googleapis from "../kit/googleapis.ts"

type Files = { readonly [file: string]: string }

/** What is reported of an edited copy. */
const reported = (edit: (files: Files) => Files, overrides: Parameters<typeof snapshot>[1] = []) =>
  report(
    snapshot(Googleapis.sourceOf(Googleapis.files), overrides),
    snapshot(Googleapis.sourceOf(edit(Googleapis.files)), overrides)
  )

/** An edit of the protos or of the service config; what is to be replaced has to be there. */
const replacing =
  (...edits: ReadonlyArray<readonly [from: string, to: string]>) => (files: Files): Files => {
    const missed = new Set(edits.map(([from]) => from))
    const edited = Object.fromEntries(
      Object.entries(files).map(([file, text]) => [
        file,
        edits.reduce((text, [from, to]) => {
          if (text.includes(from)) missed.delete(from)
          return text.replace(from, to)
        }, text)
      ])
    )
    assert.deepStrictEqual([...missed], [])
    return edited
  }

describe("the report on a newer googleapis", () => {
  it("says that nothing changed", () => {
    assert.strictEqual(reported((files) => files), "Nothing changed.\n")
  })

  it("has methods and their arguments", () => {
    assert.strictEqual(
      reported(
        replacing(
          [
            "  rpc GetCake(",
            `  rpc Eat(CleanRequest) returns (google.longrunning.Operation) {
    option (google.api.http) = { post: "/v1/{name=cakes/*}:eat" body: "*" };
    option (google.longrunning.operation_info) = { response_type: "Cake" metadata_type: "BakeMetadata" };
  }
  rpc GetCake(`
          ],
          [
            "  rpc Cool(CoolRequest) returns (google.longrunning.Operation)",
            "  rpc Cool(CoolRequest) returns (Cake)"
          ],
          [
            "{ patch: \"/v1/{name=projects/*/ovens/*}\"",
            "{ put: \"/v1/{name=projects/*/ovens/*}\""
          ],
          [
            "response_type: \"google.protobuf.Empty\" metadata_type: \"google.protobuf.Struct\"",
            "response_type: \"Cake\" metadata_type: \"BakeMetadata\""
          ],
          ["string cake_id = 2 [(google.api.field_behavior) = REQUIRED]", "string cake_id = 2"],
          [
            "repeated Cake cakes = 3;",
            "repeated string cakes = 3; bool dry_run = 9 [(google.api.field_behavior) = REQUIRED];"
          ],
          ["string request_id = 4;", ""]
        )
      ),
      `### bakery/v1

- the request id of \`mixersClean\` is \`none\`; it was \`requestId\`
- \`requestId\` of \`mixersClean\` is gone
- \`cakeId\` of \`bakeCake\` is required no more
- the type of \`cakes\` of \`bakeCake\` is \`ReadonlyArray<string>\`; it was \`ReadonlyArray<Messages.CakeInput>\`
- new argument \`dryRun\` of \`bakeCake\`, required
- \`ovensClean\` is \`PUT /v1/{name=projects/*/ovens/*}\`; it was \`PATCH /v1/{name=projects/*/ovens/*}\`
- the response of \`ovensClean\` is \`example.bakery.v1.Cake\`; it was \`google.protobuf.Empty\`
- the metadata of \`ovensClean\` is \`example.bakery.v1.BakeMetadata\`; it was \`google.protobuf.Struct\`
- the request id of \`ovensClean\` is \`none\`; it was \`requestId\`
- \`requestId\` of \`ovensClean\` is gone
- \`cool\` is gone (\`example.bakery.v1.Ovens.Cool\`)
- new method \`eat\`: \`POST /v1/{name=cakes/*}:eat\`
`
    )
  })

  it("has messages and enums", () => {
    assert.strictEqual(
      reported(
        replacing(
          ["LEMON = 1; CHOCOLATE = 5;", "LEMON = 1; PLUM = 2; CHOCOLATE = 6;"],
          [
            "message Rack { string rack_name = 1; }",
            "message Rack { string rack_name = 1; Tray tray = 2; }\nmessage Tray { int32 level = 1; }"
          ],
          [
            "string cream = 4; google.protobuf.Duration glaze_time = 5; }",
            "string cream = 4; } repeated string glaze_time = 5;"
          ],
          [
            "[(google.api.field_behavior) = OUTPUT_ONLY, (google.api.field_behavior) = IMMUTABLE]",
            "[(google.api.field_behavior) = OUTPUT_ONLY]"
          ],
          ["bytes photo = 13;", ""]
        )
      ),
      `### bakery/v1

- the type of \`glazeTime\` of \`mixersImport\` is \`ReadonlyArray<string>\`; it was \`ProtoJson.DurationInput\`
- \`photo\` of \`BakeMetadata\` is gone
- the type of \`glazeTime\` of \`Cake\` is \`string[]\`; it was \`Duration\`
- \`glazeTime\` of \`Cake\` is in the oneof \`none\`; it was \`topping\`
- \`name\` of \`Cake\` is OUTPUT_ONLY; it was OUTPUT_ONLY, IMMUTABLE
- new field \`tray\` of \`Rack\`, \`Tray\`
- new message \`Tray\`
- the number of \`CHOCOLATE\` of \`Flavour\` is 6; it was 5
- new value \`PLUM\` of \`Flavour\`
`
    )
  })

  it("has services, and where operations are served", () => {
    assert.strictEqual(
      reported((files) => ({
        ...replacing([
          "    get: '/v1/{name=projects/*/operations/*}'",
          "    get: '/v1/{name=ovens/*/operations/*}'"
        ])(files),
        ...Object.fromEntries(
          Object.entries(files).map(([file, text]) => [
            file.replace("bakery/v1/bakery_v1", "bakery/v2/bakery_v2").replace(
              "bakery/v1/",
              "bakery/v2/"
            ),
            text.replaceAll("bakery.v1", "bakery.v2").replaceAll("/v1/", "/v2/")
          ])
        )
      })),
      `### Added services

- \`bakery/v2\`, Bakery API: 6 methods

### bakery/v1

- operations: \`get\` is \`GET /v1/{name=ovens/*/operations/*}, GET /v1/{name=organizations/*/operations/*}\`; it was \`GET /v1/{name=projects/*/operations/*}, GET /v1/{name=organizations/*/operations/*}\`
`
    )
    assert.strictEqual(
      report(
        snapshot(Googleapis.sourceOf(Googleapis.files), []),
        snapshot(Googleapis.sourceOf({}), [])
      ),
      `### Removed services

- \`bakery/v1\`, Bakery API: 6 methods
`
    )
  })

  it("has what can be read no more", () => {
    const override = {
      kind: "required",
      service: "bakery.example.com/v1",
      rpc: "example.bakery.v1.Ovens.BakeCake",
      field: "cakeId",
      required: false,
      source: "test"
    } as const
    assert.strictEqual(
      reported(replacing(["string cake_id = 2 [(google.api.field_behavior) = REQUIRED];", ""]), [
        override
      ]),
      `### Cannot be read

- bakery.example.com/v1: example.bakery.v1.Ovens.BakeCake: no field cakeId for the override
`
    )
  })
})
