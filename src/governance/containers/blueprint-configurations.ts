import type { StateQueries } from '../../ports/state/state-store.ts';
import { MissingError } from '../errors.ts';
import type { NewestPage } from '../newest-first.ts';
import * as store from './blueprint-configuration-store.ts';
import { requireBlueprint } from './blueprints.ts';
import type { DomainRef } from './domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from './domains.ts';

/** Where blueprints may be used in a domain, and with what. */
export class BlueprintConfigurations {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** What was not said this time is unset. @throws MissingError, ConflictError */
  put(ref: DomainRef, blueprintId: string, settings: store.BlueprintSettings): Promise<store.BlueprintConfiguration> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      requireBlueprint(await requireAvailableDomain(tx, ref), blueprintId);
      const nowMs = clock.nowMs();
      const times = { createdAtMs: nowMs, updatedAtMs: nowMs };
      await store.putConfiguration(tx, { ...ref, blueprintId, settings, ...times });
      return requireConfiguration(tx, ref, blueprintId);
    });
  }

  /** @throws MissingError */
  async get(ref: DomainRef, blueprintId: string): Promise<store.BlueprintConfiguration> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, ref);
    return requireConfiguration(queries, ref, blueprintId);
  }

  /** @throws MissingError */
  async list(ref: DomainRef, page: NewestPage): Promise<store.BlueprintConfiguration[]> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, ref);
    return store.listConfigurations(queries, ref, page);
  }

  /** Environments that were made stay. @throws MissingError */
  delete(ref: DomainRef, blueprintId: string): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await requireDomain(tx, ref);
      if (!(await store.deleteConfiguration(tx, ref, blueprintId)))
        throw new MissingError('EnvironmentBlueprintConfiguration');
    });
  }
}

/**
 * Why no environment may be made of a blueprint in a region: somebody has configured it, and has not enabled it there. One
 * that nobody has configured is enabled, since there is nothing to set up.
 */
export async function findDisablement(
  queries: StateQueries,
  domain: DomainRef,
  { blueprintId, region }: { readonly blueprintId: string; readonly region: string },
): Promise<string | undefined> {
  const configuration = await store.findConfiguration(queries, domain, blueprintId);
  if (configuration === undefined || configuration.settings.enabledRegions.includes(region)) return undefined;
  return `Blueprint '${blueprintId}' is not enabled in region ${region}.`;
}

async function requireConfiguration(
  queries: StateQueries,
  ref: DomainRef,
  blueprintId: string,
): Promise<store.BlueprintConfiguration> {
  const configuration = await store.findConfiguration(queries, ref, blueprintId);
  if (configuration === undefined) throw new MissingError('EnvironmentBlueprintConfiguration');
  return configuration;
}
