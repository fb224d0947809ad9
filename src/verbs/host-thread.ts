/** What a thread that reads captures begins with, where the command runs as it was built. */
import { useCodeCache } from './code-cache.ts';

useCodeCache();
// A promise that is rejected ends the thread with an error, which the other side hears.
void import('../exchange/host-thread.ts');
