/**
 * What many services share: the interface of operations, and the messages of google.protobuf and google.rpc that have no form of their
 * own in proto3 JSON. Written by hand, after google/longrunning/operations.proto, google/rpc/status.proto, and api.proto, type.proto and
 * source_context.proto of google/protobuf.
 *
 * @internal
 */
export const text: string = `
package google.longrunning
message Operation
 name string
 metadata .google.protobuf.Any
 done bool
 error .google.rpc.Status |result
 response .google.protobuf.Any |result
message GetOperationRequest
 name string
message ListOperationsRequest
 name string
 filter string
 page_size int32
 page_token string
 return_partial_success bool
message ListOperationsResponse
 operations Operation[]
 next_page_token string
 unreachable string[] :l
message CancelOperationRequest
 name string
message DeleteOperationRequest
 name string
message WaitOperationRequest
 name string
 timeout .google.protobuf.Duration
package google.rpc
message Status
 code int32
 message string
 details .google.protobuf.Any[]
package google.protobuf
message Api
 name string
 methods Method[]
 options Option[]
 version string
 source_context SourceContext
 mixins Mixin[]
 syntax #Syntax
 edition string
message Method
 name string
 request_type_url string
 request_streaming bool
 response_type_url string
 response_streaming bool
 options Option[]
 syntax #Syntax
 edition string
message Mixin
 name string
 root string
message Type
 name string
 fields Field[]
 oneofs string[]
 options Option[]
 source_context SourceContext
 syntax #Syntax
 edition string
message Field
 kind #Field.Kind
 cardinality #Field.Cardinality
 number int32
 name string
 type_url string
 oneof_index int32
 packed bool
 options Option[]
 json_name string
 default_value string
enum Field.Kind TYPE_UNKNOWN TYPE_DOUBLE TYPE_FLOAT TYPE_INT64 TYPE_UINT64 TYPE_INT32 TYPE_FIXED64 TYPE_FIXED32 TYPE_BOOL TYPE_STRING TYPE_GROUP TYPE_MESSAGE TYPE_BYTES TYPE_UINT32 TYPE_ENUM TYPE_SFIXED32 TYPE_SFIXED64 TYPE_SINT32 TYPE_SINT64
enum Field.Cardinality CARDINALITY_UNKNOWN CARDINALITY_OPTIONAL CARDINALITY_REQUIRED CARDINALITY_REPEATED
message Enum
 name string
 enumvalue EnumValue[]
 options Option[]
 source_context SourceContext
 syntax #Syntax
 edition string
message EnumValue
 name string
 number int32
 options Option[]
message Option
 name string
 value .google.protobuf.Any
message SourceContext
 file_name string
enum Syntax SYNTAX_PROTO2 SYNTAX_PROTO3 SYNTAX_EDITIONS
`
