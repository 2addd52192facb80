/** The one place where something thrown becomes what a client sees. */

import { ServiceError } from '../../core/errors.ts';
import type { Schema } from '../model/schema.ts';
import type { Operation, ServiceModel } from '../model/service-model.ts';
import type { ErrorAnswer } from '../protocol/protocol.ts';
import type { ServiceRules, ViolationClass } from '../service-rules.ts';
import type { Rule, Violation } from '../validation/validate.ts';
import { formatViolations } from '../validation/violation-text.ts';
import { FAILURE_TABLES, S3_STATUS } from './failure-table.ts';
import { WireFailure } from './wire-failure.ts';

export interface ErrorScope {
  readonly rules: ServiceRules;
  readonly model: ServiceModel | undefined;
  readonly operation: Operation | undefined;
}

/** Undefined for what is nobody's fault but ours: the caller logs it and answers `internalAnswer`. */
export function answerError(error: unknown, scope: ErrorScope): ErrorAnswer | undefined {
  if (error instanceof ServiceError) return serviceAnswer(error, scope);
  if (!(error instanceof WireFailure) || error.kind === 'internal') return undefined;
  const { code, status } = FAILURE_TABLES[scope.rules.family][error.kind];
  const fields = scope.rules.family === 's3' ? error.fields : {};
  return { code, status, message: error.message, schema: undefined, fields, isClientFault: true };
}

export function internalAnswer(scope: ErrorScope, requestId: string): ErrorAnswer {
  const code = scope.rules.internalError;
  return {
    code,
    status: 500,
    message: `An internal error occurred. Request id: ${requestId}`,
    schema: scope.model?.error(code),
    fields: {},
    isClientFault: false,
  };
}

function serviceAnswer(error: ServiceError, scope: ErrorScope): ErrorAnswer {
  const schema = scope.operation?.errors.get(error.code) ?? scope.model?.error(error.code);
  const status = statusOf(error.code, schema, scope.rules);
  const fields = error.fields;
  return {
    code: wireCode(error.code, schema),
    status,
    message: error.message,
    schema,
    fields,
    isClientFault: status < 500,
  };
}

function statusOf(code: string, schema: Schema | undefined, rules: ServiceRules): number {
  if (schema === undefined)
    return rules.family === 's3' ? (S3_STATUS[code] ?? 400) : code === rules.internalError ? 500 : 400;
  // awsJson knows two statuses: whose fault it was. The shape's own status is for protocols that speak HTTP.
  const declared = rules.family === 'awsJson' ? undefined : schema.traits['smithy.api#httpError'];
  if (typeof declared === 'number') return declared;
  return schema.traits['smithy.api#error'] === 'server' ? 500 : 400;
}

/** awsQuery names some errors otherwise on the wire than in the model. */
function wireCode(code: string, schema: Schema | undefined): string {
  const query = schema?.traits['aws.protocols#awsQueryError'] as { code?: string } | undefined;
  return query?.code ?? code;
}

export function violationError(
  violations: readonly Violation[],
  operation: Operation,
  rules: ServiceRules,
): ServiceError {
  const wanted = rules.violationCode[violationClass(violations[0]!.rule)];
  const other = Object.values(rules.violationCode).find((code) => code !== wanted);
  const declared = !rules.violationNeedsDeclaring || operation.errors.has(wanted);
  const code = declared || other === undefined ? wanted : other;
  return new ServiceError(code, formatViolations(violations, rules), rules.violationFields);
}

function violationClass(rule: Rule): ViolationClass {
  return rule.kind === 'required' || rule.kind === 'pattern' ? 'malformed' : 'outOfRange';
}
