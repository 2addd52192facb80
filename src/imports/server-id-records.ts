import {
  READ_ONLY_COLUMNS,
  TEMPLATE_COLUMNS,
  type TemplateServer,
  writeTemplateLine,
} from '../inventory/import-template.ts';
import { readMac } from '../inventory/server-attributes.ts';
import { listServers } from '../inventory/server-store.ts';
import { listTags } from '../inventory/tag-store.ts';
import type { StateQueries } from '../ports/state/state-store.ts';
import type { FieldError, RecordFault, ServerRecord } from './template/template-record.ts';

const NAMES = [...TEMPLATE_COLUMNS.keys()];
/** What a number may lose on its way through our units and a spreadsheet. */
const TOLERANCE = 1e-9;
/** Of all servers that one call names, more than which nobody compares by hand. */
const TAGS_MAX = 100_000;

/**
 * Records that name a server by its id change nothing of it but its applications: such a file is an export, edited. Returns
 * those that name no server, or would change what cannot be changed.
 */
export async function findServerIdFaults(
  queries: StateQueries,
  accountId: string,
  records: readonly ServerRecord[],
): Promise<RecordFault[]> {
  const naming = records.filter(({ serverId }) => serverId !== undefined);
  if (naming.length === 0) return [];
  const ids = [...new Set(naming.map(({ serverId }) => serverId ?? ''))];
  const servers = await listServers(queries, accountId, ids);
  const selection = { configurationIds: [ids], keys: [], values: [] };
  const tags = Map.groupBy(
    await listTags(queries, accountId, { selection, limit: TAGS_MAX }),
    ({ configurationId }) => configurationId,
  );
  return naming.flatMap((record) => {
    const { serverId = '', line, text, given, applications } = record;
    const server = servers.get(serverId);
    const isKnown = server !== undefined && server.deletedAtMs === undefined;
    const errors = isKnown
      ? listChanges(given, {
          serverId,
          attributes: server.attributes,
          applications: [],
          wave: undefined,
          tags: tags.get(serverId) ?? [],
        })
      : [{ column: 'ServerId', message: `ServerId ${serverId} was not found.` }];
    return errors.length === 0 ? [] : [{ line, text, externalId: given.get('ExternalId') ?? '', errors, applications }];
  });
}

function listChanges(given: ReadonlyMap<string, string>, server: TemplateServer): FieldError[] {
  const current = writeTemplateLine(server);
  return READ_ONLY_COLUMNS.filter((name) => {
    const value = given.get(name);
    return value !== undefined && !isSame(name, value, current[NAMES.indexOf(name)] ?? '');
  }).map((column) => ({ column, message: `${column} cannot be changed when ServerId is given.` }));
}

function isSame(name: string, given: string, current: string): boolean {
  const kind = TEMPLATE_COLUMNS.get(name)?.kind;
  if (kind === 'number' || kind === 'usedRam') return isClose(Number(given), Number(current)) && current !== '';
  if (kind === 'macAddresses') return isSameList(given, current, readMac);
  if (kind === 'ipAddresses') return isSameList(given, current, (one) => one.toLowerCase());
  if (kind === 'tags') return isSameList(given, current, (one) => one.replace(/\s*:\s*/, ':'));
  return given === current.trim();
}

function isClose(a: number, b: number): boolean {
  return Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(a), Math.abs(b));
}

/** Lists are only ever added to, so naming some of what is there changes nothing. */
function isSameList(given: string, current: string, read: (one: string) => string): boolean {
  const setOf = (text: string) =>
    new Set(
      text
        .split(',')
        .map((one) => read(one.trim()))
        .filter((one) => one !== ''),
    );
  return setOf(given).isSubsetOf(setOf(current));
}
