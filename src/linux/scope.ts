/** rt_scope: how far away what a route or address speaks of may be; a greater number is nearer. */
export const SCOPE_UNIVERSE = 0;
export const SCOPE_LINK = 253;
export const SCOPE_HOST = 254;
