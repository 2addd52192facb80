import type { GetProjectInput, GetProjectOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeProject } from './describe-project.ts';

export function getProject({ projects }: DataZoneDeps): Handler<GetProjectInput, GetProjectOutput> {
  return async ({ domainIdentifier: domainId, identifier }, ctx) =>
    describeProject(await projects.get({ accountId: ctx.accountId, domainId }, identifier));
}
