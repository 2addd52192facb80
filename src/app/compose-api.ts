import { join } from 'node:path';
import { createDuckdbSqlEngine } from '../adapters/duckdb/duckdb-sql-engine.ts';
import { systemClock, systemRandom } from '../adapters/system.ts';
import type { ContinuousExports } from '../exports/continuous-exports.ts';
import { createDiscoveryService } from '../services/discovery/discovery-service.ts';
import { createS3Service } from '../services/s3/s3-service.ts';
import { createStsService } from '../services/sts/sts-service.ts';
import { createWire, type Wire } from '../wire/create-wire.ts';
import type { Base } from './compose.ts';

/** The AWS endpoint: the services over their domains, behind one wire. */
export async function composeApi(base: Base, exports: ContinuousExports, _stack: AsyncDisposableStack): Promise<Wire> {
  const { config, secrets, metrics, log, state, objects, pageTokenKey } = base;
  const accountId = config['account-id'];
  void createDuckdbSqlEngine;
  return createWire({
    modelsDir: join(import.meta.dirname, '../../models'),
    services: [
      createDiscoveryService({ fleet: base.fleet, exports, accountId, homeRegion: config.region, pageTokenKey }),
      createS3Service({ state, objects, pageTokenKey }),
      createStsService(),
    ],
    resolveCredentials: (accessKeyId) =>
      accessKeyId === secrets.accessKeyId ? { secretAccessKey: secrets.secretAccessKey, accountId } : undefined,
    nowMs: systemClock.nowMs,
    randomBytes: systemRandom.bytes,
    onCall: ({ service, operation, status, errorCode, durationMs, requestId }) => {
      metrics.calls.inc({ service, operation, status: String(status) });
      metrics.callSeconds.observe({ service }, durationMs / 1000);
      log.debug({ service, operation, status, errorCode, durationMs, requestId }, 'call');
    },
    onInternalError: (error, requestId) => log.error({ err: error, requestId }, 'a call failed'),
  });
}
