import { BlockList, isIP } from 'node:net';
import { readMac, type ServerSource } from './server-attributes.ts';

/** What servers are recognised by, strongest first (discovery.md §4.3). */
export const KEY_KINDS = ['EXTERNAL_ID', 'IP_ADDRESS', 'HOST_NAME', 'MAC_ADDRESS', 'VMWARE'] as const;
export type KeyKind = (typeof KEY_KINDS)[number];

export interface MatchKey {
  readonly kind: KeyKind;
  /** In one spelling, so that equal things are equal text. */
  readonly value: string;
}

/** The keys of a source, each once. */
export function keysOf(source: ServerSource): MatchKey[] {
  const keys = new Map<string, MatchKey>();
  const add = (kind: KeyKind, value: string | undefined) => {
    if (value !== undefined && value !== '') keys.set(`${kind}/${value}`, { kind, value });
  };
  for (const { attributes } of Object.values(source.sections)) {
    add('EXTERNAL_ID', attributes.externalId);
    add('HOST_NAME', attributes.hostName === undefined ? undefined : readHostName(attributes.hostName));
    for (const { ipAddress, macAddress } of attributes.interfaces ?? []) {
      add('IP_ADDRESS', ipAddress === undefined ? undefined : readAddress(ipAddress));
      add('MAC_ADDRESS', macAddress === undefined ? undefined : readHardwareAddress(macAddress));
    }
    if (attributes.moRefId && attributes.vCenterId) add('VMWARE', `${attributes.moRefId}@${attributes.vCenterId}`);
  }
  return [...keys.values()];
}

/** Names that every host answers to. */
const LOCAL_NAMES = new Set(['localhost', 'localhost.localdomain', 'localhost6', 'localhost6.localdomain6']);

function readHostName(text: string): string | undefined {
  const name = text.trim().toLowerCase().replace(/\.$/, '');
  return LOCAL_NAMES.has(name) ? undefined : name;
}

/** Loopback, link-local and all-zero addresses, which every host has; written in IPv6 they count as well. */
const SHARED_ADDRESSES = new BlockList();
SHARED_ADDRESSES.addSubnet('0.0.0.0', 8, 'ipv4');
SHARED_ADDRESSES.addSubnet('127.0.0.0', 8, 'ipv4');
SHARED_ADDRESSES.addSubnet('169.254.0.0', 16, 'ipv4');
SHARED_ADDRESSES.addAddress('::', 'ipv6');
SHARED_ADDRESSES.addAddress('::1', 'ipv6');
SHARED_ADDRESSES.addSubnet('fe80::', 10, 'ipv6');

/** The address in its shortest spelling; undefined for what names no host, or more than one. */
function readAddress(text: string): string | undefined {
  // The zone (`%eth0`) says which interface of the observer, not which host.
  const address = text.trim().replace(/%.*$/, '');
  const version = isIP(address);
  if (version === 0 || SHARED_ADDRESSES.check(address, version === 4 ? 'ipv4' : 'ipv6')) return undefined;
  return version === 4 ? address : new URL(`http://[${address}]`).hostname.slice(1, -1);
}

/** The twelve digits of a hardware address; undefined for other texts, and for all zeros or ones. */
function readHardwareAddress(text: string): string | undefined {
  const digits = readMac(text);
  return digits.length === 12 && !/^(0+|f+)$/.test(digits) ? digits : undefined;
}
