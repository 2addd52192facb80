import type { AllowDataAccessInput, AllowDataAccessOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** Takes a denial back. */
export function allowDataAccess({ beyond }: PeriplusDeps): Handler<AllowDataAccessInput, AllowDataAccessOutput> {
  return async ({ ruleId }, { accountId }) => {
    await beyond.allow(accountId, ruleId);
    return {};
  };
}
