import type { MemberRef, Membership } from '../../governance/containers/membership-store.ts';
import { readMember as readNamed } from '../../governance/containers/memberships.ts';
import type { Member, ProjectMember } from '../../wire/generated/datazone.ts';

export function readMember(accountId: string, member: Member): MemberRef {
  if ('userIdentifier' in member) return readNamed(accountId, { type: 'USER', id: member.userIdentifier });
  return readNamed(accountId, { type: 'GROUP', id: member.groupIdentifier });
}

export function describeMember({ member, designation }: Membership): ProjectMember {
  const memberDetails = member.type === 'USER' ? { user: { userId: member.id } } : { group: { groupId: member.id } };
  return { memberDetails, designation };
}
