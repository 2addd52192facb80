import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { StateQueries, StateStore } from '../../ports/state/state-store.ts';
import { findReplay, recordToken, type TokenUse } from '../client-tokens.ts';
import { ConflictError, MissingError } from '../errors.ts';
import { type DomainVersion, newDomainId, newId } from '../ids.ts';
import * as store from './domain-store.ts';

export interface GovernancePorts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly random: Random;
}

export interface NewDomain {
  readonly accountId: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly version: DomainVersion;
  readonly settings: store.DomainSettings;
}

/** Domains: what everything else of DataZone is in. */
export class Domains {
  readonly #ports: GovernancePorts;

  constructor(ports: GovernancePorts) {
    this.#ports = ports;
  }

  /** @throws ConflictError when the account has one of that name */
  create(wanted: NewDomain, token: TokenUse): Promise<store.GovernanceDomain> {
    const { state, clock, random } = this.#ports;
    return state.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return requireDomain(tx, { accountId: wanted.accountId, domainId: replay.resourceId });
      if ((await store.findDomainByName(tx, wanted.accountId, wanted.name)) !== undefined)
        throw new ConflictError('Domain name already exists under this account');
      const domain: store.GovernanceDomain = {
        ...wanted,
        description: wanted.description,
        domainId: newDomainId(random, wanted.version),
        status: 'AVAILABLE',
        rootUnitId: newId(random),
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      };
      await store.insertDomain(tx, domain);
      await recordToken(tx, token, { resourceId: domain.domainId, nowMs });
      return domain;
    });
  }

  findByName(accountId: string, name: string): Promise<store.GovernanceDomain | undefined> {
    return store.findDomainByName(this.#ports.state.queries, accountId, name);
  }

  /** @throws MissingError */
  get(ref: store.DomainRef): Promise<store.GovernanceDomain> {
    return requireDomain(this.#ports.state.queries, ref);
  }
}

/** @throws MissingError */
export async function requireDomain(queries: StateQueries, ref: store.DomainRef): Promise<store.GovernanceDomain> {
  const domain = await store.findDomain(queries, ref);
  if (domain === undefined) throw new MissingError('Domain');
  return domain;
}

/** A domain that new things may be made in. @throws MissingError, ConflictError */
export async function requireAvailableDomain(
  queries: StateQueries,
  ref: store.DomainRef,
): Promise<store.GovernanceDomain> {
  const domain = await requireDomain(queries, ref);
  if (domain.status !== 'AVAILABLE')
    throw new ConflictError(`Domain '${ref.domainId}' is in status ${domain.status}; it has to be AVAILABLE.`);
  return domain;
}
