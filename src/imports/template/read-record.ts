import { isIP } from 'node:net';
import { KB_A_MB, type NumberRange, type TemplateColumn, type UsedRam } from '../../inventory/import-template.ts';
import { type NetworkInterface, readMac, type ServerAttributes } from '../../inventory/server-attributes.ts';
import type { TagPair } from '../../inventory/tag-store.ts';
import type { CsvEntry } from './read-csv.ts';
import type { TemplateHeader } from './template-header.ts';
import type { FieldError, RecordFault, ServerRecord } from './template-record.ts';

const APPLICATION_NAME_CHARS_MAX = 127;
const WAVE_CHARS_MAX = 256;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/;
const MAC_DIGITS = 12;

/** What a record says so far; each column adds its part or an error. */
interface Draft {
  readonly attributes: { -readonly [K in keyof ServerAttributes]: ServerAttributes[K] };
  readonly errors: FieldError[];
  readonly used: Map<string, UsedRam & { kb: number }>;
  ips: string[];
  macs: string[];
  applications: string[];
  tags: TagPair[];
  wave: string | undefined;
  serverId: string | undefined;
}

/** Turns an entry of a file in the template's form into a record, or says all that is wrong with it. */
export function readRecord(entry: CsvEntry, header: TemplateHeader): ServerRecord | RecordFault {
  if (entry.kind === 'fault') return faultOf(entry, [{ column: '', message: entry.message }]);
  const { line, text, fields } = entry;
  const given = readGiven(fields, header);
  if (fields.length !== header.width) {
    const message = `Expected ${header.width} fields, found ${fields.length}.`;
    return { ...faultOf(entry, [{ column: '', message }]), externalId: given.get('ExternalId') ?? '' };
  }
  const draft = readColumns(given, header);
  finishRam(draft);
  checkIdentity(draft, given);
  const { attributes, errors, applications, tags, wave, serverId } = draft;
  if (errors.length > 0) return { line, text, externalId: given.get('ExternalId') ?? '', errors, applications };
  const interfaces = joinInterfaces(draft);
  if (interfaces.length > 0) attributes.interfaces = interfaces;
  if (attributes.moRefId !== undefined) attributes.serverType = 'VMWARE_VM';
  return { line, text, serverId, attributes, applications, wave, tags, given };
}

export function isFault(record: ServerRecord | RecordFault): record is RecordFault {
  return 'errors' in record;
}

function faultOf({ line, text }: CsvEntry, errors: readonly FieldError[]): RecordFault {
  return { line, text, externalId: '', errors, applications: [] };
}

/** Fields that are not empty, without the blanks around them. */
function readGiven(fields: readonly string[], { columns }: TemplateHeader): Map<string, string> {
  const given = new Map<string, string>();
  for (const { name, index } of columns) {
    const value = (fields[index] ?? '').trim();
    if (value !== '') given.set(name, value);
  }
  return given;
}

function readColumns(given: ReadonlyMap<string, string>, { columns }: TemplateHeader): Draft {
  const draft: Draft = {
    attributes: {},
    errors: [],
    used: new Map(),
    ips: [],
    macs: [],
    applications: [],
    tags: [],
    wave: undefined,
    serverId: undefined,
  };
  for (const { name, column } of columns) {
    const value = given.get(name);
    const message = value === undefined ? undefined : readColumn(draft, column, { name, value });
    if (message !== undefined) draft.errors.push({ column: name, message });
  }
  return draft;
}

type Field = { readonly name: string; readonly value: string };

