import { canonicalJson } from '../../core/canonical-json.ts';
import { transition } from '../../core/state-machine.ts';
import type { StateTransaction } from '../../ports/state/state-store.ts';
import { findReplay, recordToken, type TokenUse } from '../client-tokens.ts';
import { findConnectionFacts } from '../containers/connection-store.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from '../containers/domains.ts';
import { findEnvironmentFacts } from '../containers/environment-store.ts';
import { requireProject } from '../containers/projects.ts';
import { ConflictError, InvalidError, MissingError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { NewestPage } from '../newest-first.ts';
import { type GivenForm, resolveForms } from '../types/resolve-forms.ts';
import type { GlueConfiguration } from './configuration.ts';
import type { DataSource, DataSourceRef, EnableSetting, ScheduleSetting } from './data-source.ts';
import { DATA_SOURCE_MACHINE, type DataSourceEvent, type DataSourceState } from './data-source-states.ts';
import * as store from './data-source-store.ts';

export interface DataSourcesOptions {
  readonly region: string;
  /** How long creating, updating and deleting take; what there is to do is done when it is over. */
  readonly settleMs: number;
  /** Told after every command: there is something for the worker to do. */
  readonly onCommand: () => void;
}

export type GivenConfiguration = Omit<GlueConfiguration, 'accountId' | 'region'>;

/** What both Create and Update may say; absent in an update means unchanged. */
export interface DataSourceSettings {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly configuration?: GivenConfiguration | undefined;
  readonly recommendation?: DataSource['recommendation'];
  readonly enableSetting?: EnableSetting | undefined;
  readonly publishOnImport?: boolean | undefined;
  readonly forms?: readonly GivenForm[] | undefined;
  readonly schedule?: ScheduleSetting | undefined;
}

export interface NewDataSource extends DomainRef, DataSourceSettings {
  readonly name: string;
  readonly projectId: string;
  readonly environmentId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly type: string;
  readonly configuration: GivenConfiguration;
}

/** Creates, changes, removes and lists data sources. What takes time is the settler's. */
export class DataSources {
  readonly #ports: GovernancePorts;
  readonly #options: DataSourcesOptions;

  constructor(ports: GovernancePorts, options: DataSourcesOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws MissingError, ConflictError, InvalidError */
  async create(wanted: NewDataSource, token: TokenUse): Promise<DataSource> {
    const { state, clock, random } = this.#ports;
    const created = await state.transaction(async (tx) => {
      await requireAvailableDomain(tx, wanted);
      const nowMs = clock.nowMs();
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return requireDataSource(tx, { ...wanted, dataSourceId: replay.resourceId });
      const place = await this.#findPlace(tx, wanted);
      const dataSourceId = newId(random);
      await store.insertDataSource(tx, {
        account_id: wanted.accountId,
        domain_id: wanted.domainId,
        data_source_id: dataSourceId,
        project_id: wanted.projectId,
        environment_id: wanted.environmentId ?? null,
        connection_id: wanted.connectionId ?? null,
        name: wanted.name,
        description: wanted.description ?? null,
        source_type: wanted.type,
        status: 'CREATING',
        settles_at_ms: nowMs + this.#options.settleMs,
        enable_setting: wanted.enableSetting ?? 'ENABLED',
        publish_on_import: wanted.publishOnImport === true ? 1 : 0,
        configuration_json: canonicalJson({ glueRunConfiguration: { ...wanted.configuration, ...place } }),
        recommendation_json: jsonOrNull(wanted.recommendation),
        forms_json: JSON.stringify(await resolveForms(tx, wanted, wanted.forms ?? [])),
        schedule_json: jsonOrNull(wanted.schedule),
        last_log_no: 0,
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
      });
      await recordToken(tx, token, { resourceId: dataSourceId, nowMs });
      return requireDataSource(tx, { ...wanted, dataSourceId });
    });
    this.#options.onCommand();
    return created;
  }

  /** @throws MissingError */
  async get(ref: DataSourceRef): Promise<DataSource> {
    await requireDomain(this.#ports.state.queries, ref);
    return requireDataSource(this.#ports.state.queries, ref);
  }

  /** @throws MissingError when there is no such domain or project */
  async list(domain: DomainRef, filter: store.DataSourceFilter, page: NewestPage): Promise<DataSource[]> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    await requireProject(queries, domain, filter.projectId);
    return store.listDataSources(queries, domain, filter, page);
  }

  /** Whose catalogue is read: the environment's, or our own. @throws MissingError, ConflictError, InvalidError */
  async #findPlace(tx: StateTransaction, wanted: NewDataSource): Promise<{ accountId: string; region: string }> {
    await requireProject(tx, wanted, wanted.projectId);
    const own = { accountId: wanted.accountId, region: this.#options.region };
    const { environmentId, connectionId } = wanted;
    if (environmentId !== undefined && connectionId !== undefined)
      throw new InvalidError('Only one of environmentIdentifier and connectionIdentifier may be given.');
    if (connectionId !== undefined) {
      const connection = await findConnectionFacts(tx, wanted, connectionId);
      if (connection === undefined) throw new MissingError('Connection');
      if (connection.environmentId === undefined) return own;
      return this.#placeOfEnvironment(tx, wanted, connection.environmentId);
    }
    return environmentId === undefined ? own : this.#placeOfEnvironment(tx, wanted, environmentId);
  }

  async #placeOfEnvironment(tx: StateTransaction, domain: DomainRef, environmentId: string) {
    const environment = await findEnvironmentFacts(tx, domain, environmentId);
    if (environment === undefined) throw new MissingError('Environment');
    if (environment.status !== 'ACTIVE')
      throw new ConflictError(
        `Environment '${environmentId}' is in status ${environment.status}; it has to be ACTIVE.`,
      );
    return { accountId: environment.awsAccountId, region: environment.awsAccountRegion };
  }
}

/** @throws MissingError */
export async function requireDataSource(
  tx: StateTransaction | GovernancePorts['state']['queries'],
  ref: DataSourceRef,
) {
  const source = await store.findDataSource(tx, ref);
  if (source === undefined) throw new MissingError('DataSource');
  return source;
}

/** The state after `event`; a caller that has asked before knows there is one. */
export function moveSource(from: DataSourceState, event: DataSourceEvent): DataSourceState {
  const to = transition(DATA_SOURCE_MACHINE, from, event);
  if (to === undefined) throw new Error(`A ${from} data source does not take ${event}.`);
  return to;
}

function jsonOrNull(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
