import type { RejectPredictionsInput, RejectPredictionsOutput } from '../../wire/generated/datazone.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { DataZoneDeps } from './datazone-service.ts';
import { refusePredictions } from './predictions.ts';

export function rejectPredictions({ assets }: DataZoneDeps): Handler<RejectPredictionsInput, RejectPredictionsOutput> {
  return (input, ctx) => refusePredictions(assets, ctx.accountId, input);
}
