import type { StateStore } from '../../ports/state/state-store.ts';
import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { GlueOperations } from '../../wire/generated/glue.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { getDatabase } from './GetDatabase.ts';
import { getDatabases } from './GetDatabases.ts';
import { getPartition } from './GetPartition.ts';
import { getPartitions } from './GetPartitions.ts';
import { getTable } from './GetTable.ts';
import { getTables } from './GetTables.ts';

export interface GlueDeps {
  readonly state: StateStore;
  /** Seals page tokens; 32 bytes, the same on every node. */
  readonly pageTokenKey: Uint8Array;
}

export function createGlueService(deps: GlueDeps): ServiceRegistration {
  const handlers: Handlers<GlueOperations> = {
    GetDatabase: getDatabase(deps),
    GetDatabases: getDatabases(deps),
    GetPartition: getPartition(deps),
    GetPartitions: getPartitions(deps),
    GetTable: getTable(deps),
    GetTables: getTables(deps),
  };
  return { name: 'glue', handlers };
}
