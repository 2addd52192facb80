// Addresses as the kernel prints them in /proc/net: hexadecimal, in words of four bytes of the host's byte order.

export interface ParsedAddress {
  family: 'IPv4' | 'IPv6';
  ip: string;
}

/** 8 or 32 hexadecimal digits of /proc/net/tcp and its kin. IPv4-mapped addresses become IPv4. */
export function parseSocketAddress(hex: string, isLittleEndian: boolean): ParsedAddress {
  const bytes = Buffer.from(hex, 'hex');
  if (isLittleEndian) bytes.swap32();
  return formatAddress(bytes);
}

/** 32 digits in network order, as /proc/net/ipv6_route has them. */
export function parseNetworkOrderAddress(hex: string): string {
  return formatAddress(Buffer.from(hex, 'hex')).ip;
}

function formatAddress(bytes: Buffer): ParsedAddress {
  if (bytes.length === 4) return { family: 'IPv4', ip: bytes.join('.') };
  const isMapped = bytes.readUInt32BE(8) === 0xffff && bytes.readUInt32BE(0) === 0 && bytes.readUInt32BE(4) === 0;
  return isMapped
    ? { family: 'IPv4', ip: bytes.subarray(12).join('.') }
    : { family: 'IPv6', ip: formatIpv6(Array.from({ length: 8 }, (_, index) => bytes.readUInt16BE(index * 2))) };
}

/** RFC 5952: lower case, the first longest run of two or more zero groups becomes `::`. */
function formatIpv6(groups: readonly number[]): string {
  let longest = { start: -1, length: 1 };
  for (let start = 0; start < groups.length; start += 1) {
    let length = 0;
    while (groups[start + length] === 0) length += 1;
    if (length > longest.length) longest = { start, length };
    start += length;
  }
  const hex = groups.map((group) => group.toString(16));
  if (longest.start < 0) return hex.join(':');
  return `${hex.slice(0, longest.start).join(':')}::${hex.slice(longest.start + longest.length).join(':')}`;
}
