import { EXPORT_DATABASE } from '../../exports/resources.ts';
import type { BootstrapDataZoneInput, BootstrapDataZoneOutput } from '../../wire/generated/periplus.ts';
import type { Handler } from '../../wire/handlers.ts';
import type { PeriplusDeps } from './periplus-service.ts';

/** Domain, project and data source for a first run; called twice, the same ones. */
export function bootstrapDataZone({
  bootstrap,
}: PeriplusDeps): Handler<BootstrapDataZoneInput, BootstrapDataZoneOutput> {
  return ({ database = EXPORT_DATABASE }, { accountId }) => bootstrap.ensure(accountId, database);
}
