/** How well an open exchange fits the record at hand; the smallest wins. */
export const FITS_COPY = 0;
export const FITS = 1;
export const FITS_AGAIN = 2;
export const FITS_UNASKED = 3;
export const FITS_NOT = 8;
/** The very sighting was taken already. */
export const IS_DUPLICATE = -1;
