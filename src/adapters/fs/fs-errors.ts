import { ObjectMissingError } from '../../ports/objects.ts';
import { StoreAccessError, StoreFullError } from '../../ports/store-errors.ts';

/** Runs `work` and turns what the file system says into the errors of the port. */
export async function mapFsErrors<T>(key: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new StoreFullError('The disk of the object store is full.');
    if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS')
      throw new StoreAccessError(`The object store refuses ${key}.`);
    if (code === 'ENOENT') throw new ObjectMissingError(key);
    throw error;
  }
}
