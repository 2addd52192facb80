import { createHash } from 'node:crypto';
import { findReplay, recordToken, type TokenUse } from '../client-tokens.ts';
import type { DomainRef } from '../containers/domain-store.ts';
import { type GovernancePorts, requireAvailableDomain, requireDomain } from '../containers/domains.ts';
import { MissingError } from '../errors.ts';
import { SYSTEM, userIdOf } from '../ids.ts';
import * as store from './event-store.ts';
import { recordEvent } from './record-event.ts';
import { decodeBody, parseRunEvent } from './run-event.ts';

export interface LineageEventsOptions {
  /** Of datasets whose events do not say it. */
  readonly region: string;
}

/** Lineage events: what clients and the lake itself tell about where data comes from. */
export class LineageEvents {
  readonly #ports: GovernancePorts;
  readonly #options: LineageEventsOptions;

  constructor(ports: GovernancePorts, options: LineageEventsOptions) {
    this.#ports = ports;
    this.#options = options;
  }

  /** Done when it is answered. @throws InvalidError when the body is no RunEvent; MissingError, ConflictError */
  post(domain: DomainRef, body: Uint8Array, token: TokenUse): Promise<store.LineageEvent> {
    const text = decodeBody(body);
    return this.#record(domain, text, { by: userIdOf(domain.accountId), token });
  }

  /** An event of the service itself. @throws InvalidError, MissingError, ConflictError */
  postOwn(domain: DomainRef, event: unknown): Promise<store.LineageEvent> {
    return this.#record(domain, JSON.stringify(event), { by: SYSTEM, token: undefined });
  }

  #record(
    domain: DomainRef,
    text: string,
    { by, token }: { readonly by: string; readonly token: TokenUse | undefined },
  ): Promise<store.LineageEvent> {
    const { state, clock, random } = this.#ports;
    const event = parseRunEvent(text);
    const use = token && { ...token, request: { ...domain, body: createHash('sha256').update(text).digest('hex') } };
    const place = { accountId: domain.accountId, region: this.#options.region };
    return state.transaction(async (tx) => {
      await requireAvailableDomain(tx, domain);
      const nowMs = clock.nowMs();
      const replay = use && (await findReplay(tx, use, nowMs));
      if (replay !== undefined) return requireEvent(await store.findEvent(tx, domain, replay.resourceId));
      const recorded = await recordEvent(tx, random, { domain, place, event, body: text, by, nowMs });
      if (use !== undefined) await recordToken(tx, use, { resourceId: recorded.eventId, nowMs });
      return recorded;
    });
  }

  /** @throws MissingError */
  async get(domain: DomainRef, eventId: string): Promise<store.LineageEvent & { readonly body: string }> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    return requireEvent(await store.findEvent(queries, domain, eventId));
  }

  /** By event time. @throws MissingError */
  async list(domain: DomainRef, page: store.EventPage): Promise<store.LineageEvent[]> {
    const { queries } = this.#ports.state;
    await requireDomain(queries, domain);
    return store.listEvents(queries, domain, page);
  }
}

function requireEvent<T>(event: T | undefined): T {
  if (event === undefined) throw new MissingError('LineageEvent');
  return event;
}
