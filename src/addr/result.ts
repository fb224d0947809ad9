/** A value or the reason why there is none: errors are values until `verbs/`. */
export type Result<T, E> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail<E>(error: E): { readonly ok: false; readonly error: E } {
  return { ok: false, error };
}

/** The same failure, or what becomes of the value. */
export function mapResult<T, U, E>(result: Result<T, E>, become: (value: T) => U): Result<U, E> {
  return result.ok ? ok(become(result.value)) : result;
}
