import { isIP, isIPv6 } from 'node:net';
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
    add('HOST_NAME', attributes.hostName?.toLowerCase());
    for (const { ipAddress, macAddress } of attributes.interfaces ?? []) {
      if (ipAddress !== undefined && namesOneHost(ipAddress)) add('IP_ADDRESS', ipAddress.toLowerCase());
      if (macAddress !== undefined && /[1-9a-f]/.test(readMac(macAddress))) add('MAC_ADDRESS', readMac(macAddress));
    }
    if (attributes.moRefId && attributes.vCenterId) add('VMWARE', `${attributes.moRefId}@${attributes.vCenterId}`);
  }
  return [...keys.values()];
}

/** False for loopback, link-local and all-zero addresses, which every host has. */
export function namesOneHost(address: string): boolean {
  if (isIP(address) === 0) return false;
  if (isIPv6(address)) return !/^(fe[89ab]|::1$|::$|::ffff:(127\.|0\.|169\.254\.))/i.test(address);
  return !/^(127\.|0\.|169\.254\.)/.test(address);
}
