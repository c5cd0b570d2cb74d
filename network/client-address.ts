import { isIPv4, isIPv6 } from 'node:net'

/**
 * An address as the world writes it, in one canonical form: IPv4 in dots, IPv6 compressed in lower case, IPv4 inside IPv6 as IPv4. Takes
 * what proxies put into `X-Forwarded-For`: with a port, in brackets, in quotes, with a zone.
 * @returns undefined for anything else (`unknown`, a name, garbage)
 */
export function parseAddress(written: string): string | undefined {
  const text = written.trim().replace(/^"(.*)"$/, '$1')
  const bare = /^\[([^\]]*)\](:\d{1,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{1,5}$/.exec(text)?.[1] ?? text
  if (isIPv4(bare)) return bare
  const [address = ''] = bare.split('%')
  if (!isIPv6(address)) return undefined
  const groups = groupsOf(address)
  if (/^(0:){5}ffff:/.test(groups.join(':'))) return dotted(groups.slice(6))
  return new URL(`http://[${address}]`).hostname.slice(1, -1)
}

/**
 * Who sent a request: the peer of the socket, or what the outermost proxy of ours wrote down. Anybody can send `X-Forwarded-For`, so that
 * only as many of its entries are believed, from the right, as proxies of ours stand before us. Where there are fewer, or the one that
 * counts is no address, the peer it is: limits then count the proxy, which is noticed, and nobody chooses an address.
 * @param peer of the socket
 */
export function clientAddress(peer: string, forwardedFor: string, trustedProxies: number): string {
  const own = parseAddress(peer) ?? ''
  if (trustedProxies === 0) return own
  return parseAddress(forwardedFor.split(',').at(-trustedProxies) ?? '') ?? own
}

/** An address as one client has it: of IPv6 everybody has a whole /64. */
export const clientKey = (ip: string): string => (isIPv6(ip) ? groupsOf(ip).slice(0, 4).join(':') : ip)

/** The network of an address: /24 of IPv4, /48 of IPv6. Enough to see a pattern, too little to find a person. */
export function addressPrefix(ip: string): string | null {
  if (isIPv4(ip)) return `${ip.split('.').slice(0, 3).join('.')}.0/24`
  return isIPv6(ip) ? `${groupsOf(ip).slice(0, 3).join(':')}::/48` : null
}

/** On this machine: what no other can reach. */
export const isLoopback = (address: string): boolean => address === '::1' || /^127\.\d+\.\d+\.\d+$/.test(address)

/** The eight groups of an IPv6 address, in lower case and without leading zeros. */
function groupsOf(ip: string): string[] {
  const [head = '', tail] = ip.toLowerCase().split('::')
  const groups = (part: string | undefined) => (part ? part.split(':').flatMap(hexadecimal) : [])
  const [a, b] = [groups(head), groups(tail)]
  const all = tail === undefined ? a : [...a, ...Array<string>(Math.max(0, 8 - a.length - b.length)).fill('0'), ...b]
  return all.map((group) => group.replace(/^0+(?=.)/, ''))
}

/** A group, or the dotted end of an address as two. */
function hexadecimal(group: string): string[] {
  if (!group.includes('.')) return [group]
  const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number)
  return [((a << 8) | b).toString(16), ((c << 8) | d).toString(16)]
}

const dotted = (groups: readonly string[]): string =>
  groups.flatMap((group) => [parseInt(group, 16) >> 8, parseInt(group, 16) & 255]).join('.')
