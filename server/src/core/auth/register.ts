import type { CoreReply } from '../../contract/core.ts';
import { isRefusal, type Refusal, refuse, refuseForNow } from '../../contract/refusal.ts';
import { databaseFault, preparedOn } from '../../platform/database/index.ts';
import { addressBucket } from '../../platform/net/index.ts';
import { hasSuperAdmin } from '../admin/index.ts';
import { recordedTransaction } from '../kernel/index.ts';
import { normalEmail } from './accounts.ts';
import { unlessBusy } from './hashing-busy.ts';
import { refusedPassword } from './new-password.ts';
import { makeRegistration, type RegisterInput } from './registration.ts';
import { holdRegistrationLock } from './registration-lock.ts';
import { isRegistrationToken, type RegistrationMode, registrationMode } from './registration-mode.ts';
import type { AuthServices } from './services.ts';
import { countAttempt, type ThrottleRule, waitOf } from './throttle.ts';

const HOUR_MS = 3_600_000;
/** Registrations without a token, of one address. Holders of a token are trusted with more. */
const publicPerAddress: ThrottleRule = {
  bucket: 'register:address',
  limit: 5,
  windowMs: HOUR_MS,
  lockMs: HOUR_MS,
  maxLockMs: HOUR_MS,
};
/** Wrong tokens, of one address. Once there were so many, the right one is not accepted from it either. */
const wrongPerAddress: ThrottleRule = { ...publicPerAddress, bucket: 'register:token' };

const LOCK_NOT_AVAILABLE = '55P03';
const RETRY_SECONDS = 1;

/**
 * Registers a User in the mode that is open to the request, everything in one transaction under one lock. What costs
 * time, the hash of the password, is done before it; so is a first look at the mode, which is looked at again under
 * the lock.
 */
export async function register(services: AuthServices, input: RegisterInput): Promise<CoreReply<'register'>> {
  const { database, passwords, settings } = services;
  const { body } = input;
  const expected = registrationMode(
    settings.registration,
    body.registration_token,
    await hasSuperAdmin(preparedOn(database.pool)),
  );
  const counted = await countOfAddress(services, input, expected);
  if (counted !== null) return refuseForNow('AUTH_RATE_LIMITED', counted);
  if (expected === null) return refuse('REGISTRATION_DISABLED');
  const refused = refusedPassword(body.password, '/password', normalEmail(body.email), settings);
  if (refused !== null) return refused;
  const passwordHash = await unlessBusy(() => passwords.hash(body.password));
  if (isRefusal(passwordHash)) return passwordHash;
  return underRegistrationLock(services, input, passwordHash);
}

/** Counts registrations without a token and wrong tokens; the seconds to wait when there were too many, else null. */
async function countOfAddress(
  { database, hashers, settings }: AuthServices,
  { body, request }: RegisterInput,
  mode: RegistrationMode | null,
): Promise<number | null> {
  const connection = preparedOn(database.pool);
  const address = hashers.throttle.hash(addressBucket(request.ip));
  const token = body.registration_token;
  if (token === undefined) return mode && countAttempt(connection, publicPerAddress, address);
  return isRegistrationToken(settings.registration, token)
    ? waitOf(connection, wrongPerAddress, address)
    : countAttempt(connection, wrongPerAddress, address);
}

async function underRegistrationLock(
  services: AuthServices,
  input: RegisterInput,
  passwordHash: string,
): Promise<CoreReply<'register'>> {
  try {
    return await recordedTransaction(
      services.database,
      input.request,
      [],
      async (mutation): Promise<CoreReply<'register'>> => {
        await holdRegistrationLock(mutation);
        const { registration_token: token } = input.body;
        const mode = registrationMode(services.settings.registration, token, await hasSuperAdmin(mutation));
        if (mode === null) return refuse('REGISTRATION_DISABLED');
        const data = await makeRegistration(services, mutation, mode, { ...input, passwordHash });
        return isRefusal(data) ? data : { status: 201, data };
      },
      (reply) => !isRefusal(reply),
    );
  } catch (error) {
    if (databaseFault(error)?.sqlState === LOCK_NOT_AVAILABLE) return lockUnavailable();
    throw error;
  }
}

function lockUnavailable(): Refusal<'REGISTRATION_LOCK_UNAVAILABLE'> {
  return refuseForNow('REGISTRATION_LOCK_UNAVAILABLE', RETRY_SECONDS);
}
