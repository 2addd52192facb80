import type { ServiceRegistration } from '../../wire/create-wire.ts';
import type { StsOperations } from '../../wire/generated/sts.ts';
import type { Handlers } from '../../wire/handlers.ts';
import { getCallerIdentity } from './GetCallerIdentity.ts';

export function createStsService(): ServiceRegistration {
  const handlers: Handlers<StsOperations> = {
    GetCallerIdentity: getCallerIdentity(),
  };
  return { name: 'sts', handlers };
}
