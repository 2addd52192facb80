import type { GivenConfiguration } from '../../governance/data-sources/data-sources.ts';
import type { DataSourceConfigurationInput } from '../../wire/generated/datazone.ts';
import { ValidationException } from './errors.ts';

/** The member of the union that a source of this type has. */
const MEMBER_OF_TYPE: Readonly<Record<string, string>> = {
  GLUE: 'glueRunConfiguration',
  REDSHIFT: 'redshiftRunConfiguration',
  SAGEMAKER: 'sageMakerRunConfiguration',
};

/** The configuration of a source that we can run. @throws ValidationException */
export function readConfiguration(
  type: string,
  configuration: DataSourceConfigurationInput | undefined,
): GivenConfiguration {
  const member = MEMBER_OF_TYPE[type];
  if (member === undefined || type !== 'GLUE')
    throw new ValidationException(`Data sources of type ${type} are not supported by Periplus; GLUE is.`);
  if (configuration === undefined)
    throw new ValidationException(
      "1 validation error detected: Value at 'configuration' failed to satisfy constraint: Member must not be null",
    );
  if (!('glueRunConfiguration' in configuration))
    throw new ValidationException(`A data source of type GLUE is configured with ${member}.`);
  return configuration.glueRunConfiguration;
}
