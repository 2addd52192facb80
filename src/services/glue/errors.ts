import { ServiceError } from '../../core/errors.ts';

/** The exceptions of Glue that operations of ours raise. What breaks the model is the wire's ValidationException. */

export class AlreadyExistsException extends ServiceError {
  constructor(message: string) {
    super('AlreadyExistsException', message);
  }
}

export class ConcurrentModificationException extends ServiceError {
  constructor(message: string) {
    super('ConcurrentModificationException', message);
  }
}

export class EntityNotFoundException extends ServiceError {
  constructor(message: string) {
    super('EntityNotFoundException', message);
  }
}

export class InvalidInputException extends ServiceError {
  constructor(message: string) {
    super('InvalidInputException', message);
  }
}
