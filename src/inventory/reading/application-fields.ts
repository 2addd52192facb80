import { EQUALITY, NONE, TEXT } from './conditions.ts';
import type { Field, Fields } from './read-question.ts';

/** Where a filter or sort of applications looks: a column, the servers in it, or how many of them there are. */
export type ApplicationSource =
  | { readonly in: 'application'; readonly column: ApplicationColumn }
  | { readonly in: 'servers' }
  | { readonly in: 'server count' };

type ApplicationColumn = 'application_id' | 'name' | 'description' | 'created_at_ms' | 'modified_at_ms';

const inApplication = (column: ApplicationColumn): ApplicationSource => ({ in: 'application', column });
const equality = (source: ApplicationSource): Field<ApplicationSource> => ({
  conditions: EQUALITY,
  values: 'text',
  isSortable: false,
  source,
});
const text = (column: ApplicationColumn): Field<ApplicationSource> => ({
  conditions: TEXT,
  values: 'text',
  isSortable: true,
  source: inApplication(column),
});
const sortOnly = (source: ApplicationSource): Field<ApplicationSource> => ({
  conditions: NONE,
  values: 'text',
  isSortable: true,
  source,
});

export const APPLICATION_FIELDS: Fields<ApplicationSource> = {
  'application.configurationId': equality(inApplication('application_id')),
  'server.configurationId': equality({ in: 'servers' }),
  'application.name': text('name'),
  'application.description': text('description'),
  'application.serverCount': sortOnly({ in: 'server count' }),
  'application.timeOfCreation': sortOnly(inApplication('created_at_ms')),
  'application.lastModifiedTime': sortOnly(inApplication('modified_at_ms')),
};
