import type { StateQueries, StateTransaction } from '../../ports/state/state-store.ts';
import { InvalidError, MissingError } from '../errors.ts';
import { type DomainRef, findDomain } from './domain-store.ts';
import type { GovernancePorts } from './domains.ts';
import * as store from './tag-store.ts';

/** Of one resource. */
export const TAGS_MAX = 50;

const RESERVED_PREFIX = 'aws:';

export function domainArn({ accountId, domainId }: DomainRef, region: string): string {
  return `arn:aws:datazone:${region}:${accountId}:domain/${domainId}`;
}

/** Tags of resources, which are named by ARN. Domains are what has tags: a project's tags are members of the project. */
export class Tags {
  readonly #ports: GovernancePorts;
  readonly #options: { readonly region: string };

  constructor(ports: GovernancePorts, options: { readonly region: string }) {
    this.#ports = ports;
    this.#options = options;
  }

  /** @throws MissingError, InvalidError when there would be too many */
  put(accountId: string, arn: string, tags: store.TagMap): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await this.#requireResource(tx, accountId, arn);
      await putLimitedTags(tx, accountId, arn, tags);
    });
  }

  /** Keys that are not there are let pass. @throws MissingError */
  remove(accountId: string, arn: string, keys: readonly string[]): Promise<void> {
    return this.#ports.state.transaction(async (tx) => {
      await this.#requireResource(tx, accountId, arn);
      await store.deleteTags(tx, accountId, arn, keys);
    });
  }

  /** @throws MissingError */
  async list(accountId: string, arn: string): Promise<store.TagMap> {
    const { queries } = this.#ports.state;
    await this.#requireResource(queries, accountId, arn);
    return store.readTags(queries, accountId, arn);
  }

  async #requireResource(queries: StateQueries, accountId: string, arn: string): Promise<void> {
    const domain = { accountId, domainId: arn.slice(arn.lastIndexOf('/') + 1) };
    const isOurs = arn === domainArn(domain, this.#options.region);
    if (!isOurs || (await findDomain(queries, domain)) === undefined) throw new MissingError('Resource');
  }
}

/** @throws InvalidError */
export async function putLimitedTags(
  tx: StateTransaction,
  accountId: string,
  arn: string,
  tags: store.TagMap,
): Promise<void> {
  const reserved = Object.keys(tags).find((key) => key.toLowerCase().startsWith(RESERVED_PREFIX));
  if (reserved !== undefined) throw new InvalidError(`Tag keys must not begin with ${RESERVED_PREFIX}`);
  const all = { ...(await store.readTags(tx, accountId, arn)), ...tags };
  if (Object.keys(all).length > TAGS_MAX) throw new InvalidError(`A resource has at most ${TAGS_MAX} tags.`);
  await store.putTags(tx, accountId, arn, tags);
}
