/** What becomes of an environment when it settles: its blueprint's resources are there, or it has failed and says why. */

import { insertDatabase } from '../../catalog/catalog.ts';
import { assert } from '../../core/errors.ts';
import { transition } from '../../core/state-machine.ts';
import { holdsLease, type Lease } from '../../jobs/leases.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import { findDisablement } from './blueprint-configurations.ts';
import { DATABASE_RESOURCE, requireBlueprint } from './blueprints.ts';
import { type GovernancePorts, requireDomain } from './domains.ts';
import { ENVIRONMENT_MACHINE } from './environment-states.ts';
import * as store from './environment-store.ts';

const SETTLED_AT_ONCE_MAX = 20;

/** Brings creations, updates and deletions that are due to their end. Returns how many. */
export async function settleEnvironments(
  { state, clock }: Pick<GovernancePorts, 'state' | 'clock'>,
  { accountId, lease }: { readonly accountId: string; readonly lease: Lease },
): Promise<number> {
  const look = { nowMs: clock.nowMs(), limit: SETTLED_AT_ONCE_MAX };
  if ((await store.listSettlingEnvironments(state.queries, accountId, look)).length === 0) return 0;
  return state.transaction(async (tx) => {
    if (!(await holdsLease(tx, lease, look.nowMs))) return 0;
    const due = await store.listSettlingEnvironments(tx, accountId, look);
    for (const environment of due) await settle(tx, environment, look.nowMs);
    return due.length;
  });
}

async function settle(tx: StateTransaction, environment: store.Environment, nowMs: number): Promise<void> {
  if (environment.status === 'DELETING') return store.deleteEnvironment(tx, environment);
  const { settings } = environment;
  const failure = await findDisablement(tx, environment, {
    blueprintId: environment.blueprintId,
    region: environment.awsAccountRegion,
  });
  const status = transition(ENVIRONMENT_MACHINE, environment.status, failure === undefined ? 'settle' : 'fault');
  assert(status !== undefined, 'only what was begun settles');
  const settled: store.EnvironmentSettings = {
    ...settings,
    deployment: { ...settings.deployment, status: failure === undefined ? 'SUCCESSFUL' : 'FAILED', failure },
    resources: failure === undefined ? await provision(tx, environment, nowMs) : settings.resources,
  };
  await store.updateEnvironment(tx, environment, {
    status,
    settles_at_ms: null,
    settings_json: JSON.stringify(settled),
    updated_at_ms: nowMs,
  });
}

/** Databases that are there already are used as they are. */
async function provision(
  tx: StateTransaction,
  environment: store.Environment,
  nowMs: number,
): Promise<store.ProvisionedResource[]> {
  const { accountId, projectId, environmentId, settings } = environment;
  const blueprint = requireBlueprint(await requireDomain(tx, environment), environment.blueprintId);
  const role = `arn:aws:iam::${accountId}:role/datazone_usr_role_${projectId}_${environmentId}`;
  const resources: store.ProvisionedResource[] = [{ name: 'userRoleArn', value: role, type: 'IAM_ROLE' }];
  for (const { name, databaseResource } of blueprint.parameters) {
    if (databaseResource === undefined) continue;
    const isMain = databaseResource === DATABASE_RESOURCE;
    const database = settings.parameters[name] || (isMain ? `glue_db_${environmentId}` : undefined);
    if (database === undefined) continue;
    await insertDatabase(tx, accountId, { name: database, parameters: {}, createdAtMs: nowMs });
    resources.push({ name: databaseResource, value: database, type: 'GLUE_DATABASE' });
  }
  return resources;
}
