import {
  ExportLiveError,
  ExportNotActiveError,
  ExportStartingError,
  ExportUnknownError,
} from '../../exports/errors.ts';
import {
  ConflictErrorException,
  OperationNotPermittedException,
  ResourceInUseException,
  ResourceNotFoundException,
} from './errors.ts';

/** Runs a command of the exports domain and says its refusals in the terms of the service. */
export async function mapDomainErrors<T>(command: () => Promise<T>): Promise<T> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof ExportLiveError) throw new ConflictErrorException(error.message);
    if (error instanceof ExportUnknownError) throw new ResourceNotFoundException(error.message);
    if (error instanceof ExportStartingError) throw new ResourceInUseException(error.message);
    if (error instanceof ExportNotActiveError) throw new OperationNotPermittedException(error.message);
    throw error;
  }
}
