import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import { findReplay, recordToken, type TokenUse } from '../client-tokens.ts';
import { ConflictError, InvalidError, MissingError } from '../errors.ts';
import { newId } from '../ids.ts';
import {
  type ConnectionProperties,
  connectionTypeOf,
  patchProperties,
  refuseUnsupported,
} from './connection-properties.ts';
import * as store from './connection-store.ts';
import type { DomainRef, GovernanceDomain } from './domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from './domains.ts';
import { findEnvironment } from './environment-store.ts';
import { requireActiveProject } from './projects.ts';
import { findStandingSource } from './standing-sources.ts';

export interface NewConnection extends DomainRef {
  readonly name: string;
  readonly description?: string | undefined;
  readonly environmentId?: string | undefined;
  readonly scope?: store.ConnectionScope | undefined;
  readonly properties: ConnectionProperties | undefined;
  readonly settings: store.ConnectionSettings;
}

/** Absent means unchanged. */
export interface ConnectionChanges {
  readonly description?: string | undefined;
  readonly properties?: ConnectionProperties | undefined;
  readonly awsLocation?: store.AwsLocation | undefined;
  readonly configurations?: unknown;
}

/** A connection with what its answers tell of where it is. */
export interface DescribedConnection extends store.Connection {
  readonly unitId: string;
}

/** Connections: to what a project's work reaches. Nothing is connected to: what they say is kept for those who ask. */
export class Connections {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** @throws MissingError, ConflictError when the project, or the domain, has one of that name; InvalidError */
  create(wanted: NewConnection, token: TokenUse): Promise<DescribedConnection> {
    const { state, clock, random } = this.#ports;
    return state.transaction(async (tx) => {
      const domain = await requireAvailableDomain(tx, wanted);
      const nowMs = clock.nowMs();
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return describe(tx, domain, replay.resourceId);
      const { properties } = wanted;
      if (properties === undefined) throw new InvalidError('props must be given: they say what the connection is to.');
      refuseUnsupported(properties);
      const { scope, projectId } = await findScope(tx, wanted);
      await refuseTakenName(tx, wanted, projectId);
      const connection: store.Connection = {
        accountId: wanted.accountId,
        domainId: wanted.domainId,
        connectionId: newId(random),
        projectId,
        environmentId: wanted.environmentId,
        name: wanted.name,
        description: wanted.description,
        type: connectionTypeOf(properties),
        scope,
        properties,
        settings: wanted.settings,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      };
      await store.insertConnection(tx, connection);
      await recordToken(tx, token, { resourceId: connection.connectionId, nowMs });
      return { ...connection, unitId: domain.rootUnitId };
    });
  }

  /** @throws MissingError */
  async get(ref: store.ConnectionRef): Promise<DescribedConnection> {
    const { queries } = this.#ports.state;
    return describe(queries, await requireDomain(queries, ref), ref.connectionId);
  }

  /** @throws MissingError */
  async list(
    ref: DomainRef,
    filter: store.ConnectionFilter,
    page: store.ConnectionPage,
  ): Promise<DescribedConnection[]> {
    const { queries } = this.#ports.state;
    const domain = await requireDomain(queries, ref);
    const found = await store.listConnections(queries, ref, filter, page);
    return found.map((connection) => ({ ...connection, unitId: domain.rootUnitId }));
  }

  /** @throws MissingError, InvalidError */
  update(ref: store.ConnectionRef, changes: ConnectionChanges): Promise<DescribedConnection> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      const domain = await requireAvailableDomain(tx, ref);
      const connection = await describe(tx, domain, ref.connectionId);
      const { properties: patch, awsLocation, configurations } = changes;
      if (patch !== undefined) refuseUnsupported(patch);
      const properties = patch === undefined ? connection.properties : patchProperties(connection.properties, patch);
      const said = Object.entries({ awsLocation, configurations }).filter(([, value]) => value !== undefined);
      await store.updateConnection(tx, ref, {
        description: changes.description ?? connection.description ?? null,
        props_json: JSON.stringify(properties),
        settings_json: JSON.stringify({ ...connection.settings, ...Object.fromEntries(said) }),
        updated_at_ms: clock.nowMs(),
      });
      return describe(tx, domain, ref.connectionId);
    });
  }

  /** @throws MissingError, ConflictError when a data source reads through it */
  delete(ref: store.ConnectionRef): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await describe(tx, await requireDomain(tx, ref), ref.connectionId);
      const source = await findStandingSource(tx, ref, { connectionId: ref.connectionId });
      if (source !== undefined)
        throw new ConflictError(
          `Connection '${ref.connectionId}' is used by data source '${source}'. Delete that first.`,
        );
      await store.deleteConnection(tx, ref);
    });
  }
}

/** A project is found through its environment, for there is no other member to name one. @throws InvalidError, MissingError */
async function findScope(
  tx: StateTransaction,
  wanted: NewConnection,
): Promise<{ scope: store.ConnectionScope; projectId: string | undefined }> {
  const { accountId, domainId, environmentId } = wanted;
  if (environmentId === undefined) {
    if (wanted.scope === 'PROJECT')
      throw new InvalidError('environmentIdentifier must be given for a connection of scope PROJECT.');
    return { scope: 'DOMAIN', projectId: undefined };
  }
  const environment = await findEnvironment(tx, { accountId, domainId, environmentId });
  if (environment === undefined) throw new MissingError('Environment');
  if (environment.status === 'DELETING')
    throw new ConflictError(`Environment '${environmentId}' is in status DELETING and cannot be connected to.`);
  await requireActiveProject(tx, wanted, environment.projectId);
  return { scope: wanted.scope ?? 'PROJECT', projectId: environment.projectId };
}

async function refuseTakenName(tx: StateTransaction, wanted: NewConnection, projectId: string | undefined) {
  if (await store.hasConnectionNamed(tx, wanted, { name: wanted.name, projectId }))
    throw new ConflictError(`A connection named '${wanted.name}' is there already.`);
}

/** @throws MissingError */
async function describe(
  queries: StateQueries,
  domain: GovernanceDomain,
  connectionId: string,
): Promise<DescribedConnection> {
  const { accountId, domainId } = domain;
  const connection = await store.findConnection(queries, { accountId, domainId, connectionId });
  if (connection === undefined) throw new MissingError('Connection');
  return { ...connection, unitId: domain.rootUnitId };
}
