import { BlockList } from 'node:net';
import { remembering } from '../compact/index.ts';
import { type Address, ipv6Text, parseAddress } from './address.ts';
import { parseCidr } from './cidr.ts';

/** What is known of where a request came from. Header values as Node gives them. */
export type AddressEvidence = {
  /** The address of the other end of the connection. */
  readonly socketAddress: string | undefined;
  readonly forwardedFor?: string | readonly string[] | undefined;
  readonly realIp?: string | readonly string[] | undefined;
};

const MAX_HOPS = 20;
const MAX_HEADER = 1024;
const WITH_PORT = /^(?:\[([^\]]*)\]|([0-9.]+))(?::\d{1,5})?$/;

/** The address of a peer. A link-local one is reported with its zone. */
const peerOf = remembering((text) => parseAddress(text.replace(/%.*$/, '')));

/** Finds the client's address, believing the headers of nobody but the proxies that it was told to trust. */
export class ClientAddress {
  readonly #trusted = new BlockList();
  readonly #trustsNobody: boolean;

  /** `trustedProxies` are addresses and networks as of `parseCidr`. Throws a RangeError that names the first bad one. */
  constructor(trustedProxies: readonly string[]) {
    this.#trustsNobody = trustedProxies.length === 0;
    for (const text of trustedProxies) {
      const result = parseCidr(text);
      if ('problem' in result)
        throw new RangeError(`The trusted proxy ${JSON.stringify(text)} ${result.problem}.`);
      const { address, prefix, family } = result.cidr;
      this.#trusted.addSubnet(address, prefix, family === 4 ? 'ipv4' : 'ipv6');
    }
  }

  /**
   * The canonical address of the client, or null when the connection has none. Behind a trusted peer,
   * `X-Forwarded-For` is walked from its end, where our own proxy wrote, over trusted hops to the first that is not; a
   * malformed entry ends the walk at the last good one. `X-Real-IP` counts only when there is no `X-Forwarded-For`.
   */
  resolve(evidence: AddressEvidence): string | null {
    const peer = peerOf(evidence.socketAddress ?? '');
    if (peer === null) return null;
    if (!this.#isTrusted(peer)) return peer.text;

    const forwarded = joined(evidence.forwardedFor);
    if (forwarded.trim() !== '') return this.#walk(forwarded, peer).text;
    return (parseHop(joined(evidence.realIp)) ?? peer).text;
  }

  #walk(forwarded: string, peer: Address): Address {
    let lastGood = peer;
    for (const entry of lastEntries(forwarded)) {
      const hop = parseHop(entry);
      if (hop === null) return lastGood;
      lastGood = hop;
      if (!this.#isTrusted(hop)) return hop;
    }
    return lastGood;
  }

  #isTrusted(address: Address): boolean {
    if (this.#trustsNobody) return false;
    return this.#trusted.check(address.text, address.family === 4 ? 'ipv4' : 'ipv6');
  }
}

/**
 * The bucket that an address is counted in by throttles: itself for IPv4, its /64 for IPv6, where one customer has at
 * least so many addresses. Everything that is not an address shares one bucket, so that it is limited too.
 */
export function addressBucket(ip: string | null): string {
  const address = ip === null ? null : parseAddress(ip);
  if (address === null) return 'unknown';
  if (address.family === 4) return `${address.text}/32`;
  return `${ipv6Text(address.bytes.map((byte, index) => (index < 8 ? byte : 0)))}/64`;
}

/** The entries from the last to the first, as many as are looked at; one that was cut by the limit is left out. */
function lastEntries(header: string): string[] {
  const entries = header.slice(-MAX_HEADER).split(',');
  if (header.length > MAX_HEADER) entries.shift();
  return entries.reverse().slice(0, MAX_HOPS);
}

/** Some proxies write the port too: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function parseHop(entry: string): Address | null {
  const text = entry.trim();
  const match = WITH_PORT.exec(text);
  return parseAddress(match?.[1] ?? match?.[2] ?? text);
}

function joined(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : (value?.join(',') ?? '');
}
