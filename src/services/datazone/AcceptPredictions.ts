import type { AcceptPredictionsInput, AcceptPredictionsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { refusePredictions } from './predictions.ts';

export function acceptPredictions({ assets }: DataZoneDeps): Handler<AcceptPredictionsInput, AcceptPredictionsOutput> {
  return (input, ctx) => refusePredictions(assets, ctx.accountId, input);
}
