import type { ConnectionProperties } from '../../governance/containers/connection-properties.ts';
import type { ConnectionPropertiesInput, ConnectionPropertiesPatch } from '../../wire/generated/datazone.ts';

/** The one member of a union, as its name and what it says. */
export function readProperties(
  props: ConnectionPropertiesInput | ConnectionPropertiesPatch | undefined,
): ConnectionProperties | undefined {
  const member = Object.entries(props ?? {}).find(([, values]) => values !== undefined);
  return member && { kind: member[0], values: { ...member[1] } as ConnectionProperties['values'] };
}
