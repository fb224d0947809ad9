/** Nothing became of the frame: it has to go the long way. */
export const REFUSED = 0;
export const TAKEN = 1;
/** Nothing became of it yet, because an exchange has to go to the table first. */
export const CROWDED = 2;
