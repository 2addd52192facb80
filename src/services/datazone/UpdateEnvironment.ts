import type { UpdateEnvironmentInput, UpdateEnvironmentOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { describeEnvironment, refuseUnanswerable } from './describe-environment.ts';
import { ValidationException } from './errors.ts';

/** Answers UPDATING; what was not said stays. */
export function updateEnvironment({
  environments,
}: DataZoneDeps): Handler<UpdateEnvironmentInput, UpdateEnvironmentOutput> {
  return async (input, ctx) => {
    refuseUnanswerable(input);
    if (input.blueprintVersion !== undefined)
      throw new ValidationException('blueprintVersion is not supported: blueprints have no versions here.');
    const { name, description, glossaryTerms, userParameters, environmentConfigurationName: configurationName } = input;
    const changes = { name, description, glossaryTerms, parameters: userParameters, configurationName };
    return describeEnvironment(
      await environments.update(
        { accountId: ctx.accountId, domainId: input.domainIdentifier, environmentId: input.identifier },
        changes,
      ),
    );
  };
}
