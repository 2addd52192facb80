import type { StateQueries } from '../../ports/state/state-store.ts';
import { MissingError } from '../errors.ts';
import { newId, userIdOf } from '../ids.ts';
import type { DomainRef } from './domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from './domains.ts';
import * as store from './project-store.ts';

export interface NewProject extends DomainRef {
  readonly name: string;
  readonly description?: string | undefined;
  readonly settings: store.ProjectSettings;
}

/** Projects: who owns data sources and assets. */
export class Projects {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  create(wanted: NewProject): Promise<store.Project> {
    const { state, clock, random } = this.#ports;
    return state.transaction(async (tx) => {
      const domain = await requireAvailableDomain(tx, wanted);
      const nowMs = clock.nowMs();
      const project: store.Project = {
        ...wanted,
        description: wanted.description,
        projectId: newId(random),
        status: 'ACTIVE',
        unitId: domain.rootUnitId,
        createdBy: userIdOf(wanted.accountId),
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      };
      await store.insertProject(tx, project);
      return project;
    });
  }

  /** The oldest of that name. */
  findByName(domain: DomainRef, name: string): Promise<store.Project | undefined> {
    return store.findProjectByName(this.#ports.state.queries, domain, name);
  }

  /** @throws MissingError */
  async get(domain: DomainRef, projectId: string): Promise<store.Project> {
    await requireDomain(this.#ports.state.queries, domain);
    return requireProject(this.#ports.state.queries, domain, projectId);
  }
}

/** @throws MissingError */
export async function requireProject(
  queries: StateQueries,
  domain: DomainRef,
  projectId: string,
): Promise<store.Project> {
  const project = await store.findProject(queries, domain, projectId);
  if (project === undefined) throw new MissingError('Project');
  return project;
}
