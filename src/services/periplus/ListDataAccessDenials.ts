import type { ListDataAccessDenialsInput, ListDataAccessDenialsOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

export function listDataAccessDenials({
  beyond,
}: PeriplusDeps): Handler<ListDataAccessDenialsInput, ListDataAccessDenialsOutput> {
  return async (_, { accountId }) => ({ rules: await beyond.listDenials(accountId) });
}
