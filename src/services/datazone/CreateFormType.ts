import type { CreateFormTypeInput, CreateFormTypeOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeFormType } from './describe-type.ts';

export function createFormType({ formTypes }: DataZoneDeps): Handler<CreateFormTypeInput, CreateFormTypeOutput> {
  return async (input, ctx) => {
    const type = await formTypes.create({
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      name: input.name,
      smithy: input.model.smithy,
      projectId: input.owningProjectIdentifier,
      status: input.status ?? 'ENABLED',
      description: input.description,
    });
    const { domainId, name, revision, description, ...rest } = describeFormType(input.domainIdentifier, type);
    const { owningProjectId, originDomainId, originProjectId } = rest;
    return { domainId, name, revision, description, owningProjectId, originDomainId, originProjectId };
  };
}
