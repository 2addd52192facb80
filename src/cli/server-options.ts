import type { Command } from 'commander';
import { readConfig } from '../app/config.ts';
import { type Config, OPTIONS, type OptionDefinition, variableOf } from '../app/options.ts';

/** Adds a flag for each named setting, with its variable and default in the help. */
export function addServerOptions(command: Command, names: readonly string[] = Object.keys(OPTIONS)): Command {
  for (const name of names) {
    const definition = (OPTIONS as Readonly<Record<string, OptionDefinition<unknown>>>)[name];
    if (definition === undefined) continue;
    const fallback =
      definition.fallback === undefined || definition.fallback === '' ? '' : `; default ${definition.fallback}`;
    command.option(`--${name} <${definition.value}>`, `${definition.help} (${variableOf(name)}${fallback})`);
  }
  return command.option('--config <FILE>', `JSON file of settings. (${variableOf('config')})`);
}

/** The settings from flags, environment and file. @throws ConfigError */
export function readServerOptions(command: Command): Config {
  const flags: Record<string, string | undefined> = {};
  for (const [key, value] of Object.entries(command.opts<Record<string, string>>())) {
    flags[key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)] = value;
  }
  return readConfig(flags, process.env);
}
