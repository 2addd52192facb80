import { KB_A_MB } from '../../inventory/import-template.ts';

/** Amounts of a server in the units of export files; undefined stays undefined. */

export function inMb(kb: number | undefined): number | undefined {
  return kb === undefined ? undefined : kb / KB_A_MB;
}

export function inBytes(kb: number | undefined): number | undefined {
  return kb === undefined ? undefined : kb * 1024;
}

/** Memory in use: what is not free, or what an import says is used of an unknown total. */
export function usedMb(ram: {
  readonly totalKb: number | undefined;
  readonly freeKb: number | undefined;
  readonly usedKb: number | undefined;
}): number | undefined {
  const { totalKb, freeKb, usedKb } = ram;
  return totalKb === undefined || freeKb === undefined ? inMb(usedKb) : Math.max(0, totalKb - freeKb) / KB_A_MB;
}

/** A list inside one cell. */
export function joinOnce(items: readonly (string | undefined)[]): string | undefined {
  const known = [...new Set(items.filter((item) => item !== undefined && item !== ''))];
  return known.length === 0 ? undefined : known.join(', ');
}
