import { writeSync } from 'node:fs';
import { increments, vaultOf } from '../../../src/storage/vault/conformance.ts';
import { openVaultPlace } from '../../../src/storage/vault/default.node.ts';

/** Increments so many times and ends; or, told no number, replaces for ever and writes a line for each that was acknowledged. */
const [, , path = '', times] = process.argv;
const { place, close } = await openVaultPlace({ path });
if (times !== undefined) {
  await increments(place, Number(times));
  await close();
} else {
  for (let generation = (await place.generation()) ?? 0n; ; generation++) {
    await place.replace(generation === 0n ? undefined : generation, vaultOf(generation + 1n, 50_000));
    writeSync(1, `${generation + 1n}\n`);
  }
}
