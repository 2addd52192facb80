import { addMembers, countMembers } from '../inventory/application-store.ts';
import { ensureApplications } from '../inventory/applications.ts';
import { applySources } from '../inventory/apply-sources.ts';
import { type Quotas, requireQuota } from '../inventory/quotas.ts';
import type { ServerSource } from '../inventory/server-attributes.ts';
import { countTagsMost, putTags } from '../inventory/tag-store.ts';
import type { Random } from '../ports/random.ts';
import type { StateTransaction } from '../ports/state/state-store.ts';
import { type ImportTask, sourceIdOf } from './import-task.ts';
import { findServerIdFaults } from './server-id-records.ts';
import { countImported } from './task-sources.ts';
import type { RecordFault, ServerRecord } from './template/template-record.ts';

export interface ApplyRecordsContext {
  readonly accountId: string;
  readonly task: ImportTask;
  readonly quotas: Quotas;
  readonly random: Random;
  readonly nowMs: number;
}

/** The account has as many imported records, or servers, as it may: the import ends here. */
export class ImportLimitError extends Error {
  readonly event: 'recordLimit' | 'serverLimit';

  constructor(event: ImportLimitError['event']) {
    super(`An import met a limit: ${event}.`);
    this.name = 'ImportLimitError';
    this.event = event;
  }
}

/**
 * Makes records part of the inventory, in the caller's transaction: servers, their tags, the applications they are in.
 * Returns the records it cannot. @throws ImportLimitError, QuotaExceededError: then the transaction must not be made true
 */
export async function applyRecords(
  tx: StateTransaction,
  context: ApplyRecordsContext,
  records: readonly ServerRecord[],
): Promise<RecordFault[]> {
  const { accountId, task, nowMs } = context;
  const faults = await findServerIdFaults(tx, accountId, records);
  const faulty = new Set(faults.map(({ line }) => line));
  const sound = records.filter(({ line }) => !faulty.has(line));
  const described = sound.filter(({ serverId }) => serverId === undefined);
  const applied = await applySources(
    tx,
    { accountId, nowMs },
    described.map((record) => sourceOf(task, record)),
  );
  await requireRoom(tx, context);
  const serverIds = new Map(sound.map(({ line, serverId }) => [line, serverId ?? '']));
  for (const [index, { line }] of described.entries()) serverIds.set(line, applied[index]?.serverId ?? '');
  await joinApplications(tx, context, sound, serverIds);
  await addTags(tx, context, described, serverIds);
  return faults;
}

function sourceOf({ taskId, requestedAtMs }: ImportTask, { line, attributes }: ServerRecord): ServerSource {
  const sections = { record: { observedAtMs: requestedAtMs, attributes } };
  return { kind: 'IMPORT', id: sourceIdOf(taskId, line), sections };
}

async function requireRoom(tx: StateTransaction, { accountId, quotas }: ApplyRecordsContext): Promise<void> {
  const { importedRecordsMax, importedServersMax } = quotas;
  if (importedRecordsMax === Number.POSITIVE_INFINITY && importedServersMax === Number.POSITIVE_INFINITY) return;
  const { records, servers } = await countImported(tx, accountId);
  if (records > importedRecordsMax) throw new ImportLimitError('recordLimit');
  if (servers > importedServersMax) throw new ImportLimitError('serverLimit');
}

async function joinApplications(
  tx: StateTransaction,
  context: ApplyRecordsContext,
  records: readonly ServerRecord[],
  serverIds: ReadonlyMap<number, string>,
): Promise<void> {
  const { accountId, quotas } = context;
  const texts = records.flatMap(({ applications, wave }) => applications.map((name) => ({ name, wave })));
  if (texts.length === 0) return;
  const byName = await ensureApplications(tx, context, texts);
  const members = records.flatMap(({ line, applications }) =>
    applications.map((name) => ({
      applicationId: byName.get(name)?.applicationId ?? '',
      serverId: serverIds.get(line) ?? '',
    })),
  );
  await addMembers(tx, accountId, members);
  if (quotas.serversPerApplicationMax === Number.POSITIVE_INFINITY) return;
  for (const { applicationId } of byName.values()) {
    const servers = await countMembers(tx, accountId, applicationId);
    requireQuota(servers, quotas.serversPerApplicationMax, 'servers per application');
  }
}

async function addTags(
  tx: StateTransaction,
  { accountId, quotas, nowMs }: ApplyRecordsContext,
  records: readonly ServerRecord[],
  serverIds: ReadonlyMap<number, string>,
): Promise<void> {
  const tags = records.flatMap(({ line, tags: pairs }) =>
    pairs.map((pair) => ({
      ...pair,
      configurationId: serverIds.get(line) ?? '',
      configurationType: 'SERVER' as const,
      createdAtMs: nowMs,
    })),
  );
  if (tags.length === 0) return;
  await putTags(tx, accountId, tags);
  if (quotas.tagsPerServerMax === Number.POSITIVE_INFINITY) return;
  const tagged = [...new Set(tags.map(({ configurationId }) => configurationId))];
  requireQuota(await countTagsMost(tx, accountId, tagged), quotas.tagsPerServerMax, 'tags per server');
}
