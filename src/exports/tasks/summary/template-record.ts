import { writeTemplateLine } from '../../../inventory/import-template.ts';
import type { WholeServer } from '../../../inventory/whole-inventory.ts';

/**
 * The import template as an export writes it: one row a server, with its ServerId, so that the file can be changed and
 * imported again. What a row cannot say without changing something is left out (a name with a comma in it, waves that differ
 * between a server's applications): an import leaves alone what it is not told.
 */
export function templateRecord({ serverId, attributes, applications, tags }: WholeServer): string[] {
  return writeTemplateLine({
    serverId,
    attributes,
    applications: applications.map(({ name }) => name).filter(isOneItem),
    wave: commonWave(applications),
    // All or none: a list that is given has to be the whole of what a server has.
    tags: tags.every(isOnePair) ? tags : [],
  });
}

/** Whether a reader of a list gets the item back as it is. */
function isOneItem(text: string): boolean {
  return !text.includes(',') && text.trim() === text;
}

function isOnePair({ key, value }: { key: string; value: string }): boolean {
  return isOneItem(key) && isOneItem(value) && key !== '' && !key.includes(':');
}

function commonWave(applications: WholeServer['applications']): string | undefined {
  const [wave, ...others] = new Set(applications.map((application) => application.wave));
  return others.length === 0 ? wave : undefined;
}
