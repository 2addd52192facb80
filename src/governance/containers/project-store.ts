import type { Selectable } from 'kysely';
import type { ProjectsTable } from '../../ports/state/governance-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { DomainRef } from './domain-store.ts';

export const PROJECT_STATES = ['ACTIVE', 'DELETING', 'DELETE_FAILED', 'UPDATING', 'UPDATE_FAILED', 'MOVING'] as const;
export type ProjectState = (typeof PROJECT_STATES)[number];

export interface ProjectSettings {
  readonly glossaryTerms?: readonly string[] | undefined;
  readonly projectProfileId?: string | undefined;
  readonly userParameters?: unknown;
  readonly resourceTags?: unknown;
  readonly projectCategory?: string | undefined;
  readonly projectExecutionRole?: string | undefined;
}

export interface Project extends DomainRef {
  readonly projectId: string;
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
  'project_id',
  'name',
  'description',
  'status',
  'unit_id',
  'settings_json',
  'created_by',
  'created_at_ms',
  'updated_at_ms',
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
  return row === undefined ? undefined : readProject(domain, row);
}

export async function findProjectByName(
  queries: StateQueries,
  domain: DomainRef,
  name: string,
): Promise<Project | undefined> {
  const row = await queries
    .selectFrom('projects')
    .select(COLUMNS)
    .where('account_id', '=', domain.accountId)
    .where('domain_id', '=', domain.domainId)
    .where('name', '=', name)
    .orderBy('created_at_ms')
    .orderBy('project_id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : readProject(domain, row);
}

type ProjectRow = Pick<Selectable<ProjectsTable>, (typeof COLUMNS)[number]>;

function readProject(domain: DomainRef, row: ProjectRow): Project {
  return {
    accountId: domain.accountId,
    domainId: domain.domainId,
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
