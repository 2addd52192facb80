import type { LakeWriter } from '../../ports/sql-engine.ts';

const PLACES_MAX = 1000;

/**
 * The numbers of ids and texts that ended a page. Who reads on asks for them next, and finding a text among a million
 * takes longer than the page. They hold for one load, and so for one engine.
 */
export class KnownPlaces {
  readonly #numbers = new Map<string, number>();

  static of(engine: LakeWriter): KnownPlaces {
    const known = BY_ENGINE.get(engine) ?? new KnownPlaces();
    BY_ENGINE.set(engine, known);
    return known;
  }

  find(table: string, text: string | number): number | undefined {
    return this.#numbers.get(`${table} ${text}`);
  }

  keep(table: string, text: string | number, number: number): void {
    if (this.#numbers.size >= PLACES_MAX) this.#numbers.delete(this.#numbers.keys().next().value ?? '');
    this.#numbers.set(`${table} ${text}`, number);
  }
}

const BY_ENGINE = new WeakMap<LakeWriter, KnownPlaces>();
