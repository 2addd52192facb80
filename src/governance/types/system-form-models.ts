/** Models of the form types that every domain has: the fields their contents are known to have, in our own words. */

export const GLUE_TABLE_MODEL = `structure GlueTableFormType {
  catalogId: String
  @amazon.datazone#searchable
  @amazon.datazone#sortable
  databaseName: String
  @required
  @amazon.datazone#searchable
  @amazon.datazone#sortable
  tableName: String
  region: String
  tableArn: String
  @amazon.datazone#searchable
  tableDescription: String
  @amazon.datazone#sortable
  tableType: String
  sourceLocation: String
  @amazon.datazone#sortable
  sourceClassification: String
  compressionType: String
  primaryKeys: Names
  sortKeys: Names
  lakeFormationDetails: LakeFormationDetails
  columns: Columns
}
list Names { member: String }
list Columns { member: Column }
structure Column {
  @required
  columnName: String
  dataType: String
  columnDescription: String
  lakeFormationTags: Tags
}
structure LakeFormationDetails {
  lakeFormationManagedTable: Boolean
  lakeFormationTags: Tags
}
map Tags { key: String value: Document }
`;

export const DATA_SOURCE_REFERENCE_MODEL = `structure DataSourceReferenceFormType {
  dataSourceIdentifier: DataSourceIdentifier
  filterableDataSourceId: String
  dataSourceType: String
  dataSourceRunId: String
}
structure DataSourceIdentifier {
  @required
  id: String
  version: String
}
`;

export const ASSET_COMMON_DETAILS_MODEL = `structure AssetCommonDetailsFormType {
  sourceIdentifier: String
  @amazon.datazone#searchable
  readMe: String
  customProperties: Properties
}
map Properties { key: String value: Document }
`;

export const COLUMN_BUSINESS_METADATA_MODEL = `structure ColumnBusinessMetadataFormType {
  columnsBusinessMetadata: Columns
}
list Columns { member: Column }
structure Column {
  @required
  columnIdentifier: String
  name: String
  description: String
  glossaryTerms: GlossaryTerms
}
list GlossaryTerms { member: String }
`;

export const SUBSCRIPTION_TERMS_MODEL = `structure SubscriptionTermsFormType {
  approvalRequired: ApprovalRequired
}
enum ApprovalRequired { YES NO }
`;

export const SUGGESTION_MODEL = `structure SuggestionFormType {
  suggestions: Suggestions
}
list Suggestions { member: Document }
`;
