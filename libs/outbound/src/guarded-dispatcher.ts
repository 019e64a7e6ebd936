import { lookup as systemLookup, type LookupAddress, type LookupOptions } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { DomainError } from '@waybill/domain';
import { Agent, buildConnector } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { isLiteral } from './outbound-policy.js';

/** How names become addresses; the system's resolver unless a test says otherwise. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { all: true },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

const connectMilliseconds = 5000;
/** Idle connections do not last, however long the other end would like them to: there may be very many ends. */
const idleMilliseconds = 5000;

/**
 * An undici dispatcher that connects to nothing the policy refuses. The very addresses that a connection is made to are
 * looked at, after they were resolved: a name that resolves to another address the next time (DNS rebinding) gains nothing.
 * It follows no redirects and uses no proxy of the environment. Who makes it closes it.
 */
export function guardedDispatcher(policy: AddressPolicy, resolve: Resolve = systemLookup): Agent {
  const trusting = connectorWith(unfiltered(resolve));
  const guarded = connectorWith(onlyAllowed(policy, resolve));
  return new Agent({
    connect: (options, callback) => {
      const host = options.hostname.replace(/^\[|\]$/g, '');
      if (policy.allowsHost(host)) trusting(options, callback);
      // Nobody resolves an address that is given as one.
      else if (isLiteral(host) && !policy.allowsAddress(host)) callback(addressRefused(), null);
      else guarded(options, onlyTo(policy, callback));
    },
    allowH2: false,
    keepAliveTimeout: idleMilliseconds,
    keepAliveMaxTimeout: idleMilliseconds,
  });
}

/** The error of a connection that the policy refuses. It does not say what the name resolved to. */
export function addressRefused(): DomainError {
  return new DomainError('invalid', 'outbound.address-refused', 'That address is not one that may be spoken to.');
}

function connectorWith(lookup: LookupFunction): buildConnector.connector {
  return buildConnector({ lookup, timeout: connectMilliseconds, allowH2: false });
}

function unfiltered(resolve: Resolve): LookupFunction {
  return answering(resolve, (addresses) => addresses);
}

function onlyAllowed(policy: AddressPolicy, resolve: Resolve): LookupFunction {
  return answering(resolve, (addresses) => addresses.filter(({ address }) => policy.allowsAddress(address)));
}

/** Whatever was resolved: who is at the other end is allowed, or nothing is sent. */
function onlyTo(policy: AddressPolicy, callback: buildConnector.Callback): buildConnector.Callback {
  return (...result) => {
    const [error, socket] = result;
    if (error !== null || policy.allowsAddress(socket.remoteAddress ?? '')) {
      callback(...result);
      return;
    }
    socket.destroy();
    callback(addressRefused(), null);
  };
}

// Node asks for one address or for all of them, depending on whether it tries both families.
function answering(resolve: Resolve, choose: (addresses: LookupAddress[]) => LookupAddress[]): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first, ...others] = error === null ? choose(addresses) : [];
      if (first === undefined) callback(error ?? addressRefused(), '');
      else if (options.all === true) callback(null, [first, ...others]);
      else callback(null, first.address, first.family);
    });
  };
}
