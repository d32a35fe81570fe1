import { describe, expect, it } from 'vitest';
import type { Bytes } from '../../../src/registry/bytes.ts';
import { MemoryStorage } from '../../../src/storage/memory.ts';
import { vaultOf } from '../../../src/storage/vault/conformance.ts';
import { FileVault } from '../../../src/storage/vault/file-vault.ts';
import type { VaultPlace } from '../../../src/storage/vault/place.ts';
import { crashing, randomFrom, SimulatedDisk, type Fault } from './simulated-disk.ts';

const VAULTS: Readonly<Record<number, Bytes>> = Object.fromEntries([1, 2, 3, 4].map((generation) => [generation, vaultOf(BigInt(generation))]));
const vault = (generation: number): Bytes => VAULTS[generation]!;

/** A machine with a disk and a storage, which outlive the processes on it. */
class Machine {
  readonly disk = new SimulatedDisk();
  readonly storage = new MemoryStorage({ durable: true });

  async start(): Promise<VaultPlace> {
    return new FileVault(crashing(await this.storage.open(), this.disk), this.disk);
  }
}

interface Scenario {
  readonly before: Bytes | undefined;
  readonly after: Bytes | undefined;
  /** Brings the machine to `before`. */
  prepare(machine: Machine): Promise<void>;
  act(place: VaultPlace): Promise<void>;
}

const putFirst = async (machine: Machine): Promise<void> => (await machine.start()).replace(undefined, vault(1));

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a first vault is put': { before: undefined, after: vault(1), prepare: async () => {}, act: (place) => place.replace(undefined, vault(1)) },
  'a vault is replaced': { before: vault(1), after: vault(2), prepare: putFirst, act: (place) => place.replace(1n, vault(2)) },
  'a vault is replaced, and leftovers of another replacement are there': {
    before: vault(1),
    after: vault(3),
    prepare: async (machine) => {
      await putFirst(machine);
      machine.disk.plant('vault.new', vault(2).slice(0, 300));
      machine.disk.plant('vault.old', vault(1));
    },
    act: (place) => place.replace(1n, vault(3)),
  },
  'a vault is replaced, of which only the copy is whole': {
    before: vault(1),
    after: vault(2),
    prepare: async (machine) => {
      await putFirst(machine);
      machine.disk.plant('vault', vault(1).slice(0, 100));
      machine.disk.plant('vault.old', vault(1));
    },
    act: (place) => place.replace(1n, vault(2)),
  },
  'a vault is removed': { before: vault(1), after: undefined, prepare: putFirst, act: (place) => place.remove(1n) },
  'a vault is removed, and one before it was left over': {
    before: vault(2),
    after: undefined,
    prepare: async (machine) => {
      await putFirst(machine);
      await (await machine.start()).replace(1n, vault(2));
      machine.disk.plant('vault.old', vault(1));
    },
    act: (place) => place.remove(2n),
  },
  'a vault is loaded': { before: vault(1), after: vault(1), prepare: putFirst, act: async (place) => void (await place.load()) },
};

/** Says at which step or seed it was. */
const checked = async <T>(where: string, check: () => Promise<T> | T): Promise<T> => {
  try {
    return await check();
  } catch (error) {
    throw new Error(`at ${where}: ${String(error)}`, { cause: error });
  }
};

/** Carries a scenario out with a fault. `isOver` is told when the fault came too late to strike. */
async function run(scenario: Scenario, fault: Fault): Promise<{ readonly machine: Machine; readonly outcome: unknown; readonly isOver: boolean }> {
  const machine = new Machine();
  await scenario.prepare(machine);
  machine.disk.steps = 0;
  machine.disk.fault = fault;
  const outcome: unknown = await machine.start().then((place) => scenario.act(place)).then(() => 'done', (error: unknown) => error);
  return { machine, outcome, isOver: machine.disk.steps < fault.step };
}

const shown = (bytes: Bytes | undefined): string => `generation ${Object.entries(VAULTS).find(([, known]) => bytes !== undefined && String(known) === String(bytes))?.[0] ?? (bytes === undefined ? 'none' : 'unknown')}`;

