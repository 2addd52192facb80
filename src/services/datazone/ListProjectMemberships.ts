import type { Membership } from '../../governance/containers/membership-store.ts';
import type { ListProjectMembershipsInput, ListProjectMembershipsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { orderOf } from './name-order.ts';
import { listPage, type PagePosition } from './paging.ts';
import { describeMember } from './project-members.ts';

/** Newest first, or by the name of the member. */
export function listProjectMemberships({
  memberships,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListProjectMembershipsInput, ListProjectMembershipsOutput> {
  return async (input, ctx) => {
    const project = { accountId: ctx.accountId, domainId: input.domainIdentifier, projectId: input.projectIdentifier };
    const order = orderOf(input);
    const { items, ...rest } = await listPage({ key, ctx, input: { ...input }, positionOf }, ({ after, limit }) =>
      memberships.list(project, { order, after: after && readPlace(after), limit }),
    );
    return { members: items.map(describeMember), ...rest };
  };
}

function positionOf({ member, createdAtMs }: Membership): PagePosition {
  return [createdAtMs, member.type, member.id];
}

function readPlace([createdAtMs, type, id]: PagePosition): Pick<Membership, 'member' | 'createdAtMs'> {
  return { createdAtMs: Number(createdAtMs), member: { type: type === 'USER' ? 'USER' : 'GROUP', id: String(id) } };
}
