/** Scalars as text and as bytes, read strictly: nothing is coerced, nothing is cut. */

import type { Kind } from '../model/schema.ts';

const INTEGER_LIMITS: Partial<Record<Kind, readonly [number, number]>> = {
  byte: [-128, 127],
  short: [-32_768, 32_767],
  integer: [-2_147_483_648, 2_147_483_647],
  intEnum: [-2_147_483_648, 2_147_483_647],
  long: [-(2 ** 63), 2 ** 63],
};
const INTEGER_TEXT = /^-?\d{1,19}$/;
const FLOAT_TEXT = /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/;
const NON_FINITE: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity };

export function isIntegerOf(kind: Kind, value: unknown): value is number {
  const limits = INTEGER_LIMITS[kind];
  if (limits === undefined || !Number.isInteger(value)) return false;
  return (value as number) >= limits[0] && (value as number) <= limits[1];
}

export function parseIntegerText(kind: Kind, text: string): number | undefined {
  if (!INTEGER_TEXT.test(text)) return undefined;
  const value = Number(text);
  return isIntegerOf(kind, value) ? value : undefined;
}

export function parseFloatText(text: string): number | undefined {
  return parseNonFinite(text) ?? (FLOAT_TEXT.test(text) ? Number(text) : undefined);
}

/** The three values JSON has no number for travel as strings. */
export function parseNonFinite(text: unknown): number | undefined {
  return typeof text === 'string' && Object.hasOwn(NON_FINITE, text) ? NON_FINITE[text] : undefined;
}

export function parseBooleanText(text: string): boolean | undefined {
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

/** Canonical, padded base64 of the standard alphabet and nothing else. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 !== 0) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

export function formatFloat(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
