import type { BlueprintConfiguration } from '../../governance/containers/blueprint-configuration-store.ts';
import { BLUEPRINT_PROVIDER, type Blueprint } from '../../governance/containers/blueprints.ts';
import type { ParameterValues } from '../../governance/containers/user-parameters.ts';
import type {
  CustomParameter,
  EnvironmentBlueprintConfigurationItem,
  EnvironmentBlueprintSummary,
  ProvisioningConfiguration,
} from '../../wire/generated/datazone.ts';

export function summariseBlueprint(blueprint: Blueprint): EnvironmentBlueprintSummary {
  return {
    id: blueprint.blueprintId,
    name: blueprint.name,
    description: blueprint.description,
    provider: BLUEPRINT_PROVIDER,
    provisioningProperties: describeProvisioning(blueprint),
    createdAt: blueprint.createdAtMs,
    updatedAt: blueprint.createdAtMs,
  };
}

/** The member is required, and we make what a blueprint says ourselves: no template is behind the address. */
export function describeProvisioning({ name }: Blueprint) {
  return { cloudFormation: { templateUrl: `periplus:blueprint/${name}` } };
}

/** Parameters with the values that were given for them, else with their own. */
export function describeParameters({ parameters }: Blueprint, values: ParameterValues = {}): CustomParameter[] {
  return parameters.map(({ name, description, defaultValue, isUpdateSupported }) => ({
    keyName: name,
    description,
    fieldType: 'String',
    defaultValue: values[name] ?? defaultValue,
    isEditable: true,
    isOptional: true,
    isUpdateSupported,
  }));
}

/** What is global for a blueprint has no member in answers. */
export function describeConfiguration(configuration: BlueprintConfiguration): EnvironmentBlueprintConfigurationItem {
  const { globalParameters, provisioningConfigurations, ...settings } = configuration.settings;
  return {
    domainId: configuration.domainId,
    environmentBlueprintId: configuration.blueprintId,
    ...settings,
    provisioningConfigurations: provisioningConfigurations as readonly ProvisioningConfiguration[] | undefined,
    createdAt: configuration.createdAtMs,
    updatedAt: configuration.updatedAtMs,
  };
}
