import type { ServiceError } from '../../core/errors.ts';
import {
  ExportLiveError,
  ExportNotActiveError,
  ExportStartingError,
  ExportUnknownError,
} from '../../exports/errors.ts';
import {
  AgentUnknownError,
  ExportLimitError,
  ExportPresentError,
  ExportWindowError,
} from '../../exports/tasks/errors.ts';
import { ImportTokenInUseError, ImportUnreadableError, ImportUrlError } from '../../imports/errors.ts';
import {
  ApplicationNameTakenError,
  ApplicationUnknownError,
  BatchDeleteInvalidError,
  BatchDeleteRunningError,
  BatchDeleteTooLargeError,
  BatchDeleteUnknownError,
  ItemUnknownError,
  ServerUnknownError,
  TooManyItemsError,
} from '../../inventory/errors.ts';
import { QuotaExceededError } from '../../inventory/quotas.ts';
import { QuestionInvalidError, QuestionValueInvalidError } from '../../inventory/reading/errors.ts';
import {
  AuthorizationErrorException,
  ConflictErrorException,
  InvalidParameterException,
  InvalidParameterValueException,
  LimitExceededException,
  OperationNotPermittedException,
  ResourceInUseException,
  ResourceNotFoundException,
} from './errors.ts';

type Refusal = abstract new (...facts: never[]) => Error;
type Answer = new (message: string) => ServiceError;

/** What the domains refuse, and the exception that says so. A class comes before the one it extends. */
const ANSWERS: readonly (readonly [Refusal, Answer])[] = [
  [AgentUnknownError, InvalidParameterValueException],
  [ApplicationNameTakenError, InvalidParameterValueException],
  [ApplicationUnknownError, InvalidParameterValueException],
  [BatchDeleteInvalidError, InvalidParameterValueException],
  [BatchDeleteRunningError, OperationNotPermittedException],
  [BatchDeleteTooLargeError, LimitExceededException],
  [BatchDeleteUnknownError, InvalidParameterValueException],
  [ExportLimitError, OperationNotPermittedException],
  [ExportLiveError, ConflictErrorException],
  [ExportNotActiveError, OperationNotPermittedException],
  [ExportPresentError, OperationNotPermittedException],
  [ExportStartingError, ResourceInUseException],
  [ExportUnknownError, ResourceNotFoundException],
  [ExportWindowError, InvalidParameterValueException],
  [ImportTokenInUseError, ResourceInUseException],
  [ImportUnreadableError, AuthorizationErrorException],
  [ImportUrlError, InvalidParameterValueException],
  [ItemUnknownError, ResourceNotFoundException],
  [QuestionInvalidError, InvalidParameterException],
  [QuestionValueInvalidError, InvalidParameterValueException],
  [QuotaExceededError, InvalidParameterException],
  [ServerUnknownError, InvalidParameterValueException],
  [TooManyItemsError, InvalidParameterValueException],
];

/** Runs a command of a domain and says its refusals in the terms of the service. */
export async function mapDomainErrors<T>(command: () => Promise<T>): Promise<T> {
  try {
    return await command();
  } catch (error) {
    const found = ANSWERS.find(([refusal]) => error instanceof refusal);
    throw found === undefined ? error : new found[1]((error as Error).message);
  }
}
