import type { Architecture, InstanceType, Offer, OsFamily, PriceList } from './instance-types.ts';

/** What a server needs of an instance. */
export interface Need {
  readonly vcpus: number;
  readonly ramMb: number;
  readonly os: OsFamily;
  readonly architecture: Architecture;
}

/** A type, and its price when one is known. */
export interface Choice {
  readonly type: InstanceType;
  readonly offer: Offer | undefined;
}

/**
 * The cheapest type that fits; among equals the one with fewer vCPUs, then less memory, then by name. Where no price at all is
 * known for what was asked (a Region, a pricing model), the choice is by size. Undefined: nothing fits.
 */
export function chooseInstance(need: Need, prices: PriceList, excluded: ReadonlySet<string>): Choice | undefined {
  const isEligible = (type: InstanceType) =>
    type.isCurrent &&
    type.architecture === need.architecture &&
    type.vcpus >= need.vcpus &&
    type.ramMb >= need.ramMb &&
    !excluded.has(type.model);
  const offers = prices.offers[need.os] ?? [];
  if (offers.length > 0) {
    const offer = least(
      offers.filter(({ type }) => isEligible(type)),
      (a, b) => a.amortizedHourly - b.amortizedHourly || bySize(a.type, b.type),
    );
    return offer && { type: offer.type, offer };
  }
  const type = least(prices.types.filter(isEligible), bySize);
  return type && { type, offer: undefined };
}

function bySize(a: InstanceType, b: InstanceType): number {
  return a.vcpus - b.vcpus || a.ramMb - b.ramMb || (a.model < b.model ? -1 : 1);
}

function least<T>(items: readonly T[], compare: (a: T, b: T) => number): T | undefined {
  return items.reduce<T | undefined>(
    (best, item) => (best === undefined || compare(item, best) < 0 ? item : best),
    undefined,
  );
}
