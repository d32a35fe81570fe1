import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { KEY_DATA, keyring, NAMES, secretsIn } from './fixture.ts';
import { holdsSecret } from './traces.ts';

const SECRETS = secretsIn(KEY_DATA).map(({ bytes }) => bytes);
const DEEPLY = { showHidden: true, depth: 20, getters: true, maxArrayLength: Infinity, maxStringLength: Infinity };

it('threat 1: given everything that a keyring hands out, then no inspection shows a secret', () => {
  const ring = keyring();
  const handed = [ring, ...NAMES.flatMap((name) => [ring.get(name), ring.get(name).signer]), ring.createEphemeralSigner(), ring.createEphemeralKey('x25519')];
  for (const value of handed) {
    for (const options of [{}, DEEPLY, { ...DEEPLY, showProxy: true, customInspect: false }]) expect(holdsSecret(inspect(value, options), SECRETS)).toBe(false);
  }
  expect(holdsSecret(inspect(ring.json(), DEEPLY), SECRETS)).toBe(true);
});
