import { transition } from '../../core/state-machine.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Random } from '../../ports/random.ts';
import type { StateQueries, StateStore, StateTransaction } from '../../ports/state/state-store.ts';
import { findReplay, recordToken, type TokenUse } from '../client-tokens.ts';
import { ConflictError, MissingError } from '../errors.ts';
import { type DomainVersion, newDomainId, newId } from '../ids.ts';
import type { NewestPage } from '../newest-first.ts';
import { DOMAIN_MACHINE, type DomainEvent, type DomainState } from './domain-states.ts';
import * as store from './domain-store.ts';
import { hasHoldings } from './holdings.ts';
import { readTags, type TagMap } from './tag-store.ts';
import { domainArn, putLimitedTags } from './tags.ts';

export interface GovernancePorts {
  readonly state: StateStore;
  readonly clock: Clock;
  readonly random: Random;
}

export interface DomainsOptions {
  readonly region: string;
  /** Told when there is something to remove. */
  readonly onCommand: () => void;
}

export interface NewDomain {
  readonly accountId: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly version: DomainVersion;
  readonly settings: store.DomainSettings;
  readonly tags?: TagMap | undefined;
}

/** Absent means unchanged. */
export interface DomainChanges extends Omit<store.DomainSettings, 'kmsKeyIdentifier'> {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

export interface TaggedDomain extends store.GovernanceDomain {
  readonly tags: TagMap;
}

/** Domains: what everything else of DataZone is in. */
export class Domains {
  readonly #ports: GovernancePorts;
  readonly #options: DomainsOptions;

  constructor(ports: GovernancePorts, options: DomainsOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws ConflictError when the account has one of that name, InvalidError for too many tags */
  create({ tags = {}, ...wanted }: NewDomain, token: TokenUse): Promise<TaggedDomain> {
    const { state, clock, random } = this.#ports;
    return state.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) {
        const domain = { accountId: wanted.accountId, domainId: replay.resourceId };
        return this.#readTagged(tx, await requireDomain(tx, domain));
      }
      await refuseTakenName(tx, wanted.accountId, wanted.name);
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
      await putLimitedTags(tx, domain.accountId, domainArn(domain, this.#options.region), tags);
      await recordToken(tx, token, { resourceId: domain.domainId, nowMs });
      return { ...domain, tags };
    });
  }

  /** @throws MissingError */
  async get(ref: store.DomainRef): Promise<TaggedDomain> {
    const { queries } = this.#ports.state;
    return this.#readTagged(queries, await requireDomain(queries, ref));
  }

  findByName(accountId: string, name: string): Promise<store.GovernanceDomain | undefined> {
    return store.findDomainByName(this.#ports.state.queries, accountId, name);
  }

  list(
    accountId: string,
    page: NewestPage & { readonly status?: DomainState | undefined },
  ): Promise<store.GovernanceDomain[]> {
    return store.listDomains(this.#ports.state.queries, accountId, page);
  }

  /** @throws MissingError, ConflictError while it goes, and when another has the new name */
  update(ref: store.DomainRef, changes: DomainChanges, token: TokenUse): Promise<store.GovernanceDomain> {
    const { state, clock } = this.#ports;
    return state.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      if ((await findReplay(tx, token, nowMs)) !== undefined) return requireDomain(tx, ref);
      const domain = await requireAvailableDomain(tx, ref);
      const { name = domain.name, description = domain.description, ...settings } = changes;
      if (name !== domain.name) await refuseTakenName(tx, ref.accountId, name);
      const said = Object.entries(settings).filter(([, value]) => value !== undefined);
      await store.updateDomain(tx, ref, {
        name,
        description: description ?? null,
        settings_json: JSON.stringify({ ...domain.settings, ...Object.fromEntries(said) }),
        updated_at_ms: nowMs,
      });
      await recordToken(tx, token, { resourceId: ref.domainId, nowMs });
      return requireDomain(tx, ref);
    });
  }

  /**
   * The domain goes, with all that is below it when `withHoldings`. Answers its state, also when asked again with the same
   * token and it is gone. @throws MissingError, ConflictError when something is in it
   */
  async delete(
    ref: store.DomainRef,
    { withHoldings }: { readonly withHoldings: boolean },
    token: TokenUse,
  ): Promise<DomainState> {
    const { state, clock } = this.#ports;
    const status = await state.transaction(async (tx) => {
      const nowMs = clock.nowMs();
      const replay = await findReplay(tx, token, nowMs);
      if (replay !== undefined) return replay.answer as DomainState;
      const domain = await requireDomain(tx, ref);
      if (!withHoldings && domain.status !== 'DELETING' && (await hasHoldings(tx, ref)))
        throw new ConflictError(
          `Domain '${ref.domainId}' is not empty. Delete what is in it, or say skipDeletionCheck to delete it all.`,
        );
      const going = moveDomain(domain.status, 'delete');
      await store.updateDomain(tx, ref, { status: going, updated_at_ms: nowMs });
      await recordToken(tx, token, { resourceId: ref.domainId, answer: going, nowMs });
      return going;
    });
    this.#options.onCommand();
    return status;
  }

  async #readTagged(queries: StateQueries, domain: store.GovernanceDomain): Promise<TaggedDomain> {
    return { ...domain, tags: await readTags(queries, domain.accountId, domainArn(domain, this.#options.region)) };
  }
}

async function refuseTakenName(tx: StateTransaction, accountId: string, name: string): Promise<void> {
  if ((await store.findDomainByName(tx, accountId, name)) !== undefined)
    throw new ConflictError('Domain name already exists under this account');
}

function moveDomain(from: DomainState, event: DomainEvent): DomainState {
  const to = transition(DOMAIN_MACHINE, from, event);
  if (to === undefined) throw new Error(`A ${from} domain does not take ${event}.`);
  return to;
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
