import { isIP } from 'node:net';

/** An IP address in its canonical form: lower case, shortest, and IPv4 wherever an IPv6 one only wraps it. */
export type Address = {
  readonly family: 4 | 6;
  /** 4 or 16 bytes. */
  readonly bytes: readonly number[];
  readonly text: string;
};

const MAX_TEXT = 45;
const MAPPED_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff];

/**
 * Reads an address, or gives null when it is none. `::ffff:192.0.2.1` is the IPv4 address in it (RFC 4291 §2.5.5.2).
 * Addresses with a zone (`fe80::1%eth0`) are refused: a zone means something on one machine only.
 */
export function parseAddress(text: string): Address | null {
  if (text.length > MAX_TEXT || text.includes('%')) return null;
  const family = isIP(text);
  if (family === 4) return ipv4(text.split('.').map(Number));
  if (family !== 6) return null;
  const bytes = ipv6Bytes(text);
  const mapped = MAPPED_PREFIX.every((byte, index) => bytes[index] === byte);
  return mapped ? ipv4(bytes.slice(12)) : { family: 6, bytes, text: ipv6Text(bytes) };
}

/** The canonical text of 16 bytes (RFC 5952). */
export function ipv6Text(bytes: readonly number[]): string {
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  // The longest run of two or more zero groups, the first of equals, is what `::` stands for.
  const runs = Array.from(groups.join(':').matchAll(/(?:^|:)0(?::0)+(?=:|$)/g), (match) => match[0]);
  const longest = runs.reduce((best, run) => (zeros(run) > zeros(best) ? run : best), '');
  if (longest === '') return groups.join(':');
  const [head = '', tail = ''] = splitOnce(groups.join(':'), longest);
  return `${head}::${tail.replace(/^:/, '')}`;
}

function ipv4(bytes: readonly number[]): Address {
  return { family: 4, bytes, text: bytes.join('.') };
}

/** The 16 bytes of a text that is known to be an IPv6 address. */
function ipv6Bytes(text: string): number[] {
  const [head = '', tail] = text.split('::');
  const left = groupBytes(head);
  const right = tail === undefined ? [] : groupBytes(tail);
  return [...left, ...new Array<number>(16 - left.length - right.length).fill(0), ...right];
}

function groupBytes(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}

function zeros(run: string): number {
  return run.replaceAll(':', '').length;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}
