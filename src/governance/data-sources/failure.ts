/** Why something that went on in the background did not come to a good end. */

export const FAILURE_TYPES = [
  'ACCESS_DENIED_EXCEPTION',
  'CONFLICT_EXCEPTION',
  'INTERNAL_SERVER_EXCEPTION',
  'RESOURCE_NOT_FOUND_EXCEPTION',
  'SERVICE_QUOTA_EXCEEDED_EXCEPTION',
  'THROTTLING_EXCEPTION',
  'VALIDATION_EXCEPTION',
] as const;
export type FailureType = (typeof FAILURE_TYPES)[number];

export interface Failure {
  readonly type: FailureType;
  readonly detail: string;
}

export function readFailure(type: string | null, detail: string | null): Failure | undefined {
  return type === null ? undefined : { type: type as FailureType, detail: detail ?? '' };
}
