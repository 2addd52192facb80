import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { StateStore, StateTransaction } from '../ports/state/state-store.ts';
import * as store from './application-store.ts';
import { ApplicationNameTakenError, ApplicationUnknownError, ServerUnknownError, TooManyItemsError } from './errors.ts';
import { type Quotas, requireQuota } from './quotas.ts';
import { listLiveServerIds } from './server-store.ts';

const ID_DIGITS = 17;
/** Servers, or applications, that one call may name: it is one transaction, and everybody else waits for it. */
export const APPLICATION_ITEMS_MAX = 1000;

export interface ApplicationText {
  readonly name: string;
  readonly description?: string | undefined;
  /** Empty text is no wave. */
  readonly wave?: string | undefined;
}

export type ApplicationChange = { readonly [K in keyof ApplicationText]?: string | undefined };

export interface ApplicationsOptions {
  readonly accountId: string;
  readonly quotas: Quotas;
}

/** Groups of servers that users make. Names are the account's own: imports refer to applications by them. */
export class Applications {
  readonly #ports: { state: StateStore; clock: Clock; random: Random };
  readonly #options: ApplicationsOptions;

  constructor(ports: { state: StateStore; clock: Clock; random: Random }, options: ApplicationsOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws ApplicationNameTakenError, QuotaExceededError */
  create(text: ApplicationText): Promise<string> {
    const { state, random } = this.#ports;
    return state.transaction(async (tx) => {
      await this.#requireFree(tx, text.name);
      const created = await ensureApplications(tx, { ...this.#options, nowMs: this.#nowMs(), random }, [text]);
      return created.get(text.name)!.applicationId;
    });
  }

  /** Changes what is given; empty text clears. @throws ApplicationUnknownError, ApplicationNameTakenError */
  async update(applicationId: string, change: ApplicationChange): Promise<void> {
    await this.#ports.state.transaction(async (tx) => {
      const before = await this.#require(tx, applicationId);
      if (change.name !== undefined && change.name !== before.name) await this.#requireFree(tx, change.name);
      const after: store.Application = {
        ...before,
        name: change.name ?? before.name,
        description: change.description ?? before.description,
        wave: change.wave === undefined ? before.wave : waveOf(change.wave),
        modifiedAtMs: this.#nowMs(),
      };
      await store.putApplications(tx, this.#options.accountId, [after]);
    });
  }

  /** Servers stay; ids nobody has are passed over. @throws TooManyItemsError */
  async delete(applicationIds: readonly string[]): Promise<void> {
    const distinct = onceEach(applicationIds, 'applications');
    await this.#ports.state.transaction((tx) => store.deleteApplications(tx, this.#options.accountId, distinct));
  }

  /** All of them or none. @throws ApplicationUnknownError, ServerUnknownError, QuotaExceededError, TooManyItemsError */
  async associate(applicationId: string, serverIds: readonly string[]): Promise<void> {
    const { accountId, quotas } = this.#options;
    const distinct = onceEach(serverIds, 'servers');
    await this.#ports.state.transaction(async (tx) => {
      await this.#requireBoth(tx, applicationId, distinct);
      await store.addMembers(
        tx,
        accountId,
        distinct.map((serverId) => ({ applicationId, serverId })),
      );
      const servers = await store.countMembers(tx, accountId, applicationId);
      requireQuota(servers, quotas.serversPerApplicationMax, 'servers per application');
    });
  }

  /** A server that is not in the application is passed over. @throws as `associate` does, but for the quota */
  async disassociate(applicationId: string, serverIds: readonly string[]): Promise<void> {
    const distinct = onceEach(serverIds, 'servers');
    await this.#ports.state.transaction(async (tx) => {
      await this.#requireBoth(tx, applicationId, distinct);
      await store.removeMembers(tx, this.#options.accountId, applicationId, distinct);
    });
  }

  async #requireBoth(tx: StateTransaction, applicationId: string, serverIds: readonly string[]): Promise<void> {
    await this.#require(tx, applicationId);
    const known = await listLiveServerIds(tx, this.#options.accountId, serverIds);
    const unknown = serverIds.find((serverId) => !known.has(serverId));
    if (unknown !== undefined) throw new ServerUnknownError(unknown);
  }

  async #require(tx: StateTransaction, applicationId: string): Promise<store.Application> {
    const found = await store.findApplication(tx, this.#options.accountId, applicationId);
    if (found === undefined) throw new ApplicationUnknownError(applicationId);
    return found;
  }

  async #requireFree(tx: StateTransaction, name: string): Promise<void> {
    if ((await store.findByNames(tx, this.#options.accountId, [name])).size > 0)
      throw new ApplicationNameTakenError(name);
  }

  #nowMs(): number {
    return this.#ports.clock.nowMs();
  }
}

export interface EnsureContext extends ApplicationsOptions {
  readonly nowMs: number;
  readonly random: Random;
}

/**
 * The applications of these names, made where there are none, by name; those there are stay as they are.
 * @throws QuotaExceededError when the account would have too many
 */
export async function ensureApplications(
  tx: StateTransaction,
  { accountId, quotas, nowMs, random }: EnsureContext,
  texts: readonly ApplicationText[],
): Promise<Map<string, store.Application>> {
  const named = new Map(texts.map((text) => [text.name, text]));
  const found = await store.findByNames(tx, accountId, [...named.keys()]);
  const created = [...named.values()]
    .filter(({ name }) => !found.has(name))
    .map(({ name, description, wave }) => ({
      applicationId: newApplicationId(random),
      name,
      description: description ?? '',
      wave: waveOf(wave),
      createdAtMs: nowMs,
      modifiedAtMs: nowMs,
    }));
  if (created.length === 0) return found;
  const count = (await store.countApplications(tx, accountId)) + created.length;
  requireQuota(count, quotas.applicationsMax, 'applications per account');
  await store.putApplications(tx, accountId, created);
  for (const one of created) found.set(one.name, one);
  return found;
}

/** The older form, 17 hexadecimal digits: the one that the service's samples show for applications. */
function newApplicationId(random: Random): string {
  return `d-application-${Buffer.from(random.bytes(ID_DIGITS)).toString('hex').slice(0, ID_DIGITS)}`;
}

function waveOf(wave: string | undefined): string | undefined {
  return wave === '' ? undefined : wave;
}

function onceEach(ids: readonly string[], what: string): string[] {
  const distinct = [...new Set(ids)];
  if (distinct.length > APPLICATION_ITEMS_MAX)
    throw new TooManyItemsError(what, distinct.length, APPLICATION_ITEMS_MAX);
  return distinct;
}
