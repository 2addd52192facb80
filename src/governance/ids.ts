import { createHash } from 'node:crypto';
import { bytesForBase36, formatUuid, takeBase36 } from '../core/ids.ts';
import type { Random } from '../ports/random.ts';

const ID_CHARACTERS = 14;

/** Who runs are: the maker of what they import. */
export const SYSTEM = 'SYSTEM';

/** 14 of [0-9a-z]: projects, data sources, runs, assets, everything below a domain. */
export function newId(random: Random): string {
  return takeBase36(random.bytes(bytesForBase36(ID_CHARACTERS)), ID_CHARACTERS);
}

export type DomainVersion = 'V1' | 'V2';

export function newDomainId(random: Random, version: DomainVersion): string {
  return `${version === 'V1' ? 'dzd_' : 'dzd-'}${newId(random)}`;
}

/** The user profile of a principal: one UUID for ever. The root user is the only principal of an account. */
export function userIdOf(accountId: string): string {
  return formatUuid(createHash('sha256').update(`datazone user\u0000${accountId}\u0000root`).digest());
}
