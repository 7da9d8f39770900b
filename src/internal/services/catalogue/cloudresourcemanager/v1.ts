/**
 * `cloudresourcemanager.googleapis.com` v1: written by hand, after its discovery document (revision 20251103).
 *
 * @internal
 */
export const text: string = `
package cloudresourcemanager
rpc projects.create .google.cloudresourcemanager.v1.CreateProjectRequest .google.cloudresourcemanager.v1.Project .google.cloudresourcemanager.v1.ProjectCreationStatus
package google.longrunning
rpc Operations.GetOperation GetOperationRequest Operation
package google.cloudresourcemanager.v1
message CreateProjectRequest
 project Project :r
message Project
 project_number int64 :o
 project_id string :m
 lifecycle_state #Project.LifecycleState :o
 name string
 create_time .google.protobuf.Timestamp :o
 labels string{string}
 parent ResourceId
 tags string{string} :pim
 configured_capabilities string[] :o
enum Project.LifecycleState LIFECYCLE_STATE_UNSPECIFIED ACTIVE DELETE_REQUESTED DELETE_IN_PROGRESS
message ProjectCreationStatus
 create_time .google.protobuf.Timestamp
 gettable bool
 ready bool
message ResourceId
 type string
 id string
`
