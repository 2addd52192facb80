import type { Project } from '../../governance/containers/project-store.ts';
import type { ListProjectsInput, ListProjectsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { summariseProject } from './describe-project.ts';
import { newestPage } from './paging.ts';
import { readMember } from './project-members.ts';

/** Given a user and a group: those that both are members of. */
export function listProjects({
  projects,
  pageTokenKey: key,
}: DataZoneDeps): Handler<ListProjectsInput, ListProjectsOutput> {
  return async (input, ctx) => {
    const { name, projectCategory: category, userIdentifier, groupIdentifier } = input;
    const named = [
      ...(userIdentifier === undefined ? [] : [{ userIdentifier }]),
      ...(groupIdentifier === undefined ? [] : [{ groupIdentifier }]),
    ];
    const filter = { name, category, members: named.map((member) => readMember(ctx.accountId, member)) };
    const domain = { accountId: ctx.accountId, domainId: input.domainIdentifier };
    const { items, ...rest } = await newestPage({ key, ctx, input: { ...input }, positionOf }, (page) =>
      projects.list(domain, filter, page),
    );
    return { items: items.map(summariseProject), ...rest };
  };
}

function positionOf({ createdAtMs, projectId }: Project) {
  return { createdAtMs, id: projectId };
}
