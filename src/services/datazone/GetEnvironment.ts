import type { GetEnvironmentInput, GetEnvironmentOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeEnvironment } from './describe-environment.ts';

export function getEnvironment({ environments }: DataZoneDeps): Handler<GetEnvironmentInput, GetEnvironmentOutput> {
  return async (input, ctx) =>
    describeEnvironment(
      await environments.get({
        accountId: ctx.accountId,
        domainId: input.domainIdentifier,
        environmentId: input.identifier,
      }),
    );
}
