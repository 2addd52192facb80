/** A table of the catalogue as the technical metadata of an asset (datazone.md §8.2, decisions D23 and D32). */

import { createHash } from 'node:crypto';
import type { CatalogColumn, CatalogTable } from '../../catalog/catalog.ts';
import { canonicalJson } from '../../core/canonical-json.ts';
import {
  ASSET_COMMON_DETAILS_FORM,
  COLUMN_BUSINESS_METADATA_FORM,
  DATA_SOURCE_REFERENCE_FORM,
  GLUE_TABLE_FORM,
  SUBSCRIPTION_TERMS_FORM,
  type SystemFormType,
} from '../types/system-types.ts';
import { type AssetForm, FORM_CONTENT_CHARACTERS_MAX } from './asset-forms.ts';

const DESCRIPTION_CHARACTERS_MAX = 2048;

/** Where the catalogue is, in the terms of an ARN. */
export interface CatalogPlace {
  readonly accountId: string;
  readonly region: string;
}

/** Everything a run takes from a table: when none of it changes, the asset stays as it is. */
export interface ImportedTable {
  readonly database: string;
  readonly name: string;
  readonly description: string | undefined;
  readonly arn: string;
  /** Content of the GlueTableForm. */
  readonly content: string;
  readonly hash: string;
}

/** @throws UnfitTableError when no form can hold it */
export function importTable(table: CatalogTable, place: CatalogPlace): ImportedTable {
  // With a slash in it, the ARNs of two tables would be one, and so would their assets.
  if (table.database.includes('/')) throw new UnfitTableError('A database with a slash in its name has no ARN.');
  const arn = tableArn(place, table.database, table.name);
  const content = JSON.stringify(describeTable(table, place, arn));
  if (content.length > FORM_CONTENT_CHARACTERS_MAX) throw tooLarge(content.length);
  const description = cutDescription(table.description);
  const technical = canonicalJson([JSON.parse(content), table.name, description]);
  const hash = createHash('sha256').update(technical).digest('hex');
  return { database: table.database, name: table.name, description, arn, content, hash };
}

/** What no asset can be made of. */
export class UnfitTableError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnfitTableError';
  }
}

function tooLarge(characters: number): UnfitTableError {
  return new UnfitTableError(
    `The table's metadata has ${characters} characters; a form holds ${FORM_CONTENT_CHARACTERS_MAX}.`,
  );
}

/** As much of a table's description as assets and activities hold, and no half of a character. */
export function cutDescription(description: string | undefined): string | undefined {
  return description?.slice(0, DESCRIPTION_CHARACTERS_MAX).replace(/[\ud800-\udbff]$/, '');
}

export function tableArn({ accountId, region }: CatalogPlace, database: string, table: string): string {
  return `arn:aws:glue:${region}:${accountId}:table/${database}/${table}`;
}

/** The same table is another asset in every project. */
export function externalIdentifierOf(arn: string, projectId: string): string {
  return `${arn}.${projectId}`;
}

function describeTable(table: CatalogTable, { accountId, region }: CatalogPlace, arn: string) {
  const { classification, compressionType } = table.parameters;
  return {
    catalogId: accountId,
    databaseName: table.database,
    tableName: table.name,
    region,
    tableArn: arn,
    tableDescription: table.description,
    tableType: table.type,
    sourceLocation: table.location,
    sourceClassification: classification,
    compressionType,
    primaryKeys: [],
    sortKeys: (table.storage?.sortColumns ?? []).map(({ column }) => column),
    lakeFormationDetails: { lakeFormationManagedTable: false, lakeFormationTags: {} },
    columns: [...table.columns, ...table.partitionKeys].map(describeColumn),
  };
}

function describeColumn({ name, type, comment }: CatalogColumn) {
  return { columnName: name, dataType: type, columnDescription: comment, lakeFormationTags: {} };
}

export interface ImportSource {
  readonly dataSourceId: string;
  readonly runId: string;
  /** What the source attaches to every asset that lacks it. */
  readonly forms: readonly AssetForm[];
}

/**
 * Forms of the next revision. Technical ones are made anew, where the asset came from is written into the details, and
 * everything that people wrote is carried over.
 */
export function formsOfRevision(
  table: ImportedTable,
  source: ImportSource,
  previous: readonly AssetForm[],
): AssetForm[] {
  const attached = source.forms.filter((form) => !previous.some((other) => other.formName === form.formName));
  const known = new Map([...previous, ...attached].map((form) => [form.formName, form]));
  const details = known.get('AssetCommonDetailsForm');
  known.set('GlueTableForm', formOf('GlueTableForm', GLUE_TABLE_FORM, table.content));
  known.set('DataSourceReferenceForm', referenceForm(source));
  known.set(
    'AssetCommonDetailsForm',
    formOf('AssetCommonDetailsForm', ASSET_COMMON_DETAILS_FORM, detailsContent(table.arn, details)),
  );
  if (previous.length === 0) addDefaults(known);
  return inUsualOrder(known);
}

function referenceForm({ dataSourceId, runId }: ImportSource): AssetForm {
  const content = {
    dataSourceIdentifier: { id: dataSourceId, version: 'latest' },
    filterableDataSourceId: dataSourceId,
    dataSourceType: 'GLUE',
    dataSourceRunId: runId,
  };
  return formOf('DataSourceReferenceForm', DATA_SOURCE_REFERENCE_FORM, JSON.stringify(content));
}

function detailsContent(arn: string, known: AssetForm | undefined): string {
  const written = known === undefined ? {} : (JSON.parse(known.content) as Record<string, unknown>);
  return JSON.stringify(
    Object.assign({ sourceIdentifier: arn, customProperties: {} }, written, { sourceIdentifier: arn }),
  );
}

function addDefaults(forms: Map<string, AssetForm>): void {
  const defaults = [
    formOf('ColumnBusinessMetadataForm', COLUMN_BUSINESS_METADATA_FORM, '{"columnsBusinessMetadata":[]}'),
    formOf('SubscriptionTermsForm', SUBSCRIPTION_TERMS_FORM, '{"approvalRequired":"YES"}'),
  ];
  for (const form of defaults) if (!forms.has(form.formName)) forms.set(form.formName, form);
}

const USUAL_ORDER = [
  'GlueTableForm',
  'DataSourceReferenceForm',
  'AssetCommonDetailsForm',
  'ColumnBusinessMetadataForm',
  'SubscriptionTermsForm',
];

function inUsualOrder(forms: ReadonlyMap<string, AssetForm>): AssetForm[] {
  const first = USUAL_ORDER.flatMap((name) => forms.get(name) ?? []);
  return [...first, ...[...forms.values()].filter((form) => !USUAL_ORDER.includes(form.formName))];
}

function formOf(formName: string, type: SystemFormType, content: string): AssetForm {
  return { formName, typeName: type.name, typeRevision: type.revision, content };
}
