import { systemClock, systemRandom } from '../adapters/system.ts';
import { ImportRunner } from '../imports/import-runner.ts';
import { Imports } from '../imports/imports.ts';
import { QUOTAS } from '../inventory/quotas.ts';
import type { RemoteObjects } from '../ports/remote-objects.ts';
import type { Base } from './compose.ts';
import { startStepWorker } from './step-worker.ts';

/** How soon a task that came in through another process is seen. */
const TICK_MS = 1000;

/** What the API asks. */
export function composeImports(base: Base): Imports {
  const { config, state, objects, wakes } = base;
  const endpoint = config['import-s3-endpoint'];
  return new Imports(
    { state, objects, clock: systemClock, random: systemRandom, remote: openRemote(base) },
    {
      accountId: config['account-id'],
      quotas: QUOTAS[config.quotas],
      onStart: () => wakes.call('imports'),
      remoteHost: endpoint === undefined ? undefined : new URL(endpoint).host,
    },
  );
}

/** The client of AWS is large: only who imports from elsewhere loads it, and not before. */
function openRemote({ config }: Base): RemoteObjects | undefined {
  const endpoint = config['import-s3-endpoint'];
  if (endpoint === undefined) return undefined;
  let loaded: Promise<RemoteObjects> | undefined;
  const load = () => {
    loaded ??= import('../adapters/aws-s3-objects.ts').then(({ createAwsS3Objects }) =>
      createAwsS3Objects({ endpoint, region: config['import-s3-region'] }),
    );
    return loaded;
  };
  return {
    head: async (bucket, key) => (await load()).head(bucket, key),
    read: async function* (bucket, key, etag) {
      yield* (await load()).read(bucket, key, etag);
    },
  };
}

/** Starts what does imports and their deletions. */
export function startImportWorker(base: Base, stack: AsyncDisposableStack): Promise<void> {
  const { config, state, objects, log } = base;
  const remote = openRemote(base);
  return startStepWorker(base, stack, {
    work: 'imports',
    name: 'imports',
    makeStep: (lease) => {
      const runner = new ImportRunner(
        { state, objects, clock: systemClock, random: systemRandom, remote },
        {
          accountId: config['account-id'],
          region: config.region,
          quotas: QUOTAS[config.quotas],
          lease,
          onError: (taskId, error) => log.error({ err: error, taskId }, 'an import met an error'),
        },
      );
      return async (signal) => ((await runner.step(signal)) ? 0 : TICK_MS);
    },
  });
}
