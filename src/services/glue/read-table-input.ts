import { type CatalogColumn, normaliseName, type StorageFacts, type TableDefinition } from '../../catalog/catalog.ts';
import type { Column, StorageDescriptor, TableInput } from '../../wire/generated/glue.ts';
import { NO_STORAGE_FACTS } from './describe-catalog.ts';
import { InvalidInputException } from './errors.ts';
import { refuseMembers } from './refuse-members.ts';

/** A caller's table as the catalogue keeps it: what cannot be kept is refused, by name. @throws InvalidInputException */
export function readTableInput(input: TableInput): TableDefinition {
  refuseViews(input);
  refuseMembers({
    'TableInput.LastAccessTime': input.LastAccessTime,
    'TableInput.LastAnalyzedTime': input.LastAnalyzedTime,
    'TableInput.TargetTable': input.TargetTable,
  });
  const storage = input.StorageDescriptor ?? {};
  const columns = (storage.Columns ?? []).map(readColumn);
  const partitionKeys = (input.PartitionKeys ?? []).map(readColumn);
  requireDistinct([...columns, ...partitionKeys]);
  return {
    type: 'EXTERNAL_TABLE',
    columns,
    partitionKeys,
    parameters: input.Parameters ?? {},
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.Owner === undefined ? {} : { owner: input.Owner }),
    ...(input.Retention === undefined || input.Retention === 0 ? {} : { retention: input.Retention }),
    ...readStorage(storage),
  };
}

function refuseViews({ TableType, ViewOriginalText, ViewExpandedText, ViewDefinition }: TableInput): void {
  if (TableType === 'VIRTUAL_VIEW')
    throw new InvalidInputException('A view is made by CREATE VIEW in Athena, not as a table.');
  if (TableType !== undefined && TableType !== '' && TableType !== 'EXTERNAL_TABLE')
    throw new InvalidInputException(`TableType ${TableType} is not supported; tables are EXTERNAL_TABLE.`);
  refuseMembers({
    'TableInput.ViewOriginalText': ViewOriginalText,
    'TableInput.ViewExpandedText': ViewExpandedText,
    'TableInput.ViewDefinition': ViewDefinition,
  });
}

function readStorage(storage: StorageDescriptor) {
  refuseMembers({
    'StorageDescriptor.AdditionalLocations': storage.AdditionalLocations,
    'StorageDescriptor.SkewedInfo': storage.SkewedInfo,
    'StorageDescriptor.SchemaReference': storage.SchemaReference,
    'SerdeInfo.Name': storage.SerdeInfo?.Name,
  });
  const { Location, InputFormat, OutputFormat, SerdeInfo } = storage;
  const facts = readFacts(storage);
  return {
    ...(Location === undefined || Location === '' ? {} : { location: Location }),
    ...(InputFormat === undefined ? {} : { inputFormat: InputFormat }),
    ...(OutputFormat === undefined ? {} : { outputFormat: OutputFormat }),
    ...(SerdeInfo?.SerializationLibrary === undefined
      ? {}
      : { serde: { library: SerdeInfo.SerializationLibrary, parameters: SerdeInfo.Parameters ?? {} } }),
    // Left out when it says nothing, so that a table that was read and written back is the same.
    ...(JSON.stringify(facts) === JSON.stringify(NO_STORAGE_FACTS) ? {} : { storage: facts }),
  };
}

function readFacts(storage: StorageDescriptor): StorageFacts {
  const bucketCount = storage.NumberOfBuckets ?? 0;
  return {
    compressed: storage.Compressed ?? false,
    bucketCount: bucketCount === 0 ? NO_STORAGE_FACTS.bucketCount : bucketCount,
    bucketColumns: storage.BucketColumns ?? [],
    sortColumns: (storage.SortColumns ?? []).map(({ Column: column, SortOrder: order }) => ({ column, order })),
    parameters: storage.Parameters ?? {},
    storedAsSubDirectories: storage.StoredAsSubDirectories ?? false,
  };
}

function readColumn({ Name, Type, Comment, Parameters }: Column): CatalogColumn {
  refuseMembers({ 'Column.Parameters': Parameters });
  if (Type === undefined || Type === '') throw new InvalidInputException(`Column ${Name} has no type.`);
  return { name: normaliseName(Name), type: Type, ...(Comment === undefined ? {} : { comment: Comment }) };
}

/** Partition keys are columns too: no statement could tell two of one name apart. */
function requireDistinct(columns: readonly CatalogColumn[]): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    if (seen.has(name)) throw new InvalidInputException(`Column ${name} is there twice.`);
    seen.add(name);
  }
}
