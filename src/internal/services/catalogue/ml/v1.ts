/**
 * `ml.googleapis.com` v1: written by hand, after its discovery document (revision 20251213), which has no oneofs but in its texts.
 *
 * @internal
 */
export const text: string = `
package ml.projects
rpc models.delete .google.cloud.ml.v1.DeleteModelRequest .google.protobuf.Empty .google.cloud.ml.v1.OperationMetadata
rpc models.patch .google.cloud.ml.v1.UpdateModelRequest .google.cloud.ml.v1.Model .google.cloud.ml.v1.OperationMetadata
rpc models.versions.create .google.cloud.ml.v1.CreateVersionRequest .google.cloud.ml.v1.Version .google.cloud.ml.v1.OperationMetadata
rpc models.versions.delete .google.cloud.ml.v1.DeleteVersionRequest .google.protobuf.Empty .google.cloud.ml.v1.OperationMetadata
rpc models.versions.patch .google.cloud.ml.v1.UpdateVersionRequest .google.cloud.ml.v1.Version .google.cloud.ml.v1.OperationMetadata
package google.longrunning
rpc Operations.CancelOperation CancelOperationRequest .google.protobuf.Empty
rpc Operations.GetOperation GetOperationRequest Operation
rpc Operations.ListOperations ListOperationsRequest ListOperationsResponse
package google.cloud.ml.v1
message AcceleratorConfig
 count int64
 type #AcceleratorType
enum AcceleratorType ACCELERATOR_TYPE_UNSPECIFIED NVIDIA_TESLA_K80 NVIDIA_TESLA_P100 NVIDIA_TESLA_V100 NVIDIA_TESLA_P4 NVIDIA_TESLA_T4 NVIDIA_TESLA_A100 TPU_V2 TPU_V3 TPU_V2_POD TPU_V3_POD
message AutoScaling
 min_nodes int32 :p
 max_nodes int32
 metrics MetricSpec[]
message ContainerPort
 container_port int32
message ContainerSpec
 image string
 command string[] :m
 args string[] :m
 ports ContainerPort[] :m
 env EnvVar[] :m
message CreateVersionRequest
 parent string :r
 version Version :r
message DeleteModelRequest
 name string :r
message DeleteVersionRequest
 name string :r
message EnvVar
 name string
 value string
message ExplanationConfig
 integrated_gradients_attribution IntegratedGradientsAttribution
 sampled_shapley_attribution SampledShapleyAttribution
 xrai_attribution XraiAttribution
message IntegratedGradientsAttribution
 num_integral_steps int32
message ManualScaling
 nodes int32
message MetricSpec
 name #MetricSpec.MetricName
 target int32
enum MetricSpec.MetricName METRIC_NAME_UNSPECIFIED CPU_USAGE GPU_DUTY_CYCLE
message Model
 name string :r
 description string :p
 default_version Version :o
 regions string[] :p
 online_prediction_logging bool :p
 online_prediction_console_logging bool :p
 labels string{string} :p
 etag bytes
message OperationMetadata
 create_time .google.protobuf.Timestamp
 start_time .google.protobuf.Timestamp
 end_time .google.protobuf.Timestamp
 is_cancellation_requested bool
 operation_type #OperationMetadata.OperationType
 model_name string
 version Version
 project_number int64
 labels string{string}
enum OperationMetadata.OperationType OPERATION_TYPE_UNSPECIFIED CREATE_VERSION DELETE_VERSION DELETE_MODEL UPDATE_MODEL UPDATE_VERSION UPDATE_CONFIG
message RequestLoggingConfig
 bigquery_table_name string
 sampling_percentage double
message RouteMap
 predict string
 health string
message SampledShapleyAttribution
 num_paths int32
message UpdateModelRequest
 name string :r
 update_mask .google.protobuf.FieldMask :r
 model Model :r
message UpdateVersionRequest
 name string :r
 update_mask .google.protobuf.FieldMask :r
 version Version :r
message Version
 name string :r
 description string :p
 is_default bool :o
 deployment_uri string
 create_time .google.protobuf.Timestamp :o
 last_use_time .google.protobuf.Timestamp :o
 runtime_version string
 auto_scaling AutoScaling |scaling
 manual_scaling ManualScaling |scaling
 state #Version.State :o
 error_message string :o
 package_uris string[] :p
 labels string{string} :p
 etag bytes
 machine_type string :p
 framework #Version.Framework :p
 python_version string
 prediction_class string :p
 service_account string :p
 accelerator_config AcceleratorConfig :p
 request_logging_config RequestLoggingConfig :p
 explanation_config ExplanationConfig :p
 container ContainerSpec :p
 routes RouteMap :p
 last_migration_time .google.protobuf.Timestamp :o
 last_migration_model_id string :o
enum Version.Framework FRAMEWORK_UNSPECIFIED TENSORFLOW SCIKIT_LEARN XGBOOST
enum Version.State UNKNOWN READY CREATING FAILED DELETING UPDATING
message XraiAttribution
 num_integral_steps int32
`
