import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseInstance, type Need } from './choose-instance.ts';
import { ARCHITECTURES, type InstanceType, OS_FAMILIES, type PriceList } from './instance-types.ts';

const type = (model: string, vcpus: number, ramMb: number, more: Partial<InstanceType> = {}): InstanceType => ({
  model,
  vcpus,
  ramMb,
  architecture: 'x86_64',
  isCurrent: true,
  ...more,
});
const offer = (of: InstanceType, amortizedHourly: number) => ({
  type: of,
  upfront: 0,
  hourly: amortizedHourly,
  amortizedHourly,
  effectiveDate: '2025-01-01',
});
const list = (...offers: ReturnType<typeof offer>[]): PriceList => ({
  types: offers.map((one) => one.type),
  offers: { Linux: offers },
  remark: undefined,
});
const NEED: Need = { vcpus: 2, ramMb: 4096, os: 'Linux', architecture: 'x86_64' };
const chosen = (prices: PriceList, need: Partial<Need> = {}, excluded: string[] = []) =>
  chooseInstance({ ...NEED, ...need }, prices, new Set(excluded))?.type.model;

describe('the choice of an instance', () => {
  const small = offer(type('a.small', 2, 4096), 0.05);
  const large = offer(type('a.large', 4, 8192), 0.1);
  const odd = offer(type('b.odd', 8, 8192), 0.04);

  it.each([
    ['the cheapest that fits, however large', list(small, large, odd), {}, 'b.odd'],
    ['a type as large as the need, to the core and the MB', list(small, large), {}, 'a.small'],
    ['the next one up for one core more', list(small, large), { vcpus: 3 }, 'a.large'],
    ['the next one up for one MB more', list(small, large), { ramMb: 4097 }, 'a.large'],
    ['nothing when nothing fits', list(small, large), { ramMb: 8193 }, undefined],
    ['nothing of another architecture', list(small), { architecture: 'arm64' as const }, undefined],
  ])('is %s', (_, prices, need, expected) => {
    expect(chosen(prices, need)).toBe(expected);
  });

  it('leaves out what is excluded and what is of an older generation', () => {
    const old = offer(type('old.large', 2, 4096, { isCurrent: false }), 0.001);
    expect(chosen(list(small, large, odd, old), {}, ['b.odd', 'a.small'])).toBe('a.large');
  });

  it('breaks ties by vCPUs, then memory, then name', () => {
    const even = (model: string, vcpus: number, ramMb: number) => offer(type(model, vcpus, ramMb), 0.1);
    expect(chosen(list(even('a', 8, 8192), even('z', 4, 16384)))).toBe('z');
    expect(chosen(list(even('a', 4, 16384), even('z', 4, 8192)))).toBe('z');
    expect(chosen(list(even('z', 4, 8192), even('a', 4, 8192)))).toBe('a');
  });

  it('goes by size, without a price, where no price is known for the system', () => {
    const found = chooseInstance({ ...NEED, os: 'SLES' }, list(large, odd, small), new Set());
    expect(found).toEqual({ type: small.type, offer: undefined });
  });

  it('goes by price as soon as one price is known, even if that type does not fit', () => {
    const prices = { ...list(small, large), offers: { Linux: [small] } };
    expect(chosen(prices, { vcpus: 4 })).toBeUndefined();
  });
});

const anyType = fc.record({
  model: fc.string({ minLength: 1, maxLength: 3 }),
  vcpus: fc.integer({ min: 1, max: 8 }),
  ramMb: fc.integer({ min: 1, max: 8 }).map((gib) => gib * 1024),
  architecture: fc.constantFrom(...ARCHITECTURES),
  isCurrent: fc.boolean(),
});
const anyPrices = fc
  .uniqueArray(fc.tuple(anyType, fc.integer({ min: 1, max: 5 })), { selector: ([one]) => one.model, maxLength: 12 })
  .map((all) => list(...all.map(([one, price]) => offer(one, price / 10))));
const anyNeed = fc.record({
  vcpus: fc.integer({ min: 0, max: 9 }),
  ramMb: fc.integer({ min: 0, max: 9000 }),
  os: fc.constantFrom(...OS_FAMILIES),
  architecture: fc.constantFrom(...ARCHITECTURES),
});

it('always fits, and nothing eligible is cheaper', () => {
  fc.assert(
    fc.property(anyPrices, anyNeed, fc.array(fc.string({ minLength: 1, maxLength: 3 })), (prices, need, excluded) => {
      const without = new Set([...excluded, ...prices.types.slice(0, 1).map((one) => one.model)]);
      const eligible = prices.types.filter(
        (one) =>
          one.isCurrent &&
          one.architecture === need.architecture &&
          one.vcpus >= need.vcpus &&
          one.ramMb >= need.ramMb &&
          !without.has(one.model),
      );
      const choice = chooseInstance(need, prices, without);
      if (choice === undefined) {
        expect(eligible).toEqual([]);
        return;
      }
      expect(eligible).toContainEqual(choice.type);
      const offers = prices.offers[need.os] ?? [];
      const priceOf = (one: InstanceType) => offers.find(({ type: { model } }) => model === one.model)?.amortizedHourly;
      if (offers.length === 0) expect(choice.offer).toBeUndefined();
      else for (const one of eligible) expect(priceOf(one)).toBeGreaterThanOrEqual(choice.offer?.amortizedHourly ?? 0);
      expect(chooseInstance(need, { ...prices, types: prices.types.toReversed() }, without)).toEqual(choice);
    }),
  );
});
