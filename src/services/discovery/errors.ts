import { ServiceError } from '../../core/errors.ts';

/** The exceptions of Application Discovery Service that operations of ours raise (reference: discovery.md §2). */

export class AuthorizationErrorException extends ServiceError {
  constructor(message: string) {
    super('AuthorizationErrorException', message);
  }
}

export class ConflictErrorException extends ServiceError {
  constructor(message: string) {
    super('ConflictErrorException', message);
  }
}

export class HomeRegionNotSetException extends ServiceError {
  constructor(message: string) {
    super('HomeRegionNotSetException', message);
  }
}

export class InvalidParameterException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameterException', message);
  }
}

export class InvalidParameterValueException extends ServiceError {
  constructor(message: string) {
    super('InvalidParameterValueException', message);
  }
}

export class LimitExceededException extends ServiceError {
  constructor(message: string) {
    super('LimitExceededException', message);
  }
}

export class OperationNotPermittedException extends ServiceError {
  constructor(message: string) {
    super('OperationNotPermittedException', message);
  }
}

export class ResourceInUseException extends ServiceError {
  constructor(message: string) {
    super('ResourceInUseException', message);
  }
}

export class ResourceNotFoundException extends ServiceError {
  constructor(message: string) {
    super('ResourceNotFoundException', message);
  }
}