describe.each(Object.entries(SCENARIOS))('threat 17: given that %s', (_, scenario) => {
  it('P1, P2: when the process or the power ends at any step, then the old or the new one stands, whole; and what was told stays told', async () => {
    let crashes = 0;
    for (let step = 1, isOver = false; !isOver; step++) {
      for (let seed = 0; seed < 16; seed++) {
        isOver = await checked(`step ${step}, seed ${seed}`, async () => {
          const random = randomFrom(seed * 1_000 + step);
          const { machine, outcome, isOver: isLast } = await run(scenario, { kind: 'crash', step });
          expect(outcome === 'done').toBe(isLast);
          crashes += isLast ? 0 : 1;
          machine.disk.restart(seed % 2 === 0 ? 'killed' : 'power', random);

          const loaded = shown(await (await machine.start()).load());
          expect((isLast ? [scenario.after] : [scenario.before, scenario.after]).map(shown)).toContain(loaded);
          machine.disk.restart('power', random);
          const place = await machine.start();
          expect(shown(await place.load())).toBe(loaded);

          await place.replace(await place.generation(), vault(4));
          machine.disk.restart('power', random);
          expect(shown(await (await machine.start()).load())).toBe(shown(vault(4)));
          return isLast;
        });
      }
    }
    expect(crashes).toBeGreaterThan(16);
  });

  it.each([
    ['before it is done', false],
    ['after it was done', true],
  ])('P3: when the disk reports an error at any step, %s, then it is STORAGE and the old one stays; and trying again succeeds', async (_when, isDone) => {
    for (let step = 1, isOver = false; !isOver; step++) {
      isOver = await checked(`step ${step}`, async () => {
        const { machine, outcome, isOver: isLast } = await run(scenario, { kind: 'error', step, isDone, isLasting: false });
        machine.disk.fault = undefined;
        const place = await machine.start();
        const loaded = shown(await place.load());
        if (outcome === 'done') expect(loaded).toBe(shown(scenario.after));
        else {
          expect(outcome).toMatchObject({ code: 'STORAGE', hint: expect.any(String) as string });
          // What is being removed may be gone when the error comes.
          expect(scenario.after === undefined ? [shown(scenario.before), shown(undefined)] : [shown(scenario.before)]).toContain(loaded);
          if (loaded === shown(scenario.before)) await scenario.act(place);
          expect(shown(await place.load())).toBe(shown(scenario.after));
        }
        return isLast;
      });
    }
  });

  it('P1: when the disk fails from any step on, then it is STORAGE, and the old or the new one stands once it is mended', async () => {
    for (let step = 1, isOver = false; !isOver; step++) {
      isOver = await checked(`step ${step}`, async () => {
        const { machine, outcome, isOver: isLast } = await run(scenario, { kind: 'error', step, isDone: step % 2 === 0, isLasting: true });
        machine.disk.restart('power', randomFrom(step));
        if (outcome !== 'done') expect(outcome).toMatchObject({ code: 'STORAGE' });
        const loaded = shown(await (await machine.start()).load());
        expect((outcome === 'done' ? [scenario.after] : [scenario.before, scenario.after]).map(shown)).toContain(loaded);
        return isLast;
      });
    }
  });
});

describe('threat 17: given 300 lives of a machine, each of replacements, crashes and errors', () => {
  it('P1, P2: then what stands is always what was acknowledged last, or what was being put when it ended', async () => {
    for (let seed = 1; seed <= 300; seed++) await expect(checked(`seed ${seed}`, () => live(randomFrom(seed)))).resolves.toBeUndefined();
  });
});

async function live(random: () => number): Promise<void> {
  const machine = new Machine();
  let lawful: readonly (Bytes | undefined)[] = [undefined];
  for (let life = 0; life < 6; life++) {
    const place = await machine.start();
    const loaded = await place.load();
    expect(lawful.map(String)).toContain(String(loaded));
    const generation = await place.generation();
    const next = vaultOf((generation ?? 0n) + 1n);
    machine.disk.steps = 0;
    machine.disk.fault = random() < 0.7 ? faultBy(random) : undefined;
    const outcome: unknown = await place.replace(generation, next).then(() => 'done', (error: unknown) => error);
    lawful = outcome === 'done' ? [next] : [loaded, next];
    machine.disk.restart(random() < 0.5 ? 'killed' : 'power', random);
  }
}

