import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename } from 'node:path';
import { pipeline } from 'node:stream';
import { parse } from 'csv-parse';
import { z } from 'zod';
import { ExportImpossibleError } from '../errors.ts';
import type { Ec2Preferences } from '../export-task.ts';
import {
  ARCHITECTURES,
  type InstanceType,
  type Offer,
  OS_FAMILIES,
  type OsFamily,
  type PriceList,
} from './instance-types.ts';

/** What of a price file a question is about. */
export type PriceQuestion = Pick<Ec2Preferences, 'region' | 'tenancy' | 'reserved'>;

const HOURS_A_YEAR = 8760;
const YEARS = { ONE_YEAR: 1, THREE_YEAR: 3 } as const;

/** A list value, matched without case. */
const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.string().transform((text, context): T[number] => {
    const found = values.find((value) => value.toLowerCase() === text.toLowerCase());
    if (found !== undefined) return found;
    context.addIssue(`must be one of ${values.join(', ')}`);
    return z.NEVER;
  });
const amount = z.string().transform((text, context) => {
  const value = Number(text);
  if (text !== '' && Number.isFinite(value) && value >= 0) return value;
  context.addIssue('must be a number of at least 0');
  return z.NEVER;
});
const orNothing = <T>(schema: z.ZodType<T, string>) => z.union([z.literal('').transform(() => undefined), schema]);

const PriceRow = z.object({
  region: z.string(),
  instanceType: z.string().min(1),
  osType: oneOf(OS_FAMILIES),
  tenancy: oneOf(['SHARED', 'DEDICATED']),
  pricingModel: oneOf(['On-Demand', 'Reserved']),
  contractTerm: orNothing(oneOf(['ONE_YEAR', 'THREE_YEAR'])),
  payment: orNothing(oneOf(['ALL_UPFRONT', 'PARTIAL_UPFRONT', 'NO_UPFRONT'])),
  offeringClass: orNothing(oneOf(['STANDARD', 'CONVERTIBLE'])),
  vCPU: amount,
  ramMB: amount,
  architecture: oneOf(ARCHITECTURES),
  currentGeneration: oneOf(['true', 'false']),
  upfront: orNothing(amount),
  /** Empty: the size is known, the price is not. */
  hourly: orNothing(amount),
  effectiveDate: z.string(),
});
type PriceRow = z.infer<typeof PriceRow>;

/**
 * Reads what a price file says about one question: streamed, because a file of all Regions and models is large. Lines that
 * begin with `#` are comments; `# remark: …` before the header is said with every price of the file.
 * @throws ExportImpossibleError for a file that cannot be read
 */
export async function readPriceFile(path: string, question: PriceQuestion): Promise<PriceList> {
  const types = new Map<string, InstanceType>();
  const offers: Partial<Record<OsFamily, Offer[]>> = {};
  const parser = parse({ columns: true, bom: true, trim: true, comment: '#', comment_no_infix: true, info: true });
  // What goes wrong on either side ends both; the loop below hears of it.
  pipeline(createReadStream(path), parser, () => {});
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: unknown; info: { lines: number } }>) {
      const row = readRow(record, info.lines);
      const type = types.get(row.instanceType) ?? readType(row);
      types.set(type.model, type);
      if (row.hourly === undefined || !answers(row, question)) continue;
      const known = offers[row.osType] ?? [];
      known.push(readOffer(type, row, row.hourly));
      offers[row.osType] = known;
    }
    return { types: [...types.values()], offers, remark: await readRemark(path) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExportImpossibleError(`The price file ${basename(path)} cannot be used: ${reason}`);
  }
}

function readRow(record: unknown, line: number): PriceRow {
  const { success, data, error } = PriceRow.safeParse(record);
  if (success) return data;
  const [issue] = error.issues;
  throw new Error(`line ${line}: ${issue?.path.join('.')} ${issue?.message}`);
}

function readType(row: PriceRow): InstanceType {
  return {
    model: row.instanceType,
    vcpus: row.vCPU,
    ramMb: row.ramMB,
    architecture: row.architecture,
    isCurrent: row.currentGeneration === 'true',
  };
}

function answers(row: PriceRow, { region, tenancy, reserved }: PriceQuestion): boolean {
  if (row.region !== region || row.tenancy !== tenancy) return false;
  if (reserved === undefined) return row.pricingModel === 'On-Demand';
  return (
    row.pricingModel === 'Reserved' &&
    row.contractTerm === reserved.termLength &&
    row.payment === reserved.purchasingOption &&
    row.offeringClass === reserved.offeringClass
  );
}

function readOffer(type: InstanceType, row: PriceRow, hourly: number): Offer {
  const upfront = row.upfront ?? 0;
  const hours = HOURS_A_YEAR * (row.contractTerm === undefined ? 1 : YEARS[row.contractTerm]);
  return { type, upfront, hourly, amortizedHourly: hourly + upfront / hours, effectiveDate: row.effectiveDate };
}

async function readRemark(path: string): Promise<string | undefined> {
  await using file = await open(path);
  for await (const line of file.readLines({ autoClose: false })) {
    const text = line.replace(/^\ufeff/, '');
    if (!text.startsWith('#')) return undefined;
    const remark = /^#\s*remark:\s*(.*\S)\s*$/.exec(text)?.[1];
    if (remark !== undefined) return remark;
  }
  return undefined;
}
