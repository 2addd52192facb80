import { type Command, InvalidArgumentError, Option } from 'commander';
import { parseIsoInstant, startOfDay } from '../../core/time.ts';
import { CliError } from '../errors.ts';

export interface ExportOptions {
  readonly agent?: string;
  readonly from?: number;
  readonly to?: number;
  readonly ec2?: boolean;
  readonly cpu?: Basis;
  readonly ram?: Basis;
  readonly tenancy?: string;
  readonly exclude?: readonly string[];
  readonly priceRegion?: string;
  readonly reserved?: Reserved;
}

interface Basis {
  readonly name: string;
  readonly percentageAdjust?: number;
}

interface Reserved {
  readonly termLength: string;
  readonly purchasingOption: string;
  readonly offeringClass: string;
}

/** What only goes with `--ec2`. */
const EC2_ONLY = ['cpu', 'ram', 'tenancy', 'exclude', 'priceRegion', 'reserved'] as const;

export function addExportOptions(command: Command): Command {
  return command
    .option('--agent <ID>', 'what this agent reported, row by row')
    .option('--from <TIME>', 'of an agent: from this time, such as 2026-03-01 or 2026-03-01T12:00:00Z', parseTime)
    .option('--to <TIME>', 'of an agent: up to this time, itself not included', parseTime)
    .option('--ec2', 'an EC2 instance type for each server')
    .option(
      '--cpu <BASIS>',
      'EC2: size by SPEC, AVG, MAX or a percentile such as p95; p95:80 takes 80 % of it',
      parseBasis,
    )
    .option('--ram <BASIS>', 'EC2: the same for memory', parseBasis)
    .addOption(new Option('--tenancy <T>', 'EC2: tenancy').choices(['SHARED', 'DEDICATED']))
    .option('--exclude <TYPES>', 'EC2: types to leave out, separated by commas', (text) => text.split(','))
    .option('--price-region <REGION>', 'EC2: the Region to price for; default the home Region')
    .option(
      '--reserved <TERM,PAYMENT,CLASS>',
      'EC2: reserved instances, such as ONE_YEAR,NO_UPFRONT,STANDARD; default On-Demand',
      parseReserved,
    );
}

/** The request of StartExportTask. @throws CliError for options that do not go together */
export function readExportRequest(options: ExportOptions): object {
  const { agent, from, to, ec2 } = options;
  if (agent !== undefined && ec2 === true) throw refuse('--agent and --ec2 do not go together');
  if (agent === undefined && (from ?? to) !== undefined) throw refuse('--from and --to need --agent');
  const stray = ec2 === true ? undefined : EC2_ONLY.find((name) => options[name] !== undefined);
  if (stray !== undefined) throw refuse(`--${stray === 'priceRegion' ? 'price-region' : stray} needs --ec2`);
  if (ec2 === true) return { preferences: { ec2RecommendationsPreferences: readPreferences(options) } };
  if (agent === undefined) return {};
  return {
    filters: [{ name: 'agentIds', condition: 'EQUALS', values: [agent] }],
    ...(from === undefined ? {} : { startTime: from / 1000 }),
    ...(to === undefined ? {} : { endTime: to / 1000 }),
  };
}

function readPreferences(options: ExportOptions): object {
  const { cpu, ram, tenancy, exclude, priceRegion, reserved } = options;
  return {
    enabled: true,
    ...(cpu && { cpuPerformanceMetricBasis: cpu }),
    ...(ram && { ramPerformanceMetricBasis: ram }),
    ...(tenancy && { tenancy }),
    ...(exclude && { excludedInstanceTypes: exclude }),
    ...(priceRegion && { preferredRegion: priceRegion }),
    ...(reserved && { reservedInstanceOptions: reserved }),
  };
}

function refuse(message: string): CliError {
  return new CliError(message, { isUsage: true });
}

function parseTime(text: string): number {
  const timeMs = /^\d{4}-\d{2}-\d{2}$/.test(text) ? startOfDay(text) : parseIsoInstant(text);
  if (timeMs === undefined || Number.isNaN(timeMs))
    throw new InvalidArgumentError('A time is written as 2026-03-01 or 2026-03-01T12:00:00Z.');
  return timeMs;
}

function parseBasis(text: string): Basis {
  const match = /^(p\d{1,3}|SPEC|AVG|MAX)(?::(\d{1,3}(?:\.\d+)?))?$/.exec(text);
  if (match?.[1] === undefined) throw new InvalidArgumentError('A basis is SPEC, AVG, MAX, p95 or p95:80.');
  return { name: match[1], ...(match[2] === undefined ? {} : { percentageAdjust: Number(match[2]) }) };
}

function parseReserved(text: string): Reserved {
  const [termLength, purchasingOption, offeringClass] = text.split(',');
  if (termLength === undefined || purchasingOption === undefined || offeringClass === undefined)
    throw new InvalidArgumentError('Reserved instances are written as ONE_YEAR,NO_UPFRONT,STANDARD.');
  return { termLength, purchasingOption, offeringClass };
}
