/**
 * What this release does where AWS documents nothing, for docs/compatibility.md. One line a decision; a change of such
 * behaviour changes its line in the same commit.
 */

export const DECISIONS: Readonly<Record<string, readonly string[]>> = {
  'All services': [
    'One port serves all services; the credential scope of the signature says which, else the target header, else the path.',
    'Members of a request that the model does not know are ignored; a known member with a value of another type is refused, and so are `null` and `[]` as a body. A body of zero bytes is `{}`.',
    'Page tokens are sealed over account, operation and inputs: a token that was changed or belongs to another request is refused. The last page has no token member.',
    'An operation that is not implemented is refused by name, whoever asks.',
    'The one access key of the account is its root user; there are no policies to deny it anything.',
  ],
  'Agents (discovery)': [
    'All client errors answer 400, `ServerInternalErrorException` answers 500.',
    'The default page has 100 agents, which is also the largest; agents come by id, ascending. Unknown ids are left out of the answer.',
    'Filters of DescribeAgents: agentId (agentIds, AgentId), hostName, health, collectionStatus, agentType, version, ipAddress, macAddress, connectorId, with EQUALS, EQ, NOT_EQUALS, NE, CONTAINS, NOT_CONTAINS. Filters AND together, values of one OR; another name or condition is InvalidParameterException.',
    'Health: BLACKLISTED by the deny list; SHUTDOWN when the last message said so; UNKNOWN after an hour of silence; UNHEALTHY when the agent says so or collects and has sent no row for 30 minutes; else RUNNING while it collects and HEALTHY while it does not.',
    'A start or stop of collection is scheduled until the agent is next heard from. A redundant command answers `operationSucceeded: false` with `Redundant` and changes nothing.',
    'A deleted agent that still reports comes back under a new id. A host with an EC2 instance id as its machine id is its own agent id, of type EC2.',
    'A write signed for another Region than the configured one answers HomeRegionNotSetException where the model declares it.',
  ],
  'Continuous exports': [
    'Start answers START_IN_PROGRESS at once; setting up follows. A second start while one is live is ConflictErrorException.',
    'Delivered are rows that became Parquet after the start and were accepted before the stop; a stop drains them, then the export is INACTIVE. Files and tables stay.',
    'Past exports stay listed, newest first. An unknown id is ResourceNotFoundException, a stop of an export that is still starting ResourceInUseException, one of an ended export OperationNotPermittedException. `stopTime` is there once a stop was asked, `statusDetail` when there is something to say.',
    'The bucket is chosen once an account and Region and kept over every stop and start.',
    "Faults map onto the eight documented details: store refuses access ACCESS_DENIED; store cannot be used at the start S3_NOT_SIGNED_UP; limit of buckets S3_BUCKET_LIMIT_FAILURE; limit of deliveries DELIVERY_STREAM_LIMIT_FAILURE; delivery role missing or disabled FIREHOSE_ROLE_MISSING; bucket or table gone FIREHOSE_STREAM_DOES_NOT_EXIST; a table that is somebody else's LAKE_FORMATION_ACCESS_DENIED; anything else INTERNAL_FAILURE. A full disk is none of them: the export waits for room.",
  ],
  'The lake': [
    'Columns and types are those of [tables](reference/tables.md): AWS publishes no list. `dt`, the UTC day, is the only partition key. Keys are `<table>/dt=YYYY-MM-DD/<first>-<last>.parquet`, with segment numbers of 20 digits.',
    '`ingest_errors`, with the rows that could not be placed, stands beside the seven tables.',
    'A table publishes how far it is complete as its parameter `valid_through_ms`; the promise covers agents that are RUNNING.',
  ],
  SQL: [
    "Text goes through a translation from Trino's SQL to DuckDB's. What cannot be translated with its meaning is refused with `NOT_SUPPORTED` before it runs. Differences that are left: [06-sql](06-sql.md#known-differences).",
    'Error texts have the form `NAME: line L:C: text` with the error names Trino publishes.',
  ],
  S3: [
    'The ETag of a delivered file is the first half of its SHA-256.',
    'A bucket is seen by the account that owns it; for everybody else it does not exist.',
  ],
  'DataZone: data sources and runs': [
    'Times that the model gives the format date-time have three digits of milliseconds; all others are epoch seconds with a fraction.',
    'An operation that declares no ResourceNotFoundException answers AccessDeniedException for what is missing. A token is remembered for 24 hours; with other parameters it is ConflictException.',
    'Every request checks the domain first, then what is in it. Lists come newest first, ties by id; activities by database and name.',
    'Data sources are of type GLUE; others are refused. Without a connection or environment, account and Region are the own ones. `retainPermissionsOnRevokeFailure` comes back and means nothing: there are no grants to revoke.',
    'A second deletion of a data source that is going answers DELETING again. `schedule: {}` ends a schedule; a time zone alone is none.',
    'Imported assets carry five forms: GlueTableForm, DataSourceReferenceForm, AssetCommonDetailsForm, ColumnBusinessMetadataForm without columns, SubscriptionTermsForm with `approvalRequired: YES`; the last two unless assetFormsInput has them.',
    'A run makes a new revision when the table is not what it was at the last import, whatever people wrote since. Name and description follow the table until people write others.',
    'Archiving, which only our command line has, ends the listing. A cancelled run is FAILED with CONFLICT_EXCEPTION.',
  ],
  'DataZone: domains, projects, environments, connections': [
    'A domain is AVAILABLE when CreateDomain answers. Names of domains are unique in the account, of connections in their project, or among those of the whole domain; names of projects, environments and profiles are not.',
    'Tags are on domains, at most 50; `resourceTags` of a project are members of the project.',
    'What is not empty or is stood on is not deleted: ConflictException, and ValidationException of operations that do not declare it. `skipDeletionCheck` deletes what is in it in the background; a container is DELETING until then, and then ResourceNotFoundException. Runs whose data source is gone keep nothing from being deleted.',
    'An environment needs a profile or a blueprint, and is in the account and Region of the server. Its databases stay when it is deleted. UpdateEnvironment changes parameters that say `isUpdateSupported`.',
    'A blueprint without a configuration is enabled. `globalParameters` are kept, as no answer has a member for them; so are `deploymentOrder` and `projectExecutionRole`.',
    'Members are whatever identifiers callers give; the ARN of the root user is that user. A member is one once: to change what it is, delete it first.',
    'Connections: a lakehouse is of type IAM; serverless workflows have no type and are refused, as are secrets in the request, `validateCredentials`, `withSecret` and lineage of Redshift. DeleteConnection answers DELETED at once.',
    '`projectProfileVersion` and `blueprintVersion` are refused: nothing here has such versions.',
  ],
  STS: ['Every access key is the root key of its account: the ARN ends in `:root`, and the user id is the account.'],
};
