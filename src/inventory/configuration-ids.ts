/** The ids of configuration items and what they say: the type of an item is read from its id (discovery.md §9). */

export const CONFIGURATION_TYPES = ['SERVER', 'PROCESS', 'CONNECTION', 'APPLICATION'] as const;
export type ConfigurationType = (typeof CONFIGURATION_TYPES)[number];

/** Both forms the service has had: 14 of [0-9a-z], and the older 17 hexadecimal digits. */
const FORMS: Readonly<Record<ConfigurationType, RegExp>> = {
  SERVER: /^d-server-([0-9a-z]{14}|[0-9a-f]{17})$/,
  PROCESS: /^d-process-([0-9a-z]{14}|[0-9a-f]{17})$/,
  CONNECTION: /^d-connection-([0-9a-z]{14}|[0-9a-f]{17})$/,
  APPLICATION: /^d-application-([0-9a-z]{14}|[0-9a-f]{17})$/,
};

/** Undefined for a text that is no id of any type. */
export function configurationTypeOf(id: string): ConfigurationType | undefined {
  return CONFIGURATION_TYPES.find((type) => FORMS[type].test(id));
}
