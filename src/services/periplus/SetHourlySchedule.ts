import type { SetHourlyScheduleInput, SetHourlyScheduleOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** Without a minute the hourly schedule ends. */
export function setHourlySchedule({ beyond }: PeriplusDeps): Handler<SetHourlyScheduleInput, SetHourlyScheduleOutput> {
  return async ({ domainId, dataSourceId, minute }, { accountId }) => {
    const source = await beyond.setHourly({ accountId, domainId, dataSourceId }, minute);
    return { dataSourceId: source.dataSourceId, minute: source.hourlyMinute };
  };
}
