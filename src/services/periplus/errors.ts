import { ServiceError } from '../../core/errors.ts';
import { ConflictError, GovernanceError, MissingError } from '../../governance/errors.ts';
import type { AnyHandlers, CallContext } from '../../wire/handlers.ts';

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

export class ValidationException extends ServiceError {
  constructor(message: string) {
    super('ValidationException', message);
  }
}

/** Handlers whose domain's refusals are said as exceptions of the model. */
export function sayingErrors(handlers: AnyHandlers): AnyHandlers {
  const guarded = Object.entries(handlers).map(([name, handler]) => [
    name,
    handler &&
      ((input: never, ctx: CallContext) =>
        handler(input, ctx).catch((error: unknown) => {
          throw toServiceError(error);
        })),
  ]);
  return Object.fromEntries(guarded) as AnyHandlers;
}

function toServiceError(error: unknown): unknown {
  if (error instanceof MissingError) return new ResourceNotFoundException(error.message);
  if (error instanceof ConflictError) return new ConflictException(error.message);
  return error instanceof GovernanceError ? new ValidationException(error.message) : error;
}
