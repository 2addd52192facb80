import { BLUEPRINT_PROVIDER } from '../../governance/containers/blueprints.ts';
import type { Deployment, Environment } from '../../governance/containers/environment-store.ts';
import type { DescribedEnvironment } from '../../governance/containers/environments.ts';
import type { Deployment as DeploymentAnswer, EnvironmentSummary } from '../../wire/generated/datazone.ts';
import { describeParameters, describeProvisioning } from './describe-blueprint.ts';
import { ValidationException } from './errors.ts';

export function describeEnvironment(environment: DescribedEnvironment) {
  const { settings, blueprint } = environment;
  return {
    ...summariseEnvironment(environment),
    environmentBlueprintId: environment.blueprintId,
    glossaryTerms: settings.glossaryTerms,
    userParameters: describeParameters(blueprint, settings.parameters),
    provisionedResources: settings.resources.map((resource) => ({ provider: BLUEPRINT_PROVIDER, ...resource })),
    provisioningProperties: describeProvisioning(blueprint),
    environmentActions: [],
    lastDeployment: describeDeployment(settings.deployment),
  };
}

export function summariseEnvironment(environment: Environment): EnvironmentSummary {
  return {
    domainId: environment.domainId,
    projectId: environment.projectId,
    id: environment.environmentId,
    name: environment.name,
    description: environment.description,
    provider: BLUEPRINT_PROVIDER,
    status: environment.status,
    environmentProfileId: environment.profileId,
    awsAccountId: environment.awsAccountId,
    awsAccountRegion: environment.awsAccountRegion,
    environmentConfigurationId: environment.settings.configurationId,
    environmentConfigurationName: environment.settings.configurationName,
    createdBy: environment.createdBy,
    createdAt: environment.createdAtMs,
    updatedAt: environment.updatedAtMs,
  };
}

function describeDeployment({ deploymentId, type, status, failure }: Deployment): DeploymentAnswer {
  return {
    deploymentId,
    deploymentType: type,
    deploymentStatus: status,
    isDeploymentComplete: status !== 'IN_PROGRESS',
    failureReason: failure === undefined ? undefined : { message: failure },
    messages: [],
  };
}

const NAME_CHARACTERS_MAX = 64;
const DESCRIPTION_CHARACTERS_MAX = 2048;

/** Requests may say more than answers: what no answer could give back is refused. @throws ValidationException */
export function refuseUnanswerable(given: {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly environmentConfigurationId?: string | undefined;
}): void {
  const { name, description, environmentConfigurationId: id } = given;
  if (name !== undefined && name.length > NAME_CHARACTERS_MAX)
    refuse('name', `Member must have length less than or equal to ${NAME_CHARACTERS_MAX}`);
  if (name !== undefined && !/^[\w -]+$/.test(name))
    refuse('name', 'Member must satisfy regular expression pattern: [\\w -]+');
  if (description !== undefined && description.length > DESCRIPTION_CHARACTERS_MAX)
    refuse('description', `Member must have length less than or equal to ${DESCRIPTION_CHARACTERS_MAX}`);
  if (id !== undefined && !/^[a-zA-Z0-9_-]{1,36}$/.test(id))
    refuse('environmentConfigurationId', 'Member must satisfy regular expression pattern: [a-zA-Z0-9_-]{1,36}');
}

function refuse(member: string, constraint: string): never {
  throw new ValidationException(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}
