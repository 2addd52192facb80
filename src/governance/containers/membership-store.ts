import type { Selectable } from 'kysely';
import type { ProjectMembershipsTable } from '../../ports/state/containers-schema.ts';
import type { StateQueries } from '../../ports/state/state-store.ts';
import type { ProjectRef } from './project-store.ts';

export interface MemberRef {
  readonly type: 'USER' | 'GROUP';
  readonly id: string;
}

export type Designation =
  | 'PROJECT_OWNER'
  | 'PROJECT_CONTRIBUTOR'
  | 'PROJECT_CATALOG_VIEWER'
  | 'PROJECT_CATALOG_CONSUMER'
  | 'PROJECT_CATALOG_STEWARD';

export interface Membership {
  readonly member: MemberRef;
  readonly designation: Designation;
  readonly createdAtMs: number;
}

const COLUMNS = ['member_type', 'member_id', 'designation', 'created_at_ms'] as const;

/** False when the member is one already, whatever as. */
export async function insertMembership(
  queries: StateQueries,
  project: ProjectRef,
  { member, designation, createdAtMs }: Membership,
): Promise<boolean> {
  const result = await queries
    .insertInto('project_memberships')
    .values({
      account_id: project.accountId,
      domain_id: project.domainId,
      project_id: project.projectId,
      member_type: member.type,
      member_id: member.id,
      designation,
      created_at_ms: createdAtMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  return result.numInsertedOrUpdatedRows === 1n;
}

/** False when there was no such member. */
export async function deleteMembership(
  queries: StateQueries,
  project: ProjectRef,
  member: MemberRef,
): Promise<boolean> {
  const result = await queries
    .deleteFrom('project_memberships')
    .where('account_id', '=', project.accountId)
    .where('domain_id', '=', project.domainId)
    .where('project_id', '=', project.projectId)
    .where('member_type', '=', member.type)
    .where('member_id', '=', member.id)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

export type MembershipOrder = 'newest' | 'nameUp' | 'nameDown';

export interface MembershipPage {
  readonly order: MembershipOrder;
  /** The last membership of the page before. */
  readonly after?: Pick<Membership, 'member' | 'createdAtMs'> | undefined;
  readonly limit: number;
}

export async function listMemberships(
  queries: StateQueries,
  project: ProjectRef,
  { order, after, limit }: MembershipPage,
): Promise<Membership[]> {
  const direction = order === 'nameDown' ? 'desc' : 'asc';
  let query = queries
    .selectFrom('project_memberships')
    .select(COLUMNS)
    .where('account_id', '=', project.accountId)
    .where('domain_id', '=', project.domainId)
    .where('project_id', '=', project.projectId)
    .limit(limit);
  if (order === 'newest') query = query.orderBy('created_at_ms', 'desc');
  query = query.orderBy('member_id', direction).orderBy('member_type', direction);
  if (after !== undefined) {
    query = query.where((eb) => {
      const comparison = order === 'nameDown' ? '<' : '>';
      const byName = eb(
        eb.refTuple('member_id', 'member_type'),
        comparison,
        eb.tuple(after.member.id, after.member.type),
      );
      if (order !== 'newest') return byName;
      const isOfThen = eb('created_at_ms', '=', after.createdAtMs);
      return eb.or([eb('created_at_ms', '<', after.createdAtMs), eb.and([isOfThen, byName])]);
    });
  }
  return (await query.execute()).map(readMembership);
}

function readMembership(row: Pick<Selectable<ProjectMembershipsTable>, (typeof COLUMNS)[number]>): Membership {
  return {
    member: { type: row.member_type as MemberRef['type'], id: row.member_id },
    designation: row.designation as Designation,
    createdAtMs: row.created_at_ms,
  };
}
