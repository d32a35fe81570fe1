// The vault: unlocking it with a password, and signing an entry across the border of its worker. Beside it, what does the like in this thread.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Keyring as PolkadotKeyring } from '@polkadot/keyring';
import { openVault } from 'secure-registry';
import { generateMnemonic, Keyring, mnemonicToKeyData } from 'secure-registry/keyring';

export const unit = 'ms';

const PASSWORD = 'correct horse battery staple';
const UNLOCKS = 5;
const SIGNATURES = 1_000;
/** Signatures before it counts: the compiler has to have seen them. */
const WARM_UP = 500;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

async function timed(times, act) {
  const took = [];
  for (let i = 0; i < times; i++) {
    const begun = performance.now();
    await act(i);
    took.push(performance.now() - begun);
  }
  return median(took);
}

async function withVault(use) {
  const path = mkdtempSync(join(tmpdir(), 'bench-vault-'));
  const vault = await openVault({ storage: { path } });
  try {
    await vault.create({ password: PASSWORD, mnemonic: generateMnemonic() });
    return await use(vault);
  } finally {
    await vault.close();
    rmSync(path, { recursive: true });
  }
}

const unlock = () =>
  withVault(async (vault) => ({
    value: await timed(UNLOCKS, async () => {
      await vault.lock();
      await vault.unlock({ password: PASSWORD });
    }),
  }));

/** Its export is encrypted with scrypt (N = 2¹⁷, r = 8, p = 1) and XSalsa20-Poly1305. */
async function unlockPolkadot() {
  const keyring = new PolkadotKeyring({ type: 'ed25519' });
  const pair = keyring.addFromMnemonic(generateMnemonic());
  const exported = pair.toJson(PASSWORD);
  const other = keyring.createFromJson(exported);
  return { value: await timed(UNLOCKS, () => (other.lock(), other.unlock(PASSWORD))) };
}

async function signed(signer) {
  const entry = { pubkey: signer.publicKey, datakey: new Uint8Array(32), data: new Uint8Array(100) };
  const sign = (i) => signer.signEntry({ ...entry, revision: BigInt(i) });
  await timed(WARM_UP, sign);
  return { value: await timed(SIGNATURES, sign) };
}

const sign = () => withVault((vault) => signed(vault.signer('developer')));
const signHere = () => signed(new Keyring(mnemonicToKeyData(generateMnemonic())).get('developer').signer);

export const contenders = {
  unlock: { group: 'unlocking with a password', name: 'secure-registry (Argon2id, 64 MiB, 3 passes)', run: unlock },
  polkadot: { group: 'unlocking with a password', name: '@polkadot/keyring (scrypt, 128 MiB)', run: unlockPolkadot },
  sign: { group: 'signing an entry', name: 'secure-registry, in the vault', run: sign },
  'sign-here': { group: 'signing an entry', name: 'secure-registry, a keyring in this thread', run: signHere },
};

export const bars = [
  { text: 'unlocking: at most 700 ms', figure: (summaries) => summaries.unlock.median, holds: (milliseconds) => milliseconds <= 700, unit: ' ms' },
  { text: 'a signature across the border: at most 1 ms', figure: (summaries) => summaries.sign.median, holds: (milliseconds) => milliseconds <= 1, unit: ' ms' },
];
