import { closeUntil } from './close.ts';
import { S_LAST_NS, S_SINCE_EXPIRY, S_TABLE_QUEUED, S_WINDOW_NS } from './layout.ts';

/** What has waited for its reply too long is closed; false: some of it must go to the table. */
export function expire(): bool {
  store<i32>(S_SINCE_EXPIRY, 0);
  const before = load<f64>(S_LAST_NS) - load<f64>(S_WINDOW_NS);
  return load<f64>(S_TABLE_QUEUED) >= before && closeUntil(before, Infinity);
}
