import type { Subscription } from 'rxjs';
import { HIGH_WATER } from '../../../actors/portal/pressure.ts';
import type { VaultHandle } from '../../../src/index.ts';
import { MESSAGE_WRITERS } from '../../../src/registry/wire/index.ts';
import { KEY_DATA } from '../../actors/vault/fixture.ts';
import { URLS } from '../portal-table.ts';
import type { Deed, VaultWish } from './deeds.ts';
import type { Stage } from './stage.ts';

const PASSWORDS = { right: 'correct horse battery staple', wrong: 'incorrect', other: 'another horse' } as const;

/** What those who do it have to remember. */
export class Doer {
  readonly #stage: Stage;
  readonly #watches = new Map<number, Subscription>();
  #revision = 0n;
  #other: ReturnType<Stage['openAnother']> | undefined;

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  async do(deed: Deed): Promise<void> {
    const { world, runtime, author } = this.#stage;
    const name = 'entry' in deed ? `entry ${deed.entry}` : '';
    const portal = 'portal' in deed ? world.portal(deed.portal) : world.portal(0);
    switch (deed.deed) {
      case 'time passes':
        return this.#stage.pass(deed.milliseconds);
      case 'the machine sleeps':
        return world.clock.sleep(deed.milliseconds);
      case 'the network':
        world.isOnline = deed.isOnline;
        return;
      case 'a portal misbehaves':
        portal.faults = deed.faults;
        return;
      case 'a portal is killed':
        return portal.kill();
      case 'a portal is back':
        portal.faults = {};
        return portal.revive();
      case 'a portal drops all':
        return portal.cut();
      case 'a portal is rolled back':
        return portal.rollBack();
      case 'a portal forgets':
        portal.forget(author.key('entry 0'));
        return portal.cut();
      case 'a portal denies':
        return portal.say(MESSAGE_WRITERS.B.missing(author.key('entry 0')) ?? '');
      case 'a portal says garbage':
        return portal.say(...Array.from({ length: 80 }, () => '[]'));
      case 'a portal repeats itself': {
        const kept = portal.get(author.key('entry 0'));
        if (kept === undefined) return;
        const text = MESSAGE_WRITERS.B.update(kept);
        return portal.say(...Array.from({ length: HIGH_WATER + 100 }, () => text));
      }
      case 'an author publishes':
        portal.put(author.entry(name, ++this.#revision, 'a word'));
        return;
      case 'watch':
        if (!this.#watches.has(deed.entry)) this.#watches.set(deed.entry, runtime.watch(author.key(name)).subscribe({ error: () => {} }));
        return;
      case 'unwatch':
        this.#watches.get(deed.entry)?.unsubscribe();
        this.#watches.delete(deed.entry);
        return;
      case 'read':
        return ignoring(runtime.read(author.key(name), { maxStaleness: deed.maxStaleness }));
      case 'write':
        return ignoring(runtime.write(author.entry(name, ++this.#revision, 'a word')));
      case 'release':
        return ignoring(runtime.actors.entries.send({ type: 'RELEASE', ...author.key(name) }));
      case 'another tab reads':
        this.#other ??= this.#stage.openAnother();
        return ignoring(this.#other.then((other) => other.read(author.key(name), { maxStaleness: 0 })));
      case 'another tab writes':
        this.#other ??= this.#stage.openAnother();
        return ignoring(this.#other.then((other) => other.write(author.entry(name, ++this.#revision, 'a word'))));
      case 'retry now':
        return runtime.retryNow();
      case 'switch to':
        return ignoring(runtime.actors.portal.send({ type: 'SWITCH_TO', url: URLS[deed.portal] ?? '' }));
      case 'the storage':
        world.storage.fault = deed.fault;
        world.storage.delay = deed.delay;
        return;
      case 'the storage is held':
        this.#stage.isStorageHeld = deed.isHeld;
        return;
      case 'the engine':
        this.#stage.engine = deed.is;
        return;
      case 'an actor is killed':
        return this.#stage.kill(deed.actor);
      case 'sockets':
        this.#stage.hasSockets = deed.canBe;
        return;
      case 'passwords take':
        this.#stage.kdf.duration = deed.milliseconds;
        return;
      case 'a vault is asked':
        return ignoring(this.#ask(deed.by === 'us' ? runtime.vault : await this.#otherVault(), deed.to, PASSWORDS[deed.password]));
      case 'a kernel asks': {
        const key = author.key(name);
        const data = deed.method === 'registryWrite' ? author.entry(name, ++this.#revision, 'a word') : key;
        return this.#stage.queries.take({ nonce: deed.nonce, domain: 'app.example', method: deed.method, data });
      }
      case 'the kernel':
        this.#stage.isHeard = deed.hears;
        return;
      case 'a kernel closes':
        return this.#stage.queries.take({ nonce: deed.nonce, method: 'queryUpdate', data: undefined });
    }
  }

  async #ask(vault: VaultHandle, to: VaultWish, password: string): Promise<unknown> {
    switch (to) {
      case 'create':
        return vault.create({ password, keyData: KEY_DATA });
      case 'unlock':
        return vault.unlock({ password });
      case 'lock':
        return this.#stage.runtime.actors.vault.send({ type: 'LOCK' });
      case 'keys':
        return vault.keys();
      case 'sign':
        return vault.sign({ key: 'device', purpose: 'message', message: new Uint8Array(1) });
      case 'export':
        return vault.exportKeyData({ password });
      case 'import':
        return vault.importKey({ name: `key ${++this.#revision}`, key: { type: 'ed25519', secret: '11'.repeat(32) } });
      case 'remove':
        return vault.removeKey({ name: 'device' });
      case 'destroy':
        return vault.destroy({ password });
      case 'change password':
        return vault.changePassword({ password, newPassword: PASSWORDS.other });
    }
  }

  /** Another tab's, on the same storage. */
  async #otherVault(): Promise<VaultHandle> {
    this.#other ??= this.#stage.openAnother();
    return (await this.#stage.world.run(this.#other)).vault;
  }

  /** Nobody wants anything any more. */
  async end(): Promise<void> {
    for (const watch of this.#watches.values()) watch.unsubscribe();
    if (this.#other !== undefined) await this.#stage.world.run(this.#other.then((other) => other.close()));
  }
}

/** Whoever asks does not wait for the answer, nor care for it. */
function ignoring(asked: Promise<unknown>): void {
  asked.catch(() => {});
}