function faultBy(random: () => number): Fault {
  const step = 1 + Math.floor(random() * 30);
  return random() < 0.6 ? { kind: 'crash', step } : { kind: 'error', step, isDone: random() < 0.5, isLasting: random() < 0.5 };
}

describe('given a disk that does not write what it is told to', () => {
  it.each(['vault.new', 'vault.old'] as const)('P3: when it spoils %s, then it is STORAGE, and the old one stays', async (spoiled) => {
    const machine = new Machine();
    await putFirst(machine);
    const { create } = SimulatedDisk.prototype;
    machine.disk.create = function spoil(name, bytes) {
      create.call(this, name, name === spoiled ? bytes.map((byte, i) => (i === 7 ? byte ^ 1 : byte)) : bytes);
    };
    const place = await machine.start();
    await expect(place.replace(1n, vault(2))).rejects.toMatchObject({ code: 'STORAGE' });
    expect(shown(await place.load())).toBe(shown(vault(1)));
  });
});

describe('given a disk that spoils the vault when it gets its name', () => {
  it('P3: when a vault is replaced, then it is STORAGE, and the old one stays', async () => {
    const machine = new Machine();
    await putFirst(machine);
    const { rename } = SimulatedDisk.prototype;
    machine.disk.rename = function spoil(from, to) {
      rename.call(this, from, to);
      if (from === 'vault.new') this.plant(to, new Uint8Array(100));
    };
    const place = await machine.start();
    await expect(place.replace(1n, vault(2))).rejects.toMatchObject({ code: 'STORAGE' });
    expect(shown(await place.load())).toBe(shown(vault(1)));
  });
});

describe('given a replacement whose process was killed before it was on the medium', () => {
  it('P2: when the same is done again, then no loss of power takes it back', async () => {
    for (let seed = 0; seed < 20; seed++) {
      const machine = new Machine();
      await putFirst(machine);
      machine.disk.create('vault.new', vault(2));
      machine.disk.rename('vault.new', 'vault');
      await (await machine.start()).replace(1n, vault(2));
      machine.disk.restart('power', randomFrom(seed));
      expect(shown(await (await machine.start()).load())).toBe(shown(vault(2)));
    }
  });
});

describe('given a storage that does not commit what was decided', () => {
  it('P3: when a vault is replaced, then it is STORAGE, a whole one stands, and the same replacement once more succeeds', async () => {
    const machine = new Machine();
    await putFirst(machine);
    const connection = await machine.storage.open();
    let isBroken = true;
    const place = new FileVault(
      {
        ...connection,
        update: async (changes) => {
          if (!isBroken) return connection.update(changes);
          for (const { key, decide } of changes) decide((await connection.getMany([key]))[0]);
          throw Object.assign(new Error('ENOSPC'), { code: 'STORAGE' });
        },
      },
      machine.disk,
    );
    await expect(place.replace(1n, vault(2))).rejects.toMatchObject({ code: 'STORAGE' });
    isBroken = false;
    expect([vault(1), vault(2)].map(shown)).toContain(shown(await place.load()));
    await place.replace(1n, vault(2));
    expect(shown(await place.load())).toBe(shown(vault(2)));
  });
});

async function machineAt(generation: 1 | 2): Promise<{ readonly machine: Machine; readonly place: VaultPlace }> {
  const machine = new Machine();
  const place = await machine.start();
  await place.replace(undefined, vault(1));
  if (generation === 2) await place.replace(1n, vault(2));
  return { machine, place };
}

