import { transition } from '../../core/state-machine.ts';
import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import { ConflictError, InvalidError, MissingError } from '../errors.ts';
import { newId, userIdOf } from '../ids.ts';
import type { NewestPage } from '../newest-first.ts';
import { findDisablement } from './blueprint-configurations.ts';
import { type Blueprint, requireBlueprint } from './blueprints.ts';
import { findConnectionOn } from './connection-store.ts';
import type { DomainRef, GovernanceDomain } from './domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from './domains.ts';
import { requireProfile } from './environment-profiles.ts';
import { ENVIRONMENT_MACHINE, type EnvironmentEvent, type EnvironmentState } from './environment-states.ts';
import * as store from './environment-store.ts';
import { type GivenPlace, refuseForeignPlace } from './own-place.ts';
import { requireActiveProject, requireProject } from './projects.ts';
import { findStandingSource } from './standing-sources.ts';
import { type GivenParameter, readParameters, refuseFixedParameters } from './user-parameters.ts';

export interface EnvironmentsOptions {
  readonly region: string;
  /** How long creating, updating and deleting take; what there is to do is done when it is over. */
  readonly settleMs: number;
  /** Told after every command: there is something for the worker to do. */
  readonly onCommand: () => void;
}

/** What both Create and Update may say. */
interface GivenSettings {
  readonly description?: string | undefined;
  readonly parameters?: readonly GivenParameter[] | undefined;
  readonly glossaryTerms?: readonly string[] | undefined;
  readonly configurationName?: string | undefined;
}

export interface NewEnvironment extends DomainRef, GivenPlace, GivenSettings {
  readonly name: string;
  readonly projectId: string;
  readonly profileId?: string | undefined;
  readonly blueprintId?: string | undefined;
  readonly configurationId?: string | undefined;
  readonly deploymentOrder?: number | undefined;
}

/** An environment with what it is made of. */
export interface DescribedEnvironment extends store.Environment {
  readonly blueprint: Blueprint;
}

/** Environments: what a project's work stands on. What takes time is done when they settle. */
export class Environments {
  readonly #ports: GovernancePorts;
  readonly #options: EnvironmentsOptions;

  constructor(ports: GovernancePorts, options: EnvironmentsOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws MissingError, ConflictError, InvalidError */
  create(wanted: NewEnvironment): Promise<DescribedEnvironment> {
    const { accountId, domainId, projectId } = wanted;
    return this.#command(async (tx, nowMs) => {
      const domain = await requireAvailableDomain(tx, wanted);
      await requireActiveProject(tx, wanted, projectId);
      const { blueprint, inherited } = await findBlueprint(tx, domain, wanted);
      const own = { accountId, region: this.#options.region };
      refuseForeignPlace(wanted, own);
      const { blueprintId } = blueprint;
      const disablement = await findDisablement(tx, domain, { blueprintId, region: own.region });
      if (disablement !== undefined) throw new InvalidError(disablement);
      const environment: store.Environment = {
        accountId,
        domainId,
        projectId,
        environmentId: newId(this.#ports.random),
        name: wanted.name,
        description: wanted.description,
        status: 'CREATING',
        profileId: wanted.profileId,
        blueprintId,
        awsAccountId: own.accountId,
        awsAccountRegion: own.region,
        settings: {
          glossaryTerms: wanted.glossaryTerms,
          parameters: { ...inherited, ...readParameters(blueprint, wanted.parameters ?? []) },
          configurationId: wanted.configurationId,
          configurationName: wanted.configurationName,
          deploymentOrder: wanted.deploymentOrder,
          deployment: this.#begin('CREATE'),
          resources: [],
        },
        createdBy: userIdOf(accountId),
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      };
      await store.insertEnvironment(tx, environment, nowMs + this.#options.settleMs);
      return { ...environment, blueprint };
    });
  }

  /** @throws MissingError */
  async get(ref: store.EnvironmentRef): Promise<DescribedEnvironment> {
    return describe(this.#ports.state.queries, await requireDomain(this.#ports.state.queries, ref), ref);
  }

  /** @throws MissingError when there is no such domain or project */
  async list(domain: DomainRef, filter: store.EnvironmentFilter, page: NewestPage): Promise<store.Environment[]> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    await requireProject(queries, domain, filter.projectId);
    return store.listEnvironments(queries, domain, filter, page);
  }

  /** What was not said stays. @throws MissingError, InvalidError, ConflictError while it is busy */
  update(
    ref: store.EnvironmentRef,
    changes: GivenSettings & { readonly name?: string | undefined },
  ): Promise<DescribedEnvironment> {
    return this.#command(async (tx, nowMs) => {
      const domain = await requireDomain(tx, ref);
      const { blueprint, settings, ...environment } = await describe(tx, domain, ref);
      const status = requireMove(environment, 'update', 'updated');
      const parameters = readParameters(blueprint, changes.parameters ?? []);
      refuseFixedParameters(blueprint, settings.parameters, parameters);
      const changed: store.EnvironmentSettings = {
        ...settings,
        glossaryTerms: changes.glossaryTerms ?? settings.glossaryTerms,
        configurationName: changes.configurationName ?? settings.configurationName,
        parameters: { ...settings.parameters, ...parameters },
        deployment: this.#begin('UPDATE'),
      };
      await store.updateEnvironment(tx, ref, {
        name: changes.name ?? environment.name,
        description: changes.description ?? environment.description ?? null,
        settings_json: JSON.stringify(changed),
        status,
        settles_at_ms: nowMs + this.#options.settleMs,
        updated_at_ms: nowMs,
      });
      return describe(tx, domain, ref);
    });
  }

