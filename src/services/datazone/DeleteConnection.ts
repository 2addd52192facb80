import type { DeleteConnectionInput, DeleteConnectionOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';

/** It is gone when the answer goes out. */
export function deleteConnection({
  connections,
}: DataZoneDeps): Handler<DeleteConnectionInput, DeleteConnectionOutput> {
  return async (input, ctx) => {
    await connections.delete({
      accountId: ctx.accountId,
      domainId: input.domainIdentifier,
      connectionId: input.identifier,
    });
    return { status: 'DELETED' };
  };
}
