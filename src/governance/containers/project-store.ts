import { type Selectable, sql, type Updateable } from 'kysely';
import type { ProjectsTable } from '../../ports/state/containers-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import { isAfter, type NewestPage } from '../newest-first.ts';
import type { DomainRef } from './domain-store.ts';
import type { MemberRef } from './membership-store.ts';
import type { ProjectState } from './project-states.ts';

export interface ProjectRef extends DomainRef {
  readonly projectId: string;
}

/** What a caller sets and reads back. */
export interface ProjectSettings {
  readonly glossaryTerms?: readonly string[] | undefined;
  readonly projectProfileId?: string | undefined;
  readonly userParameters?: unknown;
  readonly resourceTags?: Readonly<Record<string, string>> | undefined;
  readonly projectCategory?: string | undefined;
  readonly projectExecutionRole?: string | undefined;
  readonly environmentDeploymentDetails?: unknown;
}

export interface Project extends ProjectRef {
  readonly name: string;
  readonly description: string | undefined;
  readonly status: ProjectState;
  readonly unitId: string;
  readonly settings: ProjectSettings;
  readonly createdBy: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

const COLUMNS = [
  'projects.account_id',
  'projects.domain_id',
  'projects.project_id',
  'projects.name',
  'projects.description',
  'projects.status',
  'projects.unit_id',
  'projects.category',
  'projects.settings_json',
  'projects.created_by',
  'projects.created_at_ms',
  'projects.updated_at_ms',
] as const;

export async function insertProject(queries: StateQueries, project: Project): Promise<void> {
  await queries
    .insertInto('projects')
    .values({
      account_id: project.accountId,
      domain_id: project.domainId,
      project_id: project.projectId,
      name: project.name,
      description: project.description ?? null,
      status: project.status,
      unit_id: project.unitId,
      category: project.settings.projectCategory ?? null,
      settings_json: JSON.stringify(project.settings),
      created_by: project.createdBy,
      created_at_ms: project.createdAtMs,
      updated_at_ms: project.updatedAtMs,
    })
    .execute();
}

export async function findProject(
  queries: StateQueries,
  domain: DomainRef,
  projectId: string,
): Promise<Project | undefined> {
  const row = await queries
    .selectFrom('projects')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return row === undefined ? undefined : readProject(row);
}

export interface ProjectFilter {
  readonly name?: string | undefined;
  readonly category?: string | undefined;
  /** Those that all of these are members of. */
  readonly members?: readonly MemberRef[] | undefined;
}

export async function listProjects(
  queries: StateQueries,
  domain: DomainRef,
  filter: ProjectFilter,
  page: NewestPage,
): Promise<Project[]> {
  const { after } = page;
  let query = queries
    .selectFrom('projects')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .orderBy('created_at_ms', 'desc')
    .orderBy('project_id')
    .limit(page.limit);
  if (filter.name !== undefined) query = query.where('name', '=', filter.name);
  if (filter.category !== undefined) query = query.where('category', '=', filter.category);
  for (const member of filter.members ?? []) {
    query = query.where('project_id', 'in', (eb) =>
      eb
        .selectFrom('project_memberships')
        .select('project_memberships.project_id')
        .where('account_id', '=', domain.accountId)
        .where('domain_id', '=', domain.domainId)
        .where('member_type', '=', member.type)
        .where('member_id', '=', member.id),
    );
  }
  if (after !== undefined) query = query.where((eb) => isAfter(eb, { time: 'created_at_ms', id: 'project_id' }, after));
  return (await query.execute()).map(readProject);
}

export async function updateProject(
  queries: StateQueries,
  ref: ProjectRef,
  changes: Updateable<ProjectsTable>,
): Promise<void> {
  await queries
    .updateTable('projects')
    .set(changes)
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('project_id', '=', ref.projectId)
    .execute();
}

export async function deleteProject(queries: StateQueries, ref: ProjectRef): Promise<void> {
  await queries
    .deleteFrom('projects')
    .where('account_id', '=', ref.accountId)
    .where('domain_id', '=', ref.domainId)
    .where('project_id', '=', ref.projectId)
    .execute();
}

/** One that waits for what is in it to go. */
export async function findGoingProject(queries: StateQueries, accountId: string): Promise<Project | undefined> {
  const row = await queries
    .selectFrom('projects')
    .select(COLUMNS)
    .where('account_id', '=', accountId)
    // Literally, as the index has it: a parameter would keep the planner from it.
    .where('status', '=', sql.lit('DELETING'))
    .orderBy('domain_id')
    .orderBy('project_id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : readProject(row);
}

function readProject(row: Selectable<ProjectsTable>): Project {
  return {
    accountId: row.account_id,
    domainId: row.domain_id,
    projectId: row.project_id,
    name: row.name,
    description: row.description ?? undefined,
    status: row.status as ProjectState,
    unitId: row.unit_id,
    settings: JSON.parse(row.settings_json) as ProjectSettings,
    createdBy: row.created_by,
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}
