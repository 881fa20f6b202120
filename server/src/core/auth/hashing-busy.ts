import { type Refusal, refuseForNow } from '../../contract/refusal.ts';
import { HashQueueFull } from '../../platform/crypto/index.ts';

/** Does work that hashes passwords; a full queue becomes the refusal that tells when to come back. */
export async function unlessBusy<T>(work: () => Promise<T>): Promise<T | Refusal<'HASHING_BUSY'>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HashQueueFull) return refuseForNow('HASHING_BUSY', error.retryAfterSeconds);
    throw error;
  }
}
