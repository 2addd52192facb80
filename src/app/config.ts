import { readFileSync } from 'node:fs';
import { ZodError, z } from 'zod';
import { type Config, OPTIONS, type OptionDefinition, type OptionName, variableOf } from './options.ts';

/** A setting that cannot be used; the message names it and where it came from. */
export class ConfigError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ConfigError';
  }
}

interface Source {
  /** How the person who wrote it calls it. */
  readonly describe: (name: string) => string;
  readonly read: (name: string) => string | undefined;
}

/**
 * Flags win over the environment, the environment over the configuration file, the file over defaults. An unknown key in
 * the file or an unknown PERIPLUS_ variable is refused: a misspelt setting must not be ignored.
 */
export function readConfig(
  flags: Readonly<Record<string, string | undefined>>,
  environment: NodeJS.ProcessEnv,
): Config {
  const filePath = flags.config ?? environment[variableOf('config')];
  const file = filePath === undefined ? {} : readFile(filePath);
  refuseUnknownVariables(environment);
  const sources: Source[] = [
    { describe: (name) => `--${name}`, read: (name) => flags[name] },
    { describe: variableOf, read: (name) => environment[variableOf(name)] },
    { describe: (name) => `"${name}" in ${filePath}`, read: (name) => file[name] },
    { describe: (name) => `the default of ${name}`, read: (name) => definitionOf(name).fallback },
  ];
  const values = Object.keys(OPTIONS).map((name) => [name, readOption(name, sources)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined)) as unknown as Config;
}

function readOption(name: string, sources: readonly Source[]): unknown {
  for (const source of sources) {
    const text = source.read(name);
    if (text === undefined) continue;
    try {
      return definitionOf(name).parse(text);
    } catch (error) {
      throw new ConfigError(`${source.describe(name)} ${explain(error)} (got "${text}")`);
    }
  }
  return undefined;
}

function definitionOf(name: string): OptionDefinition<unknown> {
  return OPTIONS[name as OptionName];
}

function explain(error: unknown): string {
  if (error instanceof ZodError) return `is not valid: ${error.issues.map((issue) => issue.message).join('; ')}`;
  return error instanceof Error ? error.message : String(error);
}

const FILE = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));

function readFile(path: string): Record<string, string> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError(`the configuration file ${path} cannot be read`);
  }
  let parsed: Record<string, string>;
  try {
    parsed = FILE.parse(JSON.parse(text));
  } catch {
    throw new ConfigError(`${path} must be a JSON object of settings, each a string, a number or true or false`);
  }
  const unknown = Object.keys(parsed).find((name) => !Object.hasOwn(OPTIONS, name));
  if (unknown !== undefined) throw new ConfigError(`${path} has the unknown setting "${unknown}"`);
  return parsed;
}

function refuseUnknownVariables(environment: NodeJS.ProcessEnv): void {
  const known = new Set(['config', 'endpoint', ...Object.keys(OPTIONS)].map(variableOf));
  const unknown = Object.keys(environment).find((name) => name.startsWith('PERIPLUS_') && !known.has(name));
  if (unknown !== undefined) throw new ConfigError(`the environment has the unknown setting ${unknown}`);
}
