/** @param parts files and folders, from the root of the tree */
export function compile(folder: string, parts: readonly string[]): void;
