// Default gateways by interface from /proc/net/route and /proc/net/ipv6_route: text to values, no I/O.

import { parseNetworkOrderAddress, parseSocketAddress } from './addresses.ts';

const FLAG_GATEWAY = 0x2;

/** The route of the lowest metric wins. */
export function parseIpv4Gateways(text: string, isLittleEndian: boolean): Map<string, string> {
  const best = new BestGateways();
  for (const line of text.split('\n').slice(1)) {
    const [name, destination, gateway, flags, , , metric, mask] = line.trim().split(/\s+/);
    if (name === undefined || gateway === undefined || destination !== '00000000' || mask !== '00000000') continue;
    if ((Number.parseInt(flags ?? '0', 16) & FLAG_GATEWAY) === 0) continue;
    best.offer(name, parseSocketAddress(gateway, isLittleEndian).ip, Number(metric));
  }
  return best.gateways;
}

export function parseIpv6Gateways(text: string): Map<string, string> {
  const best = new BestGateways();
  for (const line of text.split('\n')) {
    const [destination, prefix, , , gateway, metric, , , flags, name] = line.trim().split(/\s+/);
    if (name === undefined || gateway === undefined || prefix !== '00' || !/^0{32}$/.test(destination ?? '')) continue;
    if ((Number.parseInt(flags ?? '0', 16) & FLAG_GATEWAY) === 0) continue;
    best.offer(name, parseNetworkOrderAddress(gateway), Number.parseInt(metric ?? '0', 16));
  }
  return best.gateways;
}

class BestGateways {
  readonly gateways = new Map<string, string>();
  readonly #metrics = new Map<string, number>();

  offer(name: string, gateway: string, metric: number): void {
    if (metric >= (this.#metrics.get(name) ?? Number.POSITIVE_INFINITY)) return;
    this.#metrics.set(name, metric);
    this.gateways.set(name, gateway);
  }
}
