import { InvalidError, MissingError } from '../errors.ts';
import { userIdOf } from '../ids.ts';
import { type GovernancePorts, requireDomain } from './domains.ts';
import * as store from './membership-store.ts';
import type { ProjectRef } from './project-store.ts';
import { requireActiveProject, requireProject } from './projects.ts';

/** Who belongs to a project, and as what. Users and groups are whatever callers name: nobody is looked up anywhere. */
export class Memberships {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** @throws MissingError, ConflictError, InvalidError when it is a member already */
  create(project: ProjectRef, member: store.MemberRef, designation: store.Designation): Promise<void> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      await requireDomain(tx, project);
      await requireActiveProject(tx, project, project.projectId);
      const isNew = await store.insertMembership(tx, project, { member, designation, createdAtMs: clock.nowMs() });
      if (!isNew) throw new InvalidError(`'${member.id}' is a member of project '${project.projectId}' already.`);
    });
  }

  /** @throws MissingError */
  delete(project: ProjectRef, member: store.MemberRef): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await requireDomain(tx, project);
      await requireProject(tx, project, project.projectId);
      if (!(await store.deleteMembership(tx, project, member))) throw new MissingError('ProjectMembership');
    });
  }

  /** @throws MissingError */
  async list(project: ProjectRef, page: store.MembershipPage): Promise<store.Membership[]> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, project);
    await requireProject(queries, project, project.projectId);
    return store.listMemberships(queries, project, page);
  }
}

/** A user as callers name one: by id, or the account's root user by ARN. @throws InvalidError */
export function readMember(accountId: string, named: { readonly type: 'USER' | 'GROUP'; readonly id: string }) {
  if (named.id === '') throw new InvalidError('A member must have an identifier.');
  const isRoot = named.type === 'USER' && named.id === `arn:aws:iam::${accountId}:root`;
  return isRoot ? { type: named.type, id: userIdOf(accountId) } : named;
}
