/** The types every domain has from the start, in the one revision of each that we ship. */

import {
  ASSET_COMMON_DETAILS_MODEL,
  COLUMN_BUSINESS_METADATA_MODEL,
  DATA_SOURCE_REFERENCE_MODEL,
  GLUE_TABLE_MODEL,
  SUBSCRIPTION_TERMS_MODEL,
  SUGGESTION_MODEL,
} from './system-form-models.ts';

export interface SystemFormType {
  readonly name: string;
  readonly revision: string;
  readonly smithy: string;
}

export const NAMESPACE = 'amazon.datazone';
export const SYSTEM_DOMAIN_ID = 'dzd_amazon_datazone_domain';
export const SYSTEM_PROJECT_ID = 'dzd_amazon_datazone_domain_project';

const formType = (name: string, revision: string, smithy: string): SystemFormType => ({
  name: `${NAMESPACE}.${name}`,
  revision,
  smithy,
});

export const GLUE_TABLE_FORM = formType('GlueTableFormType', '13', GLUE_TABLE_MODEL);
export const DATA_SOURCE_REFERENCE_FORM = formType('DataSourceReferenceFormType', '4', DATA_SOURCE_REFERENCE_MODEL);
export const ASSET_COMMON_DETAILS_FORM = formType('AssetCommonDetailsFormType', '8', ASSET_COMMON_DETAILS_MODEL);
export const COLUMN_BUSINESS_METADATA_FORM = formType(
  'ColumnBusinessMetadataFormType',
  '8',
  COLUMN_BUSINESS_METADATA_MODEL,
);
export const SUBSCRIPTION_TERMS_FORM = formType('SubscriptionTermsFormType', '2', SUBSCRIPTION_TERMS_MODEL);
const SUGGESTION_FORM = formType('SuggestionFormType', '3', SUGGESTION_MODEL);

export const SYSTEM_FORM_TYPES: readonly SystemFormType[] = [
  GLUE_TABLE_FORM,
  DATA_SOURCE_REFERENCE_FORM,
  ASSET_COMMON_DETAILS_FORM,
  COLUMN_BUSINESS_METADATA_FORM,
  SUBSCRIPTION_TERMS_FORM,
  SUGGESTION_FORM,
];

/** A form that assets of a type have. */
export interface TypeForm {
  readonly typeName: string;
  readonly typeRevision: string;
  readonly required: boolean;
}

export type TypeForms = Readonly<Record<string, TypeForm>>;

export interface SystemAssetType {
  readonly name: string;
  readonly revision: string;
  readonly description: string;
  readonly forms: TypeForms;
}

const formOf = ({ name, revision }: SystemFormType, required: boolean): TypeForm => ({
  typeName: name,
  typeRevision: revision,
  required,
});

/** Assets of every type may have it. */
export const COMMON_FORMS: TypeForms = { AssetCommonDetailsForm: formOf(ASSET_COMMON_DETAILS_FORM, false) };

export const GLUE_TABLE_ASSET_TYPE: SystemAssetType = {
  name: `${NAMESPACE}.GlueTableAssetType`,
  revision: '19',
  description: 'A table of the Glue catalogue',
  forms: {
    GlueTableForm: formOf(GLUE_TABLE_FORM, true),
    DataSourceReferenceForm: formOf(DATA_SOURCE_REFERENCE_FORM, false),
    ...COMMON_FORMS,
    ColumnBusinessMetadataForm: formOf(COLUMN_BUSINESS_METADATA_FORM, false),
    SubscriptionTermsForm: formOf(SUBSCRIPTION_TERMS_FORM, false),
    SuggestionForm: formOf(SUGGESTION_FORM, false),
  },
};

export const SYSTEM_ASSET_TYPES: readonly SystemAssetType[] = [GLUE_TABLE_ASSET_TYPE];

/** Nodes of lineage; their forms are the facets of the events. */
export const SYSTEM_LINEAGE_NODE_TYPES = ['DatasetLineageNodeType', 'JobLineageNodeType', 'JobRunLineageNodeType'].map(
  (name) => ({ name: `${NAMESPACE}.${name}`, revision: '1' }),
);
