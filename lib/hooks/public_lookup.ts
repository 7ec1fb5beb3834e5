/** Keeps what the server is asked to call away from the network that it stands in. */
import { lookup } from "node:dns";
import type { LookupFunction } from "node:net";
import ipaddr from "ipaddr.js";

/** A host that must not be called. */
export class PrivateAddressError extends Error {
  override readonly name = "PrivateAddressError";
}

/** Whether an IP address is one of the public internet (IANA's special-purpose registries). */
export function isPublic(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === "unicast";
}

/**
 * Looks a host up for a connection, and refuses when any of its addresses is not public. The
 * connection goes to the very address that was looked at: a name that changes meanwhile does not
 * lead elsewhere (DNS rebinding).
 */
export const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return done(error, []);
    const inside = addresses.find(({ address }) => !isPublic(address));
    if (inside !== undefined) {
      return done(new PrivateAddressError(`${host} leads to ${inside.address}`), []);
    }
    const [first] = addresses;
    if (options.all || first === undefined) done(null, addresses);
    else done(null, first.address, first.family);
  });
};
