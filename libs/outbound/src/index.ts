export { AddressPolicy } from './address-policy.js';
export { guardedDispatcher, type Resolve } from './guarded-dispatcher.js';
export { OutboundClient, type OutboundAnswer, type OutboundRequest } from './outbound-client.js';
export { OutboundPolicy, type OutboundSettings } from './outbound-policy.js';
export { dnsResolve } from './dns-resolve.js';
