/** Every kind of output that the reader knows by its content. */
export type FormKind =
  | 'ip-addr'
  | 'ip-addr-json'
  | 'ip-brief'
  | 'ip-link'
  | 'ip-link-json'
  | 'ip-route'
  | 'ip-route-json'
  | 'ip-rule'
  | 'ip-rule-json'
  | 'ip-neigh'
  | 'ip-neigh-json'
  | 'arp'
  | 'ip-brief-neigh'
  | 'ip-nexthop'
  | 'ip-nexthop-json'
  | 'route-table'
  | 'route-table6'
  | 'ifconfig'
  | 'sysctl'
  | 'sysctl-values'
  | 'rt-tables'
  | 'ss'
  | 'hostname'
  | 'uname'
  | 'nft'
  | 'nft-json'
  | 'iptables4'
  | 'iptables6'
  | PassedOver;

/** Known, so that nobody is told that they were not recognised; their content is not for the model of the host. */
export type PassedOver = 'nstat' | 'conntrack' | 'netstat-i' | 'ip-route-get';
