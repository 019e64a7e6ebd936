import ipaddr from 'ipaddr.js';

/**
 * Addresses that are in a public range and yet answer with what belongs to the machine: Azure's WireServer gives
 * configuration and credentials to whoever asks from inside of a virtual machine.
 */
const machineAddresses: readonly string[] = ['168.63.129.16'];

/** Global unicast, all that IANA has given out of IPv6: what is elsewhere (`::127.0.0.1`) is no address of a stranger. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

type Range = readonly [ipaddr.IPv4 | ipaddr.IPv6, number];

/**
 * Whom this installation may speak to (security.md W3). A public unicast address always; every other one (private, loopback,
 * link-local, CGNAT, metadata, multicast, reserved, NAT64, 6to4, Teredo, the unspecified network) only where the operator
 * named it. An IPv4 address that is wrapped in IPv6 is looked at as what it is.
 */
export class AddressPolicy {
  readonly #ranges: readonly Range[];
  readonly #hosts: ReadonlySet<string>;

  /** `allowed`: addresses, CIDR ranges and host names that may be spoken to, wherever they are. Throws on what is none. */
  constructor(allowed: readonly string[] = []) {
    const ranges: Range[] = [];
    const hosts = new Set<string>();
    for (const entry of allowed) {
      const range = rangeOf(entry);
      if (range !== undefined) ranges.push(range);
      else if (hostName.test(entry)) hosts.add(entry.toLowerCase());
      else throw new TypeError(`${JSON.stringify(entry)} is neither an address, nor a CIDR range, nor a host name.`);
    }
    this.#ranges = ranges;
    this.#hosts = hosts;
  }

  /** Whether the operator trusts the name itself, and with it whatever it resolves to. */
  allowsHost(host: string): boolean {
    return this.#hosts.has(host.toLowerCase().replace(/\.$/, ''));
  }

  /** Whether a connection to this very address may be made. What is no address may not. */
  allowsAddress(text: string): boolean {
    if (!ipaddr.isValid(text)) return false;
    const address = ipaddr.process(text);
    if (this.#ranges.some((range) => isWithin(address, range))) return true;
    if (address.range() !== 'unicast' || machineAddresses.includes(address.toString())) return false;
    return address.kind() === 'ipv4' || isWithin(address, globalUnicast);
  }
}

const hostName =
  /^(?=.{1,253}$)(?!.*\.\d+$)[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function rangeOf(text: string): Range | undefined {
  // Only the four-part form of IPv4: 10.1 would be 10.0.0.1.
  if (!/^(?:\d+\.\d+\.\d+\.\d+|.*:.*)(?:\/\d+)?$/.test(text)) return undefined;
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.process(text);
  return [address, address.kind() === 'ipv4' ? 32 : 128];
}

function isWithin(address: ipaddr.IPv4 | ipaddr.IPv6, [network, bits]: Range): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
