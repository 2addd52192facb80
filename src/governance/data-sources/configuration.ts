/** What a data source reads: databases of the catalogue, and which of their tables. */

import { compareCodePoints } from '../../core/canonical-json.ts';
import { compileGlob } from '../../core/glob.ts';

export interface FilterExpression {
  readonly type: 'INCLUDE' | 'EXCLUDE';
  readonly expression: string;
}

export interface FilterConfiguration {
  readonly databaseName: string;
  readonly schemaName?: string | undefined;
  readonly filterExpressions?: readonly FilterExpression[] | undefined;
}

export interface GlueConfiguration {
  readonly accountId: string;
  readonly region: string;
  readonly dataAccessRole?: string | undefined;
  readonly relationalFilterConfigurations: readonly FilterConfiguration[];
  readonly autoImportDataQualityResult?: boolean | undefined;
  readonly catalogName?: string | undefined;
}

/** In the form callers read it back in: account and Region are ours to add. */
export interface SourceConfiguration {
  readonly glueRunConfiguration: GlueConfiguration;
}

/** Whether an entry takes a table: an INCLUDE matches or there is none, and no EXCLUDE does, in whatever order they stand. */
export function compileTableFilter({ filterExpressions = [] }: FilterConfiguration): (table: string) => boolean {
  const compile = (type: FilterExpression['type']) =>
    filterExpressions.filter((rule) => rule.type === type).map((rule) => compileGlob(rule.expression));
  const [includes, excludes] = [compile('INCLUDE'), compile('EXCLUDE')];
  return (table) =>
    (includes.length === 0 || includes.some((matches) => matches(table))) &&
    !excludes.some((matches) => matches(table));
}

/** A table is in when one of the entries that name its database takes it. */
export function compileFilter(
  configuration: Pick<GlueConfiguration, 'relationalFilterConfigurations'>,
): (database: string, table: string) => boolean {
  const entries = configuration.relationalFilterConfigurations.map((entry) => ({
    matchesDatabase: compileGlob(entry.databaseName),
    matchesTable: compileTableFilter(entry),
  }));
  return (database, table) =>
    entries.some(({ matchesDatabase, matchesTable }) => matchesDatabase(database) && matchesTable(table));
}

export interface ChosenDatabases {
  /** In the order they are read in, which is the one the database sorts names in. */
  readonly found: readonly string[];
  /** Named one by one, and not in the catalogue. */
  readonly missing: readonly string[];
}

export function chooseDatabases(
  configuration: Pick<GlueConfiguration, 'relationalFilterConfigurations'>,
  all: readonly string[],
): ChosenDatabases {
  const names = [...new Set(configuration.relationalFilterConfigurations.map((entry) => entry.databaseName))];
  const patterns = names.map((name) => ({ name, matches: compileGlob(name) }));
  return {
    found: all.filter((database) => patterns.some(({ matches }) => matches(database))).sort(compareCodePoints),
    missing: names.filter((name) => !name.includes('*') && !all.includes(name.toLowerCase())),
  };
}
