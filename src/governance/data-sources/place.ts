import type { StateTransaction } from '../../ports/state/state-store.ts';
import { findConnectionFacts } from '../containers/connection-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { findEnvironmentFacts } from '../containers/environment-store.ts';
import { ConflictError, InvalidError, MissingError } from '../errors.ts';

/** Whose catalogue a source reads, and where. */
export interface SourcePlace {
  readonly accountId: string;
  readonly region: string;
}

export interface SourceStand {
  readonly environmentId?: string | undefined;
  readonly connectionId?: string | undefined;
}

/** The environment's place, or our own. @throws MissingError, ConflictError, InvalidError */
export async function findPlace(
  tx: StateTransaction,
  domain: DomainRef,
  stand: SourceStand,
  region: string,
): Promise<SourcePlace> {
  if (stand.environmentId !== undefined && stand.connectionId !== undefined)
    throw new InvalidError('Only one of environmentIdentifier and connectionIdentifier may be given.');
  const environmentId = await findEnvironmentId(tx, domain, stand);
  if (environmentId === undefined) return { accountId: domain.accountId, region };
  const environment = await findEnvironmentFacts(tx, domain, environmentId);
  if (environment === undefined) throw new MissingError('Environment');
  if (environment.status !== 'ACTIVE') throw unready(environmentId, environment.status);
  return { accountId: environment.awsAccountId, region: environment.awsAccountRegion };
}

/** Why the environment that a source stands on keeps it from running. */
export async function findUnreadyEnvironment(
  tx: StateTransaction,
  domain: DomainRef,
  stand: SourceStand,
): Promise<ConflictError | undefined> {
  const environmentId = await findEnvironmentId(tx, domain, stand).catch(ignoreMissing);
  if (environmentId === undefined) return undefined;
  const status = (await findEnvironmentFacts(tx, domain, environmentId))?.status ?? 'DELETED';
  return status === 'ACTIVE' ? undefined : unready(environmentId, status);
}

async function findEnvironmentId(
  tx: StateTransaction,
  domain: DomainRef,
  { environmentId, connectionId }: SourceStand,
): Promise<string | undefined> {
  if (connectionId === undefined) return environmentId;
  const connection = await findConnectionFacts(tx, domain, connectionId);
  if (connection === undefined) throw new MissingError('Connection');
  return connection.environmentId;
}

/** A connection that went away takes no environment with it. */
function ignoreMissing(error: unknown): undefined {
  if (!(error instanceof MissingError)) throw error;
}

function unready(environmentId: string, status: string): ConflictError {
  return new ConflictError(`Environment '${environmentId}' is in status ${status}; it has to be ACTIVE.`);
}
