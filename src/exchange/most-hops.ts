/**
 * Traceroute and mtr go so far, and no way is longer. Whoever wants a packet to arrive sends it with a larger TTL: the least
 * that a system was ever set to is 32.
 */
export const MOST_HOPS = 30;