describe('threat 16: given somebody who puts files there', () => {
  const OLDER = { code: 'STORAGE', retryable: false, hint: expect.any(String) as string, message: expect.stringContaining('newest') as string };

  it('P5: when it is an older vault, or another one of the same generation, then nothing is done with it, until it is vouched for', async () => {
    for (const planted of [vault(1), vaultOf(2n)]) {
      const { machine, place } = await machineAt(2);
      machine.disk.plant('vault', planted);
      await expect(place.load()).rejects.toMatchObject(OLDER);
      const generation = (await place.generation()) ?? 0n;
      await expect(place.replace(generation, vault(3))).rejects.toMatchObject(OLDER);
      await expect(place.remove(generation)).rejects.toMatchObject(OLDER);
      expect(String(await place.load({ acceptOlder: true }))).toBe(String(planted));
      await expect(place.load(), 'to look at it is not to vouch for it').rejects.toMatchObject(OLDER);
      await place.vouch(vault(7));
      await expect(place.load(), 'somebody vouched for another').rejects.toMatchObject(OLDER);
      await place.vouch(planted);
      expect(String(await place.load())).toBe(String(planted));
      await place.replace(generation, vault(3));
      expect(shown(await place.load())).toBe(shown(vault(3)));
    }
  });

  it('P5: when it is a newer one, then it is loaded, and the one before is refused once it was vouched for', async () => {
    const { machine, place } = await machineAt(1);
    machine.disk.plant('vault', vault(3));
    expect(shown(await place.load())).toBe(shown(vault(3)));
    machine.disk.plant('vault', vault(1));
    expect(shown(await place.load()), 'it may have been a forgery').toBe(shown(vault(1)));
    machine.disk.plant('vault', vault(3));
    await place.vouch(vault(3));
    machine.disk.plant('vault', vault(1));
    await expect(place.load()).rejects.toMatchObject(OLDER);
  });

  it('P5: when the vault is gone, then that is told, and no other is put in its place, until that is vouched for', async () => {
    const { machine, place } = await machineAt(1);
    machine.disk.plant('vault', undefined);
    await expect(place.load()).rejects.toMatchObject({ code: 'STORAGE', message: 'the vault that was seen here is gone', hint: expect.any(String) as string });
    await expect(place.replace(undefined, vault(2))).rejects.toMatchObject({ code: 'STORAGE' });
    expect(await place.load({ acceptOlder: true })).toBeUndefined();
    await expect(place.load()).rejects.toMatchObject({ code: 'STORAGE' });
    await place.vouch(undefined);
    await place.replace(undefined, vault(1));
    expect(shown(await place.load())).toBe(shown(vault(1)));
  });

  it('when the vault is damaged and no copy is whole, then that is told, and nothing is put in its place', async () => {
    const { machine, place } = await machineAt(1);
    machine.disk.plant('vault', vault(1).map((byte, i) => (i === 50 ? byte ^ 1 : byte)));
    for (const call of [() => place.load(), () => place.load({ acceptOlder: true }), () => place.replace(1n, vault(2)), () => place.replace(undefined, vault(2)), () => place.remove(1n)]) {
      await expect(call()).rejects.toMatchObject({ code: 'STORAGE', message: 'the vault is damaged' });
    }
    expect(machine.disk.names).toEqual(['vault']);
    machine.disk.plant('vault.old', vault(1));
    expect(shown(await place.load())).toBe(shown(vault(1)));
  });

  it('P5: when the vault is damaged and only the one before it is whole, then that is told, until it is vouched for', async () => {
    const { machine, place } = await machineAt(2);
    machine.disk.plant('vault', vault(2).slice(0, 99));
    machine.disk.plant('vault.old', vault(1));
    await expect(place.load()).rejects.toMatchObject(OLDER);
    expect(shown(await place.load({ acceptOlder: true }))).toBe(shown(vault(1)));
    await place.vouch(vault(1));
    await place.replace(1n, vault(3));
    expect([shown(await place.load()), ...machine.disk.names]).toEqual([shown(vault(3)), 'vault']);
  });

  it('when leftovers are there, then the next replacement leaves none', async () => {
    const { machine, place } = await machineAt(1);
    machine.disk.plant('vault.old', vault(3));
    machine.disk.plant('vault.new', new Uint8Array(10));
    expect(shown(await place.load())).toBe(shown(vault(1)));
    await place.replace(1n, vault(2));
    expect(machine.disk.names).toEqual(['vault']);
  });
});
