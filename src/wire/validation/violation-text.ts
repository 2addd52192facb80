/** AWS's wording of constraint violations: `1 validation error detected: Value 'v' at 'a.1.member' failed to …`. */

import type { Rule, Violation } from './validate.ts';

/** Longest value an error message repeats, in UTF-16 units. */
const SHOWN_VALUE_MAX = 1024;

export interface ViolationTextOptions {
  /** DataZone leaves the offending value out. */
  readonly showsValue: boolean;
}

export function formatViolations(violations: readonly Violation[], options: ViolationTextOptions): string {
  const count = violations.length;
  const texts = violations.map((violation) => formatViolation(violation, options));
  return `${count} validation error${count === 1 ? '' : 's'} detected: ${texts.join('; ')}`;
}

function formatViolation(violation: Violation, options: ViolationTextOptions): string {
  const hidden = violation.sensitive || !options.showsValue;
  const value = hidden ? '' : ` ${formatValue(violation.value)}`;
  return `Value${value} at '${formatPath(violation.path)}' failed to satisfy constraint: ${formatRule(violation.rule)}`;
}

/** `tags.1.member.key`: members start in lower case, list positions count from one. */
export function formatPath(path: Violation['path']): string {
  return path
    .map((step) => (typeof step === 'number' ? `${step + 1}.member` : step.charAt(0).toLowerCase() + step.slice(1)))
    .join('.');
}

export function formatRule(rule: Rule): string {
  switch (rule.kind) {
    case 'required':
      return 'Member must not be null';
    case 'length':
      return `Member must have length ${formatBound(rule.min, rule.max, rule.actual)}`;
    case 'range':
      return `Member must have value ${formatBound(rule.min, rule.max, rule.actual)}`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${rule.text}`;
    case 'enum':
      return `Member must satisfy enum value set: [${rule.values.join(', ')}]`;
    case 'unique':
      return 'Member must have unique values';
  }
}

/** Names the bound that was crossed. */
function formatBound(min: number | undefined, max: number | undefined, actual: number): string {
  const upper = `less than or equal to ${max}`;
  const lower = `greater than or equal to ${min}`;
  if (min === undefined) return upper;
  if (max === undefined) return lower;
  return actual > max ? upper : lower;
}

function formatValue(value: unknown): string {
  if (value === null) return 'null';
  const text = plainText(value);
  return `'${text.length > SHOWN_VALUE_MAX ? `${text.slice(0, SHOWN_VALUE_MAX)}...` : text}'`;
}

function plainText(value: unknown): string {
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (Array.isArray(value)) return `[${value.slice(0, 100).map(plainText).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  const entries = Object.entries(value).slice(0, 100);
  return `{${entries.map(([key, item]) => `${key}=${plainText(item)}`).join(', ')}}`;
}
