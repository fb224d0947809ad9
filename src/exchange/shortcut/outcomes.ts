/** Nothing became of the frame: it has to go the long way. */
export const REFUSED = 0;
export const TAKEN = 1;
/** It was taken, and exchanges have waited too long that must go to the table. */
export const TAKEN_LATE = 2;
/** Nothing became of it yet, because one has to go to the table first. */
export const CROWDED = 3;
