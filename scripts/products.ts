/** Products by the words that people search for, the popular ones first: for the table of docs/services.md. */
export interface Product {
  readonly product: string
  /** Other names of it, and what is made with it. */
  readonly words: string
  readonly module: string
}

const product = (product: string, module: string, words: string): Product => ({
  product,
  module,
  words
})

export const products: ReadonlyArray<Product> = [
  product("Compute Engine", "compute/v1", "VM, instance, disk, image, snapshot, network, GCE"),
  product(
    "Google Kubernetes Engine",
    "container/v1",
    "GKE, Kubernetes, cluster, node pool"
  ),
  product(
    "Cloud SQL",
    "sqladmin/v1",
    "database, MySQL, PostgreSQL, SQL Server, instance, export, import"
  ),
  product("Cloud Run", "run/v2", "services, jobs, worker pools, serverless containers"),
  product(
    "Vertex AI",
    "aiplatform/v1",
    "Gemini, endpoints, models, tuning, pipelines, Agent Engine"
  ),
  product(
    "Veo on Vertex AI",
    "aiplatform/v1",
    "videos: its method is in `effect-lro/services/aiplatform/predict`"
  ),
  product("GKE fleets", "gkehub/v1", "GKE Hub, memberships, features, Kubernetes"),
  product("GKE backup", "gkebackup/v1", "Backup for GKE, restore, Kubernetes"),
  product("Cloud Build", "cloudbuild/v1", "builds, worker pools, CI"),
  product("Cloud Build repositories", "cloudbuild/v2", "connections to GitHub and GitLab"),
  product("Cloud Functions", "cloudfunctions/v2", "Cloud Run functions, second generation"),
  product("AlloyDB", "alloydb/v1", "PostgreSQL clusters, instances, backups"),
  product("Spanner", "spanner/v1", "databases, instances, backups"),
  product("Firestore", "firestore/v1", "databases, indexes, export, import"),
  product("Bigtable", "bigtableadmin/v2", "instances, clusters, tables, backups"),
  product("Memorystore for Redis", "redis/v1", "Redis instances and clusters"),
  product("Memorystore", "memorystore/v1", "Valkey instances"),
  product("Filestore", "file/v1", "NFS instances, snapshots, backups"),
  product("Storage Transfer", "storagetransfer/v1", "transfer jobs, S3 to Cloud Storage"),
  product("Artifact Registry", "artifactregistry/v1", "Docker, npm, Maven and Python repositories"),
  product("Dataproc", "dataproc/v1", "Spark, Hadoop, clusters, batches"),
  product("Cloud Composer", "composer/v1", "Airflow environments"),
  product("Dataplex", "dataplex/v1", "lakes, data catalog, aspects, data scans"),
  product("Datastream", "datastream/v1", "change data capture, replication"),
  product("Database Migration Service", "datamigration/v1", "DMS, MySQL, PostgreSQL, Oracle"),
  product("Managed Kafka", "managedkafka/v1", "Apache Kafka clusters, Kafka Connect"),
  product("Document AI", "documentai/v1", "OCR, processors, batch documents"),
  product("Speech-to-Text", "speech/v2", "transcription, batch recognition"),
  product("Translation", "translate/v3", "batch translation, glossaries"),
  product("Vision", "vision/v1", "OCR of PDFs, labels, product search"),
  product("Video Intelligence", "videointelligence/v1", "annotation of videos"),
  product("Dialogflow CX", "dialogflow/v3", "agents, flows, chatbots"),
  product(
    "Vertex AI Search",
    "discoveryengine/v1",
    "Agentspace, Gemini Enterprise, data stores, search engines"
  ),
  product("Workflows", "workflows/v1", "orchestration, deployments of workflows"),
  product("Eventarc", "eventarc/v1", "triggers, channels, events"),
  product("API Gateway", "apigateway/v1", "gateways, API configs"),
  product(
    "Projects and folders",
    "cloudresourcemanager/v3",
    "Resource Manager, create a project, tags"
  ),
  product("Enable an API", "serviceusage/v1", "Service Usage, services of a project"),
  product(
    "Service Management",
    "servicemanagement/v1",
    "Cloud Endpoints, managed services, rollouts"
  ),
  product("IAM", "iam/v3", "access policies, policy bindings"),
  product(
    "Network Connectivity",
    "networkconnectivity/v1",
    "hubs, spokes, service connection policies"
  ),
  product(
    "Cloud Service Mesh and gateways",
    "networkservices/v1",
    "Network Services, Gateway, routes"
  ),
  product("VPC access connectors", "vpcaccess/v1", "Serverless VPC Access"),
  product("Certificate Manager", "certificatemanager/v1", "TLS certificates, maps"),
  product("Infrastructure Manager", "config/v1", "Terraform deployments"),
  product("Cloud TPU", "tpu/v2", "nodes, queued resources"),
  product("Batch", "batch/v1", "batch jobs on VMs"),
  product("VMware Engine", "vmwareengine/v1", "private clouds, clusters"),
  product("Workload Manager", "workloadmanager/v1", "evaluations, SAP, SQL Server"),
  product("Workstations", "workstations/v1", "development environments")
]
