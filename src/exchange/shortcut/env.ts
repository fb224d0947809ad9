/** What the rest of the program gives: 1 where surely no entry of the open table is of this key and address asked, else 0. */
export declare function knowsNone(key: i32, asked: i32): i32;
