/** The wording of violations that Smithy's own framework uses and its vectors expect. No service of ours words so. */

import type { Rule, Violation } from '../src/wire/validation/validate.ts';

export function smithyValidationBody(violations: readonly Violation[]): {
  message: string;
  fieldList: readonly object[];
} {
  const fieldList = violations.map((violation) => {
    const path = `/${violation.path.join('/')}`;
    return {
      message: `${subject(violation.rule)} at '${path}' failed to satisfy constraint: ${ruleText(violation.rule)}`,
      path,
    };
  });
  const count = violations.length;
  const texts = fieldList.map((field) => field.message).join('; ');
  return { message: `${count} validation error${count === 1 ? '' : 's'} detected. ${texts}`, fieldList };
}

function subject(rule: Rule): string {
  return rule.kind === 'length' ? `Value with length ${rule.actual}` : 'Value';
}

function ruleText(rule: Rule): string {
  switch (rule.kind) {
    case 'required':
      return 'Member must not be null';
    case 'length':
      return `Member must have length ${boundText(rule.min, rule.max)}`;
    case 'range':
      return `Member must be ${boundText(rule.min, rule.max)}`;
    case 'pattern':
      return `Member must satisfy regular expression pattern: ${rule.text}`;
    case 'enum':
      return `Member must satisfy enum value set: [${rule.values.join(', ')}]`;
    case 'unique':
      return 'Member must have unique values';
  }
}

function boundText(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return `between ${min} and ${max}, inclusive`;
  return min === undefined ? `less than or equal to ${max}` : `greater than or equal to ${min}`;
}
