import { type CatalogTable, findDatabase } from '../../catalog/catalog.ts';
import { findTable } from '../../catalog/tables.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { EntityNotFoundException, InvalidInputException } from './errors.ts';

/** There is one catalogue, named by the account or by nothing (decision G4). @throws EntityNotFoundException */
export function requireDefaultCatalog(catalogId: string | undefined, accountId: string): void {
  if (catalogId !== undefined && catalogId !== accountId)
    throw new EntityNotFoundException(`Catalog ${catalogId} not found.`);
}

/** The catalogue is what it is now. @throws InvalidInputException naming the member that asks for another time */
export function refuseTimeTravel(input: {
  readonly TransactionId?: string | undefined;
  readonly QueryAsOfTime?: number | undefined;
}): void {
  for (const member of ['TransactionId', 'QueryAsOfTime'] as const) {
    if (input[member] !== undefined) throw new InvalidInputException(`${member} is not supported.`);
  }
}

export async function requireDatabase(queries: StateQueries, accountId: string, name: string) {
  const database = await findDatabase(queries, accountId, name);
  if (database === undefined) throw new EntityNotFoundException(`Database ${name} not found.`);
  return database;
}

/** A missing database is told from a missing table. */
export async function requireTable(
  queries: StateQueries,
  accountId: string,
  { database, name }: { database: string; name: string },
): Promise<CatalogTable> {
  const table = await findTable(queries, accountId, database, name);
  if (table !== undefined) return table;
  await requireDatabase(queries, accountId, database);
  throw new EntityNotFoundException(`Table ${name} not found.`);
}
