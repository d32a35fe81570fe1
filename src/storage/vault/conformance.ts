import { hasCode, type ErrorCode } from '../../error.ts';
import { sealVault } from '../../keyring/vault/index.ts';
import { equalBytes, type Bytes } from '../../registry/bytes.ts';
import type { VaultPlace } from './place.ts';

/** One property of the contract of a place. `run` rejects where the implementation breaks it. */
export interface VaultPlaceCase {
  readonly name: string;
  /** @param open opens one and the same place, empty at first, as often as it is called */
  run(open: () => Promise<VaultPlace>): Promise<void>;
}

/** The contract of {@link VaultPlace}, for any implementation and any test runner: a fresh, empty place for each case. */
export const vaultPlaceConformance: readonly VaultPlaceCase[] = [
  {
    name: 'where no vault was put, none is loaded, and there is no generation',
    run: (open) =>
      using(open, async (place) => {
        check((await place.load()) === undefined, 'nothing is loaded');
        check((await place.generation()) === undefined, 'there is no generation');
      }),
  },
  {
    name: 'what was put is loaded, byte for byte, and its generation is told',
    run: (open) =>
      using(open, async (place) => {
        for (const [expected, generation] of [[undefined, 1n], [1n, 2n], [2n, 2n ** 64n - 1n]] as const) {
          const vault = vaultOf(generation);
          await place.replace(expected, vault);
          same(await place.load(), vault);
          check((await place.generation()) === generation, 'the generation is the one of the vault');
        }
      }),
  },
  {
    name: 'a vault of the largest size is kept whole',
    run: (open) =>
      using(open, async (place) => {
        const vault = vaultOf(1n, 524_284);
        await place.replace(undefined, vault);
        same(await place.load(), vault);
      }),
  },
  {
    name: 'what is handed over is a copy, both ways',
    run: (open) =>
      using(open, async (place) => {
        const vault = vaultOf(1n);
        const given = new Uint8Array(vault);
        const replacing = place.replace(undefined, given);
        given.fill(0);
        await replacing;
        (await place.load())?.fill(0);
        same(await place.load(), vault);
      }),
  },
  {
    name: 'an expectation that is not met is CONFLICT, and changes nothing',
    run: (open) =>
      using(open, async (place) => {
        await refused('CONFLICT', place.replace(1n, vaultOf(2n)));
        await refused('CONFLICT', place.remove(1n));
        const vault = vaultOf(2n);
        await place.replace(undefined, vault);
        await refused('CONFLICT', place.replace(undefined, vaultOf(3n)));
        await refused('CONFLICT', place.replace(1n, vaultOf(3n)));
        await refused('CONFLICT', place.replace(3n, vaultOf(4n)));
        await refused('CONFLICT', place.remove(1n));
        await refused('CONFLICT', place.remove(3n));
        same(await place.load(), vault);
      }),
  },
  {
    name: 'the same replacement once more is no error, for its first outcome may not have been heard',
    run: (open) =>
      using(open, async (place) => {
        const vault = vaultOf(2n);
        await place.replace(undefined, vault);
        await place.replace(undefined, vault);
        same(await place.load(), vault);
      }),
  },
  {
    name: 'what is no whole vault, or not of a higher generation, is refused, and changes nothing',
    run: (open) =>
      using(open, async (place) => {
        const vault = vaultOf(2n);
        await place.replace(undefined, vault);
        await refused('INVALID_INPUT', place.replace(2n, vaultOf(2n)));
        await refused('INVALID_INPUT', place.replace(2n, vaultOf(1n)));
        await refused('STORAGE', place.replace(2n, vaultOf(3n).slice(0, -1)));
        await refused('STORAGE', place.replace(2n, new Uint8Array()));
        same(await place.load(), vault);
      }),
  },
  {
    name: 'what was removed is gone, and another vault can be put there, of any generation',
    run: (open) =>
      using(open, async (place) => {
        await place.replace(undefined, vaultOf(5n));
        await place.remove(5n);
        check((await place.load()) === undefined, 'nothing is loaded');
        check((await place.generation()) === undefined, 'there is no generation');
        await refused('CONFLICT', place.remove(5n));
        const vault = vaultOf(1n);
        await place.replace(undefined, vault);
        same(await place.load(), vault);
      }),
  },
  {
    name: 'what was cleared is gone, whatever it was, and another vault can be put there, of any generation',
    run: (open) =>
      using(open, async (place) => {
        await place.clear();
        await place.replace(undefined, vaultOf(5n));
        await place.clear();
        check((await place.load()) === undefined, 'nothing is loaded');
        const vault = vaultOf(1n);
        await place.replace(undefined, vault);
        same(await place.load(), vault);
      }),
  },
  {
    name: 'who opened the same place sees at once what another has put there',
    run: async (open) => {
      const [one, other] = [await open(), await open()];
      const [first, second] = [vaultOf(1n), vaultOf(2n)];
      await one.replace(undefined, first);
      same(await other.load(), first);
      await other.replace(1n, second);
      check((await one.generation()) === 2n, 'the generation is the new one');
      same(await one.load(), second);
      await refused('CONFLICT', one.replace(1n, vaultOf(2n)));
      await one.close();
      await other.close();
    },
  },
  {
    name: 'of those who replace one generation at once, exactly one succeeds, and no other is lost: 40 increments by two',
    run: async (open) => {
      const places = [await open(), await open()];
      await Promise.all(places.map((place) => increments(place, 20)));
      for (const place of places) {
        check((await place.generation()) === 40n, `40 increments are generation 40, not ${await place.generation()}`);
        await place.close();
      }
    },
  },
  {
    name: 'a closed place refuses with STORAGE, and closing twice is no error',
    run: async (open) => {
      const place = await open();
      await place.replace(undefined, vaultOf(1n));
      await place.close();
      await place.close();
      await refused('STORAGE', place.load());
      await refused('STORAGE', place.generation());
      await refused('STORAGE', place.replace(1n, vaultOf(2n)));
      await refused('STORAGE', place.remove(1n));
    },
  },
];

/** Replaces what stands there by the next generation, so many times, and begins anew each time that another was faster. */
export async function increments(place: VaultPlace, times: number): Promise<void> {
  for (let done = 0; done < times; ) {
    const generation = await place.generation();
    try {
      await place.replace(generation, vaultOf((generation ?? 0n) + 1n));
      done++;
    } catch (error) {
      if (!hasCode(error, 'CONFLICT')) throw error;
    }
  }
}

/** A whole vault of a generation, which nobody can open. */
export const vaultOf = (generation: bigint, payloadBytes = 100): Bytes =>
  sealVault({ id: random(16), generation, dataKey: random(32), methods: [{ kind: 'os', kek: random(32) }], payload: new Uint8Array(payloadBytes) });

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length));

async function using(open: () => Promise<VaultPlace>, action: (place: VaultPlace) => Promise<void>): Promise<void> {
  const place = await open();
  try {
    await action(place);
  } finally {
    await place.close();
  }
}

function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(`not so: ${what}`);
}

function same(actual: Bytes | undefined, expected: Bytes): void {
  check(actual !== undefined && equalBytes(actual, expected), 'the vault that was put is the one that is loaded');
}

async function refused(code: ErrorCode, call: Promise<unknown>): Promise<void> {
  const outcome: unknown = await call.then(() => 'success', (error: unknown) => error);
  if (!hasCode(outcome, code)) throw new Error(`expected ${code}, got ${String(outcome)}`);
}
