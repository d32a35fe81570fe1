import { Observable } from 'rxjs';
import { describe, expectTypeOf, it } from 'vitest';
import type { RegistryError } from '../../src/error.ts';
import { conflate, spawnActor, type ActorLink, type Connection, type Port } from '../../src/link/index.ts';
import type { counterActor } from './fixture/counter.ts';

const service = {
  calls: {
    sign: (input: { readonly key: string }) => new Uint8Array(input.key.length),
    keys: () => Promise.resolve(['device']),
    find: (_name?: string) => 1n,
  },
  streams: {
    numbers: (count: number) => new Observable<bigint>((subscriber) => subscriber.next(BigInt(count))),
    states: () => conflate(new Observable<'locked' | 'unlocked'>()),
  },
};
declare const connection: Connection<typeof service>;
declare const link: ActorLink<typeof counterActor>;

describe('a connection', () => {
  it('takes input and gives output as the service does', () => {
    expectTypeOf(connection.call('sign', { key: 'k' })).toEqualTypeOf<Promise<Uint8Array<ArrayBuffer>>>();
    expectTypeOf(connection.call('keys')).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(connection.call('find')).toEqualTypeOf<Promise<bigint>>();
    expectTypeOf(connection.call('keys', undefined, { deadline: 5 })).toEqualTypeOf<Promise<string[]>>();
    // @ts-expect-error a call of another name
    void connection.call('nope');
    // @ts-expect-error an input of another type
    void connection.call('sign', { key: 1 });
    // @ts-expect-error an input is missing
    void connection.call('sign');
  });

  it('streams what the service does', () => {
    expectTypeOf(connection.stream('numbers', 3)).toEqualTypeOf<Observable<bigint>>();
    expectTypeOf(connection.stream('states')).toEqualTypeOf<Observable<'locked' | 'unlocked'>>();
    // @ts-expect-error a call is no stream
    void connection.stream('keys');
    // @ts-expect-error an input is missing
    void connection.stream('numbers');
  });

  it('of a service without streams has none', () => {
    expectTypeOf<Parameters<Connection<{ calls: { a: () => void } }>['stream']>[0]>().toEqualTypeOf<never>();
  });
});

describe('a link', () => {
  it('follows the logic of its actor', () => {
    expectTypeOf(link.snapshot()).resolves.toHaveProperty('context').toEqualTypeOf<{ readonly count: bigint; readonly names: Map<string, Uint8Array> }>();
    expectTypeOf(link.emitted$).toEqualTypeOf<Observable<{ readonly type: 'COUNTED'; readonly count: bigint }>>();
    expectTypeOf(link.gone).toEqualTypeOf<Promise<RegistryError>>();
    void link.send({ type: 'ADD', by: 1n });
    // @ts-expect-error a payload of another type
    void link.send({ type: 'ADD', by: 1 });
    // @ts-expect-error an event of another type
    void link.send({ type: 'SUBTRACT' });
  });

  it('follows the service of its actor', () => {
    expectTypeOf(link.call('double', 1n)).toEqualTypeOf<Promise<bigint>>();
    expectTypeOf(link.stream('numbers', 1)).toEqualTypeOf<Observable<number>>();
    // @ts-expect-error an input of another type
    void link.call('double', 1);
    // @ts-expect-error a call of another name
    void link.call('halve', 1n);
  });

  it('is spawned with the input of its actor', () => {
    expectTypeOf(spawnActor<typeof counterActor>).returns.resolves.toEqualTypeOf<ActorLink<typeof counterActor>>();
    // @ts-expect-error an input of another type
    void spawnActor<typeof counterActor>('w.js', { name: 'counter', input: { from: 1 } });
  });
});

describe('a port', () => {
  it('is what a MessagePort is', () => {
    expectTypeOf<MessagePort>().toExtend<Port>();
  });
});
