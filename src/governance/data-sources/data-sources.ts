import type { Insertable } from 'kysely';
import { canonicalJson } from '../../core/canonical-json.ts';
import { transition } from '../../core/state-machine.ts';
import type { DataSourcesTable } from '../../ports/state/governance-schema.ts';
import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import type { AssetForm } from '../assets/asset-forms.ts';
import { findReplay, recordToken, type TokenUse } from '../client-tokens.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from '../containers/domains.ts';
import { requireActiveProject, requireProject } from '../containers/projects.ts';
import { ConflictError, MissingError } from '../errors.ts';
import { newId } from '../ids.ts';
import type { NewestPage } from '../newest-first.ts';
import { type GivenForm, resolveForms } from '../types/resolve-forms.ts';
import { GLUE_TABLE_ASSET_TYPE } from '../types/system-types.ts';
import type { GlueConfiguration } from './configuration.ts';
import type { DataSource, DataSourceRef, EnableSetting, ScheduleSetting } from './data-source.ts';
import { DATA_SOURCE_MACHINE, type DataSourceEvent, type DataSourceState } from './data-source-states.ts';
import * as store from './data-source-store.ts';
import { findPlace, type SourcePlace } from './place.ts';
import { parseSchedule } from './schedule.ts';

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
  /** Without members: run on demand only, from now on. */
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

/** Creates, changes, removes and lists data sources. What takes time is done when they settle. */
export class DataSources {
  readonly #ports: GovernancePorts;
  readonly #options: DataSourcesOptions;

  constructor(ports: GovernancePorts, options: DataSourcesOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws MissingError, ConflictError, InvalidError */
  create(wanted: NewDataSource, token: TokenUse): Promise<DataSource> {
    return this.#command(async (tx, nowMs) => {
      await requireAvailableDomain(tx, wanted);
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return requireDataSource(tx, { ...wanted, dataSourceId: replay.resourceId });
      await requireActiveProject(tx, wanted, wanted.projectId);
      const place = await findPlace(tx, wanted, wanted, this.#options.region);
      const dataSourceId = newId(this.#ports.random);
      await store.insertDataSource(tx, {
        account_id: wanted.accountId,
        domain_id: wanted.domainId,
        data_source_id: dataSourceId,
        project_id: wanted.projectId,
        environment_id: wanted.environmentId ?? null,
        connection_id: wanted.connectionId ?? null,
        source_type: wanted.type,
        status: 'CREATING',
        settles_at_ms: nowMs + this.#options.settleMs,
        enable_setting: 'ENABLED',
        publish_on_import: 0,
        forms_json: '[]',
        ...(await readSettings(tx, wanted, { ...wanted, place, nowMs })),
        name: wanted.name,
        configuration_json: encodeConfiguration(wanted.configuration, place),
        created_at_ms: nowMs,
        updated_at_ms: nowMs,
      });
      await recordToken(tx, token, { resourceId: dataSourceId, nowMs });
      return requireDataSource(tx, { ...wanted, dataSourceId });
    });
  }

  /** @throws MissingError, InvalidError, ConflictError while it is busy */
  update(ref: DataSourceRef, wanted: DataSourceSettings): Promise<DataSource> {
    return this.#command(async (tx, nowMs) => {
      await requireDomain(tx, ref);
      const source = await requireDataSource(tx, ref);
      const status = transition(DATA_SOURCE_MACHINE, source.status, 'update');
      if (status === undefined) throw busy(source, 'updated');
      await store.updateDataSource(tx, ref, {
        ...(await readSettings(tx, ref, { ...wanted, place: source.configuration.glueRunConfiguration, nowMs })),
        status,
        settles_at_ms: nowMs + this.#options.settleMs,
        updated_at_ms: nowMs,
      });
      return requireDataSource(tx, ref);
    });
  }

  /** The source as it goes; asked again with the same token, as it went. @throws MissingError, ConflictError while busy */
  delete(ref: DataSourceRef, token: TokenUse): Promise<DataSource> {
    return this.#command(async (tx, nowMs) => {
      await requireDomain(tx, ref);
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return replay.answer as DataSource;
      const source = await requireDataSource(tx, ref);
      const status = transition(DATA_SOURCE_MACHINE, source.status, 'delete');
      if (status === undefined) throw busy(source, 'deleted');
      const settlesAtMs = nowMs + this.#options.settleMs;
      await store.updateDataSource(tx, ref, { status, settles_at_ms: settlesAtMs, updated_at_ms: nowMs });
      const going = await requireDataSource(tx, ref);
      await recordToken(tx, token, { resourceId: ref.dataSourceId, answer: going, nowMs });
      return going;
    });
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

  async #command<T>(run: (tx: StateTransaction, nowMs: number) => Promise<T>): Promise<T> {
    const { state, clock } = this.#ports;
    const answer = await state.transaction((tx) => run(tx, clock.nowMs()));
    this.#options.onCommand();
    return answer;
  }
}

/** The columns of what was said; what was not said is not among them. @throws MissingError, InvalidError */
async function readSettings(
  tx: StateTransaction,
  domain: DomainRef,
  wanted: DataSourceSettings & { readonly place: SourcePlace; readonly nowMs: number },
): Promise<Partial<Insertable<DataSourcesTable>>> {
  const { name, description, configuration, recommendation, enableSetting, publishOnImport, forms, schedule } = wanted;
  return {
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(configuration === undefined ? {} : { configuration_json: encodeConfiguration(configuration, wanted.place) }),
    ...(recommendation === undefined ? {} : { recommendation_json: JSON.stringify(recommendation) }),
    ...(enableSetting === undefined ? {} : { enable_setting: enableSetting }),
    ...(publishOnImport === undefined ? {} : { publish_on_import: publishOnImport ? 1 : 0 }),
    ...(forms === undefined ? {} : { forms_json: JSON.stringify(await readForms(tx, domain, forms)) }),
    ...(schedule === undefined ? {} : readSchedule(schedule, wanted.nowMs)),
  };
}

/** As forms of the assets they are attached to: a name that the type of those has is of the form it says. */
function readForms(tx: StateTransaction, domain: DomainRef, forms: readonly GivenForm[]): Promise<AssetForm[]> {
  return resolveForms(tx, domain, forms, GLUE_TABLE_ASSET_TYPE.forms);
}

function readSchedule(setting: ScheduleSetting, nowMs: number): Partial<Insertable<DataSourcesTable>> {
  const schedule = parseSchedule(setting);
  if (schedule === undefined) return { schedule_json: null, next_tick_ms: null };
  return { schedule_json: JSON.stringify(setting), next_tick_ms: schedule.nextAfter(nowMs) ?? null };
}

function encodeConfiguration(given: GivenConfiguration, { accountId, region }: SourcePlace): string {
  return canonicalJson({ glueRunConfiguration: { ...given, accountId, region } });
}

function busy({ dataSourceId, status }: DataSource, what: string): ConflictError {
  return new ConflictError(`Data source '${dataSourceId}' is in status ${status} and cannot be ${what}.`);
}

/** @throws MissingError */
export async function requireDataSource(queries: StateQueries, ref: DataSourceRef): Promise<DataSource> {
  const source = await store.findDataSource(queries, ref);
  if (source === undefined) throw new MissingError('DataSource');
  return source;
}

/** The state after `event`; a caller that has asked before knows there is one. */
export function moveSource(from: DataSourceState, event: DataSourceEvent): DataSourceState {
  const to = transition(DATA_SOURCE_MACHINE, from, event);
  if (to === undefined) throw new Error(`A ${from} data source does not take ${event}.`);
  return to;
}
