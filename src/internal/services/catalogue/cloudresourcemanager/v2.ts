/**
 * `cloudresourcemanager.googleapis.com` v2: written by hand, after google/cloud/resourcemanager/v2/folders.proto.
 *
 * @internal
 */
export const text: string = `
package google.cloud.resourcemanager.v2
rpc Folders.CreateFolder CreateFolderRequest Folder FolderOperation
rpc Folders.MoveFolder MoveFolderRequest Folder FolderOperation
message CreateFolderRequest
 parent string :r <*
 folder Folder :r
message Folder cloudresourcemanager.googleapis.com/Folder
 name string :o
 parent string :r
 display_name string
 lifecycle_state #Folder.LifecycleState :o
 create_time .google.protobuf.Timestamp :o
 update_time .google.protobuf.Timestamp :o
enum Folder.LifecycleState LIFECYCLE_STATE_UNSPECIFIED ACTIVE DELETE_REQUESTED
message FolderOperation
 display_name string
 operation_type #FolderOperation.OperationType
 source_parent string
 destination_parent string
enum FolderOperation.OperationType OPERATION_TYPE_UNSPECIFIED CREATE MOVE
message MoveFolderRequest
 name string :r >cloudresourcemanager.googleapis.com/Folder
 destination_parent string :r <*
package google.longrunning
rpc Operations.GetOperation GetOperationRequest Operation
resource cloudresourcemanager.googleapis.com/Folder folders/{folder}
`
