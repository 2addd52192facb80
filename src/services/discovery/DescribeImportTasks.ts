import type { TaskFilters } from '../../imports/task-store.ts';
import type {
  DescribeImportTasksRequest,
  DescribeImportTasksResponse,
  ImportTaskFilter,
  ImportTaskFilterName,
} from '../../wire/generated/discovery.ts';
import type { Handler } from '../../wire/handlers.ts';
import { describeImportTask } from './describe-import.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { InvalidParameterException, InvalidParameterValueException } from './errors.ts';
import { cutPage, PAGE_MAX, pageScope, readPosition } from './paging.ts';

/** Tasks newest first, with the deleted ones that were not asked to be forgotten. */
export function describeImportTasks({
  imports,
  homeRegion: region,
  urlSigner: signer,
  pageTokenKey: key,
}: DiscoveryDeps): Handler<DescribeImportTasksRequest, DescribeImportTasksResponse> {
  return async ({ filters = [], maxResults, nextToken }, ctx) => {
    const size = maxResults ?? PAGE_MAX;
    const scope = pageScope(ctx, { filters });
    const position = readPosition(key, scope, nextToken);
    const beforeNo = position === undefined ? undefined : Number(position[0]);
    const found = await imports.list({ filters: readFilters(filters), beforeNo, limit: size + 1 });
    const { items, ...rest } = cutPage(found, size, { key, scope, positionOf: ({ importNo }) => [importNo] });
    return { tasks: items.map((task) => describeImportTask(task, { ctx, signer, region })), ...rest };
  };
}

const MEMBERS: Readonly<Record<ImportTaskFilterName, keyof TaskFilters>> = {
  IMPORT_TASK_ID: 'taskIds',
  STATUS: 'statuses',
  NAME: 'names',
  FILE_CLASSIFICATION: 'classifications',
};

/** Filters AND together, values of one OR; where one is about the status, the others are not looked at. */
function readFilters(filters: readonly ImportTaskFilter[]): TaskFilters {
  const named = filters.map(requireWhole);
  const byStatus = named.filter(({ name }) => name === 'STATUS');
  const read: { -readonly [K in keyof TaskFilters]: readonly string[] } = {};
  for (const { name, values } of byStatus.length > 0 ? byStatus : named) {
    const member = MEMBERS[name];
    const known = read[member];
    read[member] = known === undefined ? [...new Set(values)] : known.filter((value) => values.includes(value));
  }
  return read;
}

function requireWhole({ name, values }: ImportTaskFilter): { name: ImportTaskFilterName; values: readonly string[] } {
  if (name === undefined) throw new InvalidParameterException('A filter needs a name.');
  if (values === undefined || values.length === 0)
    throw new InvalidParameterValueException(`Filter '${name}' needs at least one value.`);
  return { name, values };
}
