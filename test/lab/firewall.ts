/** What a firewall says that knows only connections whose beginning it saw. */
export const STATEFUL_RULES = `table inet fw {
  chain forward {
    type filter hook forward priority 0; policy drop;
    ct state established,related accept
    ct state invalid counter drop
    icmp type echo-request ct state new accept
    icmpv6 type { echo-request, nd-neighbor-solicit, nd-neighbor-advert } accept
    tcp flags & (fin|syn|rst|ack) == syn ct state new accept
    counter drop
  }
}
`;
