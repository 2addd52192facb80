import { systemClock } from '../adapters/system.ts';
import type { ContinuousExports } from '../exports/continuous-exports.ts';
import type { Base } from './compose.ts';
import type { Governance } from './compose-governance.ts';
import { ExportLineage } from './export-lineage.ts';
import { startStepWorker } from './step-worker.ts';

/** How soon a domain hears of an export. */
const TICK_MS = 1000;

/** Starts what tells domains of continuous exports: neither room knows of the other. */
export function startExportLineage(
  base: Base,
  { exports, governance }: { readonly exports: ContinuousExports; readonly governance: Governance },
  stack: AsyncDisposableStack,
): Promise<void> {
  const { domains, lineageEvents, lineageNodes } = governance;
  const place = { accountId: base.config['account-id'], region: base.config.region };
  const parts = { exports, domains, lineageEvents, lineageNodes, clock: systemClock };
  const lineage = new ExportLineage(parts, place);
  const step = async () => {
    await lineage.step();
    return TICK_MS;
  };
  return startStepWorker(base, stack, { work: 'export-lineage', name: 'lineage of exports', makeStep: () => step });
}
