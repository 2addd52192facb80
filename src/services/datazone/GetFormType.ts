import type { GetFormTypeInput, GetFormTypeOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeFormType } from './describe-type.ts';

export function getFormType({ formTypes }: DataZoneDeps): Handler<GetFormTypeInput, GetFormTypeOutput> {
  return async ({ domainIdentifier: domainId, formTypeIdentifier, revision }, ctx) => {
    const type = await formTypes.get({ accountId: ctx.accountId, domainId }, formTypeIdentifier, revision);
    return { ...describeFormType(domainId, type), model: { smithy: type.smithy } };
  };
}
