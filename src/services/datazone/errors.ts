import { ServiceError } from '../../core/errors.ts';
import { ConflictError, DeniedError, InvalidError, MissingError, QuotaError } from '../../governance/errors.ts';
import type { AnyHandlers, CallContext } from '../../wire/handlers.ts';

/** The exceptions of DataZone that operations of ours raise (reference: datazone.md §1.2). */

export class AccessDeniedException extends ServiceError {
  constructor(message: string) {
    super('AccessDeniedException', message);
  }
}

export class ConflictException extends ServiceError {
  constructor(message: string) {
    super('ConflictException', message);
  }
}

export class ResourceNotFoundException extends ServiceError {
  constructor(message: string) {
    super('ResourceNotFoundException', message);
  }
}

export class ServiceQuotaExceededException extends ServiceError {
  constructor(message: string) {
    super('ServiceQuotaExceededException', message);
  }
}

export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

/** Operations in a domain whose model declares no ResourceNotFoundException: what they do not find is denied (decision D2). */
export const WITHOUT_NOT_FOUND: ReadonlySet<string> = new Set([
  'AddPolicyGrant',
  'CreateAssetType',
  'CreateDomainUnit',
  'CreateFormType',
  'CreateGlossary',
  'DeleteEnvironmentBlueprintConfiguration',
  'DeleteNotebook',
  'ListAccountPools',
  'ListConnections',
  'ListDomainUnitsForParent',
  'ListEntityOwners',
  'ListEnvironmentActions',
  'ListEnvironmentProfiles',
  'ListEnvironments',
  'ListLineageEvents',
  'ListNotebookRuns',
  'ListNotebooks',
  'ListPolicyGrants',
  'ListProjectProfiles',
  'ListProjects',
  'QueryGraph',
  'RemovePolicyGrant',
  'Search',
  'SearchListings',
  'SearchTypes',
  'UpdateEnvironment',
]);

/** Operations of ours that find conflicts, and whose model declares no ConflictException: they say it is the request's fault. */
export const WITHOUT_CONFLICT: ReadonlySet<string> = new Set([
  'CreateProjectMembership',
  'DeleteConnection',
  'DeleteEnvironment',
  'DeleteEnvironmentProfile',
  'DeleteProject',
]);

/** Handlers whose domain's refusals are said in the service's terms; anything else is not the caller's to see. */
export function sayingErrors(handlers: AnyHandlers): AnyHandlers {
  const guarded = Object.entries(handlers).map(([name, handler]) => [
    name,
    handler &&
      ((input: never, ctx: CallContext) =>
        handler(input, ctx).catch((error: unknown) => {
          throw toServiceError(error, ctx.operation);
        })),
  ]);
  return Object.fromEntries(guarded) as AnyHandlers;
}

function toServiceError(error: unknown, operation: string): unknown {
  if (error instanceof MissingError && WITHOUT_NOT_FOUND.has(operation))
    return new AccessDeniedException(error.message);
  if (error instanceof MissingError) return new ResourceNotFoundException(error.message);
  if (error instanceof ConflictError && WITHOUT_CONFLICT.has(operation)) return new ValidationException(error.message);
  if (error instanceof ConflictError) return new ConflictException(error.message);
  if (error instanceof QuotaError) return new ServiceQuotaExceededException(error.message);
  if (error instanceof InvalidError) return new ValidationException(error.message);
  if (error instanceof DeniedError) return new AccessDeniedException(error.message);
  return error;
}
