import { z } from 'zod';
import { QUOTA_PROFILES } from '../inventory/quotas.ts';
import { parseBytes, parseDurationMs, parseList } from './option-texts.ts';

/**
 * Every setting of the server, once: its flag, its variable, its key in a configuration file, its help and its default
 * come from here (docs/reference/configuration.md is generated from it). The variable of `data-dir` is
 * PERIPLUS_DATA_DIR, its key in the file `data-dir`.
 */
export interface OptionDefinition<T> {
  readonly help: string;
  /** What to put after the flag. */
  readonly value: string;
  /** Text of the default, as a person would write it. */
  readonly fallback?: string;
  readonly parse: (text: string) => T;
}

const text = (schema: z.ZodType<string>) => (value: string) => schema.parse(value);
const integer = (min: number, max: number) => (value: string) => z.coerce.number().int().min(min).max(max).parse(value);
const oneOf =
  <const T extends readonly [string, ...string[]]>(values: T) =>
  (value: string): T[number] =>
    z.enum(values).parse(value);
const flag = (value: string): boolean => z.enum(['true', 'false']).parse(value) === 'true';
const define = <T>(definition: OptionDefinition<T>): OptionDefinition<T> => definition;

export const ROLES = ['api', 'ingest', 'worker'] as const;

export const OPTIONS = {
  port: define({
    value: 'PORT',
    help: 'Port to listen on; 0 takes a free one.',
    fallback: '4620',
    parse: integer(0, 65_535),
  }),
  host: define({ value: 'HOST', help: 'Address to listen on.', fallback: '127.0.0.1', parse: text(z.string().min(1)) }),
  'data-dir': define({
    value: 'DIR',
    help: 'Folder of everything that is kept.',
    fallback: './.periplus',
    parse: text(z.string().min(1)),
  }),
  roles: define({
    value: 'LIST',
    help: 'What this process does: api, ingest, worker.',
    fallback: ROLES.join(','),
    parse: (value: string) => z.array(z.enum(ROLES)).min(1).parse(parseList(value)),
  }),
  'account-id': define({
    value: 'ID',
    help: 'The account, 12 digits.',
    fallback: '123456789012',
    parse: text(z.string().regex(/^\d{12}$/)),
  }),
  region: define({
    value: 'REGION',
    help: 'The home Region.',
    fallback: 'us-west-2',
    parse: text(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d$/)),
  }),
  'access-key-id': define({
    value: 'KEY',
    help: 'Access key id of the root user; unset: made once.',
    parse: text(z.string().regex(/^\w{4,128}$/)),
  }),
  'secret-access-key': define({
    value: 'SECRET',
    help: 'Secret of the root user; unset: made once.',
    parse: text(z.string().min(8).max(256)),
  }),
  'enrollment-token': define({
    value: 'TOKEN',
    help: 'What an agent shows to be let in; unset: made once.',
    parse: text(z.string().min(8).max(256)),
  }),
  'new-agents-collect': define({
    value: 'BOOL',
    help: 'Whether a new agent begins to collect at once.',
    fallback: 'true',
    parse: flag,
  }),
  'denied-agents': define({
    value: 'LIST',
    help: 'Ids of agents whose data is refused.',
    fallback: '',
    parse: parseList,
  }),
  'sample-interval': define({
    value: 'TIME',
    help: 'How often agents look at their host.',
    fallback: '15s',
    parse: parseDurationMs,
  }),
  'send-interval': define({ value: 'TIME', help: 'How often agents send.', fallback: '60s', parse: parseDurationMs }),
  'roll-interval': define({
    value: 'TIME',
    help: 'Longest an accepted row waits before it is written to Parquet.',
    fallback: '5s',
    parse: parseDurationMs,
  }),
  'roll-bytes': define({
    value: 'SIZE',
    help: 'Accepted bytes that are written to Parquet at once, without waiting.',
    fallback: '64MiB',
    parse: parseBytes,
  }),
  'free-bytes-min': define({
    value: 'SIZE',
    help: 'Free disk space below which agents are told to keep their data.',
    fallback: '512MiB',
    parse: parseBytes,
  }),
  'retention-days': define({
    value: 'DAYS',
    help: 'Days of data to keep; 0 keeps everything.',
    fallback: '0',
    parse: integer(0, 36_500),
  }),
  'lake-memory': define({
    value: 'SIZE',
    help: 'Memory for writing and compacting Parquet.',
    fallback: '256MiB',
    parse: parseBytes,
  }),
  'inventory-interval': define({
    value: 'TIME',
    help: 'Shortest time between two looks of the inventory at what was written to Parquet.',
    fallback: '5s',
    parse: parseDurationMs,
  }),
  'inventory-read-memory': define({
    value: 'SIZE',
    help: 'Memory for answering questions about processes and connections; twice that while a newer state is loaded.',
    fallback: '384MiB',
    parse: parseBytes,
  }),
  'inventory-memory': define({
    value: 'SIZE',
    help: 'Memory for bringing the inventory up to date; more spills to disk.',
    fallback: '256MiB',
    parse: parseBytes,
  }),
  'buckets-max': define({ value: 'N', help: 'Buckets of the account.', fallback: '100', parse: integer(0, 10_000) }),
  'deliveries-max': define({
    value: 'N',
    help: 'Tables that continuous exports deliver at once.',
    fallback: '50',
    parse: integer(0, 10_000),
  }),
  quotas: define({
    value: 'PROFILE',
    help: 'open, or strict: the quotas of Application Discovery Service itself.',
    fallback: 'open',
    parse: oneOf(QUOTA_PROFILES),
  }),
  'ec2-prices-file': define({
    value: 'FILE',
    help: 'CSV file of EC2 sizes and prices; unset: the examples that come along.',
    parse: text(z.string().min(1)),
  }),
  'import-s3-endpoint': define({
    value: 'URL',
    help: 'Another S3 to import files from, with credentials of the AWS environment; unset: none.',
    parse: text(z.url({ protocol: /^https?$/ })),
  }),
  'import-s3-region': define({
    value: 'REGION',
    help: 'Region of that S3.',
    fallback: 'us-east-1',
    parse: text(z.string().min(1)),
  }),
  'queries-running-max': define({
    value: 'N',
    help: 'Queries that run at once; more wait.',
    fallback: '4',
    parse: integer(1, 100),
  }),
  'queries-queued-max': define({
    value: 'N',
    help: 'Queries that may wait.',
    fallback: '1000',
    parse: integer(0, 100_000),
  }),
  'query-timeout': define({ value: 'TIME', help: 'Longest a query may run.', fallback: '30m', parse: parseDurationMs }),
  'query-memory': define({ value: 'SIZE', help: 'Memory of one query.', fallback: '1GiB', parse: parseBytes }),
  'query-threads': define({ value: 'N', help: 'Threads of one query.', fallback: '2', parse: integer(1, 256) }),
  'query-result-bytes': define({
    value: 'SIZE',
    help: 'Largest answer of a query.',
    fallback: '10GiB',
    parse: parseBytes,
  }),
  'data-source-runs-max': define({
    value: 'N',
    help: 'Runs of one DataZone data source in a UTC day; 0 sets no limit.',
    fallback: '25',
    parse: integer(0, 1_000_000),
  }),
  'data-source-settle': define({
    value: 'TIME',
    help: 'How long creating, updating and deleting a DataZone data source takes.',
    fallback: '300ms',
    parse: parseDurationMs,
  }),
  'log-level': define({
    value: 'LEVEL',
    help: 'trace, debug, info, warn or error; logs go to stderr.',
    fallback: 'info',
    parse: oneOf(['trace', 'debug', 'info', 'warn', 'error']),
  }),
} as const;

export type OptionName = keyof typeof OPTIONS;
type ValueOf<N extends OptionName> = ReturnType<(typeof OPTIONS)[N]['parse']>;
type WithoutFallback =
  | 'access-key-id'
  | 'secret-access-key'
  | 'enrollment-token'
  | 'import-s3-endpoint'
  | 'ec2-prices-file';

/** The settings, parsed. */
export type Config = { readonly [N in Exclude<OptionName, WithoutFallback>]: ValueOf<N> } & {
  readonly [N in WithoutFallback]?: ValueOf<N>;
};

export function variableOf(name: string): string {
  return `PERIPLUS_${name.toUpperCase().replaceAll('-', '_')}`;
}
