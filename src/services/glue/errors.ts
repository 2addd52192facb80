import { ServiceError } from '../../core/errors.ts';

/** The exceptions of Glue that operations of ours raise. What breaks the model is the wire's ValidationException. */

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
