import { transition } from '../../core/state-machine.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { ConflictError, InvalidError, MissingError } from '../errors.ts';
import { newId, userIdOf } from '../ids.ts';
import type { NewestPage } from '../newest-first.ts';
import type { DomainRef } from './domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from './domains.ts';
import { hasHoldings } from './holdings.ts';
import { type Designation, insertMembership, type MemberRef } from './membership-store.ts';
import { PROJECT_MACHINE } from './project-states.ts';
import * as store from './project-store.ts';

export interface NewProject extends DomainRef {
  readonly name: string;
  readonly description?: string | undefined;
  /** The domain's root unit, which is the only one there is. */
  readonly unitId?: string | undefined;
  readonly settings: store.ProjectSettings;
  /** Beside the maker, who owns it. */
  readonly members?: readonly { readonly member: MemberRef; readonly designation: Designation }[] | undefined;
}

/** Absent means unchanged. */
export interface ProjectChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly unitId?: string | undefined;
  readonly settings: store.ProjectSettings;
}

/** Projects: who owns data sources and assets. Names are not unique. */
export class Projects {
  readonly #ports: GovernancePorts;
  readonly #options: { readonly onCommand: () => void };

  /** `onCommand` is told when there is something to remove. */
  constructor(ports: GovernancePorts, options: { readonly onCommand: () => void }) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws MissingError, ConflictError, InvalidError */
  create({ unitId, members = [], ...wanted }: NewProject): Promise<store.Project> {
    const { state, clock, random } = this.#ports;
    return state.transaction(async (tx) => {
      const domain = await requireAvailableDomain(tx, wanted);
      if (unitId !== undefined && unitId !== domain.rootUnitId) throw new MissingError('DomainUnit');
      const nowMs = clock.nowMs();
      const maker = userIdOf(wanted.accountId);
      const project: store.Project = {
        ...wanted,
        description: wanted.description,
        projectId: newId(random),
        status: 'ACTIVE',
        unitId: domain.rootUnitId,
        createdBy: maker,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      };
      await store.insertProject(tx, project);
      const owner = { type: 'USER', id: maker } as const;
      await insertMembership(tx, project, { member: owner, designation: 'PROJECT_OWNER', createdAtMs: nowMs });
      for (const { member, designation } of members) {
        if (member.type === owner.type && member.id === owner.id && designation === 'PROJECT_OWNER') continue;
        if (!(await insertMembership(tx, project, { member, designation, createdAtMs: nowMs })))
          throw new InvalidError(`'${member.id}' is named twice among the members.`);
      }
      return project;
    });
  }

  /** @throws MissingError */
  async get(domain: DomainRef, projectId: string): Promise<store.Project> {
    await requireDomain(this.#ports.state.queries, domain);
    return requireProject(this.#ports.state.queries, domain, projectId);
  }

  /** The newest of that name. */
  async findByName(domain: DomainRef, name: string): Promise<store.Project | undefined> {
    const [project] = await store.listProjects(this.#ports.state.queries, domain, { name }, { limit: 1 });
    return project;
  }

  /** @throws MissingError */
  async list(domain: DomainRef, filter: store.ProjectFilter, page: NewestPage): Promise<store.Project[]> {
    await requireDomain(this.#ports.state.queries, domain);
    return store.listProjects(this.#ports.state.queries, domain, filter, page);
  }

  /** @throws MissingError, ConflictError while it goes */
  update(ref: store.ProjectRef, changes: ProjectChanges): Promise<store.Project> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      await requireDomain(tx, ref);
      const project = await requireProject(tx, ref, ref.projectId);
      const status = transition(PROJECT_MACHINE, project.status, 'update');
      if (status === undefined) throw unready(project);
      const { name = project.name, description = project.description, unitId = project.unitId } = changes;
      if (unitId !== project.unitId) throw new MissingError('DomainUnit');
      const said = Object.entries(changes.settings).filter(([, value]) => value !== undefined);
      await store.updateProject(tx, ref, {
        name,
        description: description ?? null,
        status,
        settings_json: JSON.stringify({ ...project.settings, ...Object.fromEntries(said) }),
        updated_at_ms: clock.nowMs(),
      });
      return requireProject(tx, ref, ref.projectId);
    });
  }

  /** The project goes, with all that is in it when `withHoldings`. @throws MissingError, ConflictError when it is not empty */
  async delete(ref: store.ProjectRef, { withHoldings }: { readonly withHoldings: boolean }): Promise<void> {
    const { state, clock } = this.#ports;
    await state.transaction(async (tx) => {
      await requireDomain(tx, ref);
      const project = await requireProject(tx, ref, ref.projectId);
      const status = transition(PROJECT_MACHINE, project.status, 'delete');
      if (status === undefined) throw unready(project);
      if (!withHoldings && project.status !== 'DELETING' && (await hasHoldings(tx, ref)))
        throw new ConflictError(
          `Project '${ref.projectId}' is not empty. Delete what is in it, or say skipDeletionCheck to delete it all.`,
        );
      await store.updateProject(tx, ref, { status, updated_at_ms: clock.nowMs() });
    });
    this.#options.onCommand();
  }
}

function unready({ projectId, status }: store.Project): ConflictError {
  return new ConflictError(`Project '${projectId}' is in status ${status}; it has to be ACTIVE.`);
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

/** A project that new things may be made in. @throws MissingError, ConflictError */
export async function requireActiveProject(
  queries: StateQueries,
  domain: DomainRef,
  projectId: string,
): Promise<store.Project> {
  const project = await requireProject(queries, domain, projectId);
  if (project.status !== 'ACTIVE') throw unready(project);
  return project;
}
