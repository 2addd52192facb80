import type { Clock } from '../../ports/clock.ts';
import type { StateStore } from '../../ports/state/state-store.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { GlueOperations } from '../../wire/generated/glue.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { createDatabase } from './CreateDatabase.ts';
import { createTable } from './CreateTable.ts';
import { deleteDatabase } from './DeleteDatabase.ts';
import { deleteTable } from './DeleteTable.ts';
import { getDatabase } from './GetDatabase.ts';
import { getDatabases } from './GetDatabases.ts';
import { getPartition } from './GetPartition.ts';
import { getPartitions } from './GetPartitions.ts';
import { getTable } from './GetTable.ts';
import { getTables } from './GetTables.ts';
import { updateTable } from './UpdateTable.ts';

export interface GlueDeps {
  readonly state: StateStore;
  readonly clock: Clock;
  /** Seals page tokens; 32 bytes, the same on every node. */
  readonly pageTokenKey: Uint8Array;
}

export function createGlueService(deps: GlueDeps): ServiceRegistration {
  const handlers: Handlers<GlueOperations> = {
    CreateDatabase: createDatabase(deps),
    CreateTable: createTable(deps),
    DeleteDatabase: deleteDatabase(deps),
    DeleteTable: deleteTable(deps),
    GetDatabase: getDatabase(deps),
    GetDatabases: getDatabases(deps),
    GetPartition: getPartition(deps),
    GetPartitions: getPartitions(deps),
    GetTable: getTable(deps),
    GetTables: getTables(deps),
    UpdateTable: updateTable(deps),
  };
  return { name: 'glue', handlers };
}
