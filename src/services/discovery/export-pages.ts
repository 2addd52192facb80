import type { ExportTask } from '../../exports/tasks/export-task.ts';
import type { TaskPage } from '../../exports/tasks/task-store.ts';
import type { ExportInfo } from '../../wire/generated/discovery.ts';
import type { CallContext } from '../../wire/handlers.ts';
import { describeExportTask } from './describe-export.ts';
import type { DiscoveryDeps } from './discovery-service.ts';
import { InvalidParameterValueException } from './errors.ts';
import { cutPage, pageScope, readPageSize, readPosition } from './paging.ts';

/** Ids or values one request may name: the model sets no bound, and each is a parameter of the query. */
const VALUES_MAX = 1000;

export interface ExportsQuestion extends Pick<TaskPage, 'exportIds' | 'agentIds' | 'kind'> {
  readonly maxResults: number | undefined;
  readonly nextToken: string | undefined;
}

/** A page of exports, newest first, as both operations answer it. */
export async function describeExportPage(
  deps: DiscoveryDeps,
  ctx: CallContext,
  question: ExportsQuestion,
): Promise<{ exportsInfo: ExportInfo[]; nextToken?: string }> {
  const { maxResults, nextToken, ...asked } = question;
  const size = readPageSize(maxResults);
  const scope = pageScope(ctx, asked);
  const position = readPosition(deps.pageTokenKey, scope, nextToken);
  const after = position && { requestedAtMs: Number(position[0]), exportId: String(position[1]) };
  const found = await deps.exportTasks.list({ ...asked, after, limit: size + 1 });
  const { items, ...rest } = cutPage(found, size, { key: deps.pageTokenKey, scope, positionOf });
  const answer = { ctx, signer: deps.urlSigner, nowMs: deps.exportTasks.nowMs() };
  return { exportsInfo: items.map((task) => describeExportTask(task, answer)), ...rest };
}

/** Each once; undefined when none are named. @throws InvalidParameterValueException for too many */
export function readNames(member: string, asked: readonly string[] | undefined): readonly string[] | undefined {
  if (asked === undefined || asked.length === 0) return undefined;
  const names = [...new Set(asked)];
  if (names.length <= VALUES_MAX) return names;
  throw new InvalidParameterValueException(`${member} has ${names.length} values; ${VALUES_MAX} are the most.`);
}

function positionOf({ requestedAtMs, exportId }: ExportTask): [number, string] {
  return [requestedAtMs, exportId];
}
