import type { DeleteFormTypeInput, DeleteFormTypeOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

export function deleteFormType({ formTypes }: DataZoneDeps): Handler<DeleteFormTypeInput, DeleteFormTypeOutput> {
  return async ({ domainIdentifier: domainId, formTypeIdentifier }, ctx) => {
    await formTypes.delete({ accountId: ctx.accountId, domainId }, formTypeIdentifier);
    return {};
  };
}
