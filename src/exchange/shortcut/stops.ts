/**
 * Why a run ended (S_STOP): what it was given does; the next frame has to go the long way, because it is not plain or because
 * of what was seen before it; exchanges have waited too long; there is no room for another one.
 */
export const AT_END = 0;
export const AT_FRAME = 1;
export const LATE = 2;
export const FULL = 3;
export const AT_PAIR = 4;
