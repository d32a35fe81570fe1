import { invalidInput, RegistryError } from '../../src/error.ts';
import { takeRecord } from '../../src/input.ts';
import { serve, type CallContext, type Port, type Serving } from '../../src/link/index.ts';
import type { Clock } from '../../src/world.ts';
import { Allowance } from '../allowance.ts';
import { discreet } from './discreet.ts';
import type { Grant, GrantedVaultService, GrantPurpose, PublicKey } from './service.ts';
import { isPurpose, takeSignRequest, type CheckedRequest } from './signing.ts';
import type { SignedEntry } from '../../src/registry/index.ts';

/** What a granted port can make the vault do. */
export interface GrantedActions {
  keys(isShown: (name: string) => boolean): readonly PublicKey[];
  sign(request: CheckedRequest): Promise<SignedEntry | Uint8Array>;
  /** @param caller whose attempts are counted */
  unlock(caller: string, unlocking: unknown, call: CallContext): Promise<void>;
}

const MOST_CALLER_CHARACTERS = 256;
const MOST_KEYS = 256;
const LONE_SURROGATE = /\p{Surrogate}/u;

/** The ports that were granted, by caller. A port is authority: whoever has it can sign with its keys for its purposes, and do nothing else. */
export class Grants {
  readonly #actions: GrantedActions;
  readonly #channel: () => [Port, Port];
  readonly #clock: Clock;
  readonly #rate: number;
  readonly #callers = new Map<string, { readonly allowance: Allowance; readonly ports: Set<Serving> }>();

  /** @param rate signatures a second for each caller, twice as many at once */
  constructor(actions: GrantedActions, { channel, clock }: { readonly channel: () => [Port, Port]; readonly clock: Clock }, rate: number) {
    this.#actions = actions;
    this.#channel = channel;
    this.#clock = clock;
    this.#rate = rate;
  }

  /**
   * A port that can do no more than is granted.
   * @throws RegistryError `INVALID_INPUT`
   */
  grant(grant: Grant): Port {
    const { caller, keys, purposes } = takeGrant(grant);
    const { allowance, ports } = this.#callerNamed(caller);
    const service: GrantedVaultService = {
      calls: discreet({
        keys: () => this.#actions.keys((name) => keys.has(name)),
        sign: async (value) => {
          if (!allowance.take()) throw new RegistryError('THROTTLED', 'too many signatures are asked for', { hint: `at most ${this.#rate} a second` });
          const request = takeSignRequest(value);
          // Told before it is looked up: which other keys there are is nobody's business.
          if (typeof request.key !== 'string' || !keys.has(request.key)) throw new RegistryError('FORBIDDEN', 'this port may not use that key', { field: 'request.key' });
          if (!purposes.has(request.purpose)) throw new RegistryError('FORBIDDEN', 'this port may not sign for that purpose', { field: 'request.purpose' });
          return this.#actions.sign(request);
        },
        unlock: async (unlocking, call) => {
          if (!purposes.has('unlock')) throw new RegistryError('FORBIDDEN', 'this port may not unlock the vault');
          return this.#actions.unlock(caller, unlocking, call);
        },
      } satisfies GrantedVaultService['calls']),
    };
    const [near, far] = this.#channel();
    const serving = serve(near, service);
    ports.add(serving);
    near.addEventListener('close', () => ports.delete(serving)); // of which some platforms tell nothing
    return far;
  }

  /** Closes all ports. */
  close(): void {
    for (const { ports } of this.#callers.values()) for (const port of ports) port.close();
    this.#callers.clear();
  }

  /** Closes all ports of a caller. */
  revoke(caller: unknown): void {
    for (const port of this.#callers.get(takeCaller(caller))?.ports ?? []) port.close();
    this.#callers.delete(takeCaller(caller));
  }

  #callerNamed(name: string) {
    const known = this.#callers.get(name) ?? { allowance: new Allowance(this.#clock, this.#rate, 2 * this.#rate), ports: new Set<Serving>() };
    this.#callers.set(name, known);
    return known;
  }
}

function takeGrant(value: unknown): { readonly caller: string; readonly keys: ReadonlySet<string>; readonly purposes: ReadonlySet<GrantPurpose> } {
  const { caller, keys, purposes } = takeRecord(value, 'grant', ['caller', 'keys', 'purposes']); // what is meant to narrow it, and is not understood, must not be ignored
  if (!Array.isArray(keys) || keys.length > MOST_KEYS || !keys.every((name) => typeof name === 'string')) throw invalidInput('grant.keys', `a list of at most ${MOST_KEYS} names of keys`);
  if (!Array.isArray(purposes) || !purposes.every((purpose) => isPurpose(purpose) || purpose === 'unlock')) {
    throw invalidInput('grant.purposes', "a list of 'registry-entry', 'message', 'extrinsic' and 'unlock'");
  }
  return { caller: takeCaller(caller), keys: new Set(keys), purposes: new Set(purposes) };
}

function takeCaller(value: unknown): string {
  // Names that no encoding tells apart would share their attempts.
  if (typeof value !== 'string' || value === '' || value.length > MOST_CALLER_CHARACTERS || LONE_SURROGATE.test(value)) throw invalidInput('grant.caller', `a name of 1 to ${MOST_CALLER_CHARACTERS} characters`);
  return value;
}
