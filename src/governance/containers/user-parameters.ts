import { InvalidError } from '../errors.ts';
import type { Blueprint } from './blueprints.ts';

/** As callers give them; the model wants neither member. */
export interface GivenParameter {
  readonly name?: string | undefined;
  readonly value?: string | undefined;
}

/** What was said, by name. */
export type ParameterValues = Readonly<Record<string, string>>;

/** Lower-case letters, digits and underscores: what every client of the catalogue takes. */
const DATABASE_NAME = /^[a-z0-9_]{1,255}$/;

/** Reads values for the parameters of a blueprint. @throws InvalidError for a parameter it has not, or a bad value */
export function readParameters(blueprint: Blueprint, given: readonly GivenParameter[]): ParameterValues {
  const values: Record<string, string> = {};
  for (const { name = '', value = '' } of given) {
    const parameter = blueprint.parameters.find((one) => one.name === name);
    if (parameter === undefined)
      throw new InvalidError(`Blueprint '${blueprint.name}' has no user parameter '${name}'.`);
    if (Object.hasOwn(values, name)) throw new InvalidError(`User parameter '${name}' is given twice.`);
    if (parameter.databaseResource !== undefined && value !== '' && !DATABASE_NAME.test(value))
      throw new InvalidError(
        `User parameter '${name}' must be a database name of at most 255 lower-case letters, digits and underscores.`,
      );
    values[name] = value;
  }
  return values;
}

/** @throws InvalidError for a parameter that is fixed when the environment is made */
export function refuseFixedParameters(blueprint: Blueprint, before: ParameterValues, after: ParameterValues): void {
  const fixed = blueprint.parameters.find(
    ({ name, isUpdateSupported }) => !isUpdateSupported && name in after && after[name] !== (before[name] ?? ''),
  );
  if (fixed !== undefined)
    throw new InvalidError(`User parameter '${fixed.name}' cannot be changed after the environment was created.`);
}
