/** The types every domain has from the start, in the one revision of each that we ship. */

export interface SystemFormType {
  readonly name: string;
  readonly revision: string;
}

export const NAMESPACE = 'amazon.datazone';
export const SYSTEM_DOMAIN_ID = 'dzd_amazon_datazone_domain';
export const SYSTEM_PROJECT_ID = 'dzd_amazon_datazone_domain_project';

const formType = (name: string, revision: string): SystemFormType => ({ name: `${NAMESPACE}.${name}`, revision });

export const GLUE_TABLE_FORM = formType('GlueTableFormType', '13');
export const DATA_SOURCE_REFERENCE_FORM = formType('DataSourceReferenceFormType', '4');
export const ASSET_COMMON_DETAILS_FORM = formType('AssetCommonDetailsFormType', '8');
export const COLUMN_BUSINESS_METADATA_FORM = formType('ColumnBusinessMetadataFormType', '8');
export const SUBSCRIPTION_TERMS_FORM = formType('SubscriptionTermsFormType', '2');
export const SUGGESTION_FORM = formType('SuggestionFormType', '3');

export const SYSTEM_FORM_TYPES: readonly SystemFormType[] = [
  GLUE_TABLE_FORM,
  DATA_SOURCE_REFERENCE_FORM,
  ASSET_COMMON_DETAILS_FORM,
  COLUMN_BUSINESS_METADATA_FORM,
  SUBSCRIPTION_TERMS_FORM,
  SUGGESTION_FORM,
];

export const GLUE_TABLE_ASSET_TYPE = { name: `${NAMESPACE}.GlueTableAssetType`, revision: '19' } as const;
