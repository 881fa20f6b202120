import { ipv6Text, parseAddress } from './address.ts';

/** A network: its lowest address and the number of leading bits that its members share. */
export type Cidr = {
  readonly family: 4 | 6;
  readonly address: string;
  readonly prefix: number;
};

/** What came of reading a network: the network, or what is wrong with the text. */
export type CidrResult = { readonly cidr: Cidr } | { readonly problem: string };

const PREFIX = /^(?:0|[1-9]\d{0,2})$/;
const MAPPED_BITS = 96;

/**
 * Reads `address` or `address/bits`, strictly: the bits are plain decimal digits within the address's size, and no bit
 * after them is set (RFC 4632 §3.1), since both are more often slips than meant. IPv4 addresses wrapped in IPv6 ones
 * become IPv4 networks.
 */
export function parseCidr(text: string): CidrResult {
  const slash = text.indexOf('/');
  const host = slash < 0 ? text : text.slice(0, slash);
  const address = parseAddress(host);
  if (address === null) return { problem: 'is not an IP address or network' };

  const wrapped = address.family === 4 && host.includes(':');
  const size = address.family === 4 ? 32 : 128;
  const bits = slash < 0 ? String(wrapped ? 128 : size) : text.slice(slash + 1);
  const prefix = Number(bits) - (wrapped ? MAPPED_BITS : 0);
  if (!PREFIX.test(bits) || prefix < 0 || prefix > size) {
    const range = wrapped ? '96 to 128' : `0 to ${size}`;
    return { problem: `has a prefix length that is not a whole number from ${range}` };
  }

  const network = address.bytes.map((byte, index) => byte & maskByte(prefix, index));
  const lowest = address.family === 4 ? network.join('.') : ipv6Text(network);
  if (lowest !== address.text) {
    return { problem: `has bits set after its prefix; the network is ${lowest}/${prefix}` };
  }
  return { cidr: { family: address.family, address: lowest, prefix } };
}

/** The byte at `index` of the mask with `prefix` leading ones. */
function maskByte(prefix: number, index: number): number {
  const ones = Math.min(8, Math.max(0, prefix - 8 * index));
  return (0xff << (8 - ones)) & 0xff;
}