/** Returns what is wrong with the value. */
function readColumn(draft: Draft, column: TemplateColumn, field: Field): string | undefined {
  switch (column.kind) {
    case 'text':
      draft.attributes[column.attribute] = field.value;
      return undefined;
    case 'number':
      return withNumber(field, column.range, (value) => {
        draft.attributes[column.attribute] = value * column.toStored;
      });
    case 'usedRam':
      return withNumber(field, column.range, (value) => {
        draft.used.set(field.name, { free: column.free, used: column.used, kb: value * KB_A_MB });
      });
    case 'ipAddresses':
      draft.ips = listOf(field.value);
      return draft.ips.every((address) => isIP(address) !== 0) ? undefined : `${field.name} is not an IP address.`;
    case 'macAddresses':
      draft.macs = listOf(field.value);
      return draft.macs.every(isMac) ? undefined : `${field.name} is not a MAC address.`;
    case 'applications':
      return readApplications(draft, field);
    case 'tags':
      return readTags(draft, field);
    case 'wave':
      draft.wave = field.value;
      return field.value.length <= WAVE_CHARS_MAX && /^\S( *\S)*$/.test(field.value)
        ? undefined
        : `${field.name} must have 1 to ${WAVE_CHARS_MAX} characters and no tabs or line ends.`;
    case 'serverId':
      draft.serverId = field.value;
      return undefined;
  }
}

function withNumber({ name, value }: Field, range: NumberRange, take: (value: number) => void): string | undefined {
  const number = NUMBER.test(value) ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) return `${name} is not a number.`;
  if (range.isInteger && !Number.isInteger(number)) return `${name} is not a whole number.`;
  if (range.max === Number.POSITIVE_INFINITY && number < range.min) return `${name} must be ${range.min} or more.`;
  if (number < range.min || number > range.max) return outOfRange(name, range);
  take(number);
  return undefined;
}

function outOfRange(name: string, { min, max }: { min: number; max: number }): string {
  return `${name} must be between ${min} and ${max}.`;
}

function readApplications(draft: Draft, { name, value }: Field): string | undefined {
  draft.applications = [...new Set(listOf(value))];
  const isTooLong = draft.applications.some((application) => application.length > APPLICATION_NAME_CHARS_MAX);
  return isTooLong ? `${name} must be names of up to ${APPLICATION_NAME_CHARS_MAX} characters.` : undefined;
}

function readTags(draft: Draft, { name, value }: Field): string | undefined {
  const pairs = listOf(value).map((text) => ({ text, at: text.indexOf(':') }));
  if (pairs.some(({ at }) => at < 1)) return `${name} must be pairs of name:value.`;
  draft.tags = pairs.map(({ text, at }) => ({ key: text.slice(0, at).trim(), value: text.slice(at + 1).trim() }));
  return undefined;
}

/** Free is what is left of all there is; without that only what is used is known. */
function finishRam({ attributes, errors, used }: Draft): void {
  const totalKb = attributes.totalRamKb;
  for (const [name, { free, used: attribute, kb }] of used) {
    if (totalKb === undefined) attributes[attribute] = kb;
    else if (kb <= totalKb) attributes[free] = totalKb - kb;
    else errors.push({ column: name, message: outOfRange(name, { min: 0, max: totalKb / KB_A_MB }) });
  }
}

function checkIdentity({ errors }: Draft, given: ReadonlyMap<string, string>): void {
  const hasMoRef = given.has('VMware.MoRefId');
  const hasBoth = hasMoRef && given.has('VMware.VCenterId');
  if (!hasBoth && (hasMoRef || given.has('VMware.VCenterId'))) {
    const column = hasMoRef ? 'VMware.VCenterId' : 'VMware.MoRefId';
    errors.push({ column, message: 'VMware.MoRefId and VMware.VCenterId must be given together.' });
  }
  const names = ['ExternalId', 'IPAddress', 'MACAddress', 'HostName', 'ServerId'];
  if (!hasBoth && !hasMoRef && !names.some((name) => given.has(name)))
    errors.push({ column: '', message: 'At least one identifying column is required.' });
}

/** One address and one hardware address belong together; of several nobody says which. */
function joinInterfaces({ ips, macs }: Draft): NetworkInterface[] {
  const [ipAddress, macAddress] = [ips[0], macs[0]];
  if (ips.length === 1 && macs.length === 1 && ipAddress !== undefined && macAddress !== undefined)
    return [{ ipAddress, macAddress }];
  return [...ips.map((address) => ({ ipAddress: address })), ...macs.map((address) => ({ macAddress: address }))];
}

function isMac(text: string): boolean {
  return /^[0-9A-Fa-f:.-]+$/.test(text) && readMac(text).length === MAC_DIGITS;
}

function listOf(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}
