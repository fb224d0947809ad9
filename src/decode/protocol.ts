// Numbers of IP's protocol and next header fields: https://www.iana.org/assignments/protocol-numbers
export const PROTOCOL_HOPOPT = 0;
export const PROTOCOL_ICMP = 1;
export const PROTOCOL_TCP = 6;
export const PROTOCOL_UDP = 17;
export const PROTOCOL_ROUTING = 43;
export const PROTOCOL_FRAGMENT = 44;
export const PROTOCOL_AH = 51;
export const PROTOCOL_ICMPV6 = 58;
export const PROTOCOL_DSTOPTS = 60;
export const PROTOCOL_MOBILITY = 135;
export const PROTOCOL_HIP = 139;
export const PROTOCOL_SHIM6 = 140;