  /** The databases that were made for it stay: what is in them is somebody's. @throws MissingError, ConflictError */
  delete(ref: store.EnvironmentRef): Promise<void> {
    return this.#command(async (tx, nowMs) => {
      const environment = await describe(tx, await requireDomain(tx, ref), ref);
      const status = requireMove(environment, 'delete', 'deleted');
      await refuseWhileStoodOn(tx, ref);
      await store.updateEnvironment(tx, ref, {
        status,
        settings_json: JSON.stringify({ ...environment.settings, deployment: this.#begin('DELETE') }),
        settles_at_ms: nowMs + this.#options.settleMs,
        updated_at_ms: nowMs,
      });
    });
  }

  #begin(type: store.Deployment['type']): store.Deployment {
    return { deploymentId: newId(this.#ports.random), type, status: 'IN_PROGRESS' };
  }

  async #command<T>(run: (tx: StateTransaction, nowMs: number) => Promise<T>): Promise<T> {
    const { state, clock } = this.#ports;
    const answer = await state.transaction((tx) => run(tx, clock.nowMs()));
    this.#options.onCommand();
    return answer;
  }
}

/** What a new environment is made of, and the values its profile has for it. @throws MissingError, InvalidError */
async function findBlueprint(tx: StateTransaction, domain: GovernanceDomain, wanted: NewEnvironment) {
  const { accountId, domainId } = domain;
  if (wanted.profileId !== undefined) {
    const profile = await requireProfile(tx, { accountId, domainId, profileId: wanted.profileId });
    if (wanted.blueprintId !== undefined && wanted.blueprintId !== profile.blueprintId)
      throw new InvalidError(
        `Environment profile '${profile.profileId}' is of blueprint '${profile.blueprintId}', not of '${wanted.blueprintId}'.`,
      );
    return { blueprint: requireBlueprint(domain, profile.blueprintId), inherited: profile.parameters };
  }
  if (wanted.blueprintId === undefined)
    throw new InvalidError('One of environmentProfileIdentifier and environmentBlueprintIdentifier must be given.');
  return { blueprint: requireBlueprint(domain, wanted.blueprintId), inherited: {} };
}

/** @throws MissingError */
async function describe(
  queries: StateQueries,
  domain: GovernanceDomain,
  ref: store.EnvironmentRef,
): Promise<DescribedEnvironment> {
  const environment = await store.findEnvironment(queries, ref);
  if (environment === undefined) throw new MissingError('Environment');
  return { ...environment, blueprint: requireBlueprint(domain, environment.blueprintId) };
}

async function refuseWhileStoodOn(tx: StateTransaction, ref: store.EnvironmentRef): Promise<void> {
  const named = `Environment '${ref.environmentId}'`;
  const source = await findStandingSource(tx, ref, { environmentId: ref.environmentId });
  if (source !== undefined) throw new ConflictError(`${named} is used by data source '${source}'. Delete that first.`);
  const connection = await findConnectionOn(tx, ref);
  if (connection !== undefined)
    throw new ConflictError(`${named} is used by connection '${connection}'. Delete that first.`);
}

function requireMove(
  { environmentId, status }: Pick<store.Environment, 'environmentId' | 'status'>,
  event: EnvironmentEvent,
  what: string,
): EnvironmentState {
  const to = transition(ENVIRONMENT_MACHINE, status, event);
  if (to === undefined)
    throw new ConflictError(`Environment '${environmentId}' is in status ${status} and cannot be ${what}.`);
  return to;
}
