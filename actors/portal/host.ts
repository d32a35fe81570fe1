import type { PortalContext, PortalEvent } from '../../machines/portal.ts';
import { ranking } from '../../machines/ranking.ts';
import { RegistryError, toWire } from '../../src/error.ts';
import type { Outlet, Peer } from '../../src/link/index.ts';
import type { Policy } from '../../src/policy.ts';
import { keyNamed } from '../../src/registry/index.ts';
import { Deadlines } from '../../src/deadlines.ts';
import { elapsedOn } from '../../src/world.ts';
import type { Report } from '../report.ts';
import type { VerifierService } from '../verifier/service.ts';
import type { ActorWorld } from '../world.ts';
import { Conduct } from './conduct.ts';
import { Exchange } from './exchange.ts';
import { Gate } from './gate.ts';
import { Hedging } from './hedging.ts';
import { Inquiry } from './inquiry.ts';
import { Pressure } from './pressure.ts';
import { RegistryClient, type AskOutcome, type PortalAddress } from './registry-client.ts';
import type { PortalCommand, PortalService } from './service.ts';
import { Wakefulness } from './wakefulness.ts';
import { Wanted } from './wanted.ts';

/** Questions to one portal that line up before more wait elsewhere: as many as it may answer until the next hedge. */
const CROWD = 1_024;

/** The portal actor's machine, as its host uses it. */
interface PortalMachine {
  send(event: PortalEvent): void;
  getSnapshot(): { readonly status: string; readonly context: PortalContext };
  subscribe(observer: { complete(): void; error(): void }): unknown;
}

/** What the portal actor does besides its machine: what is wanted, what is being asked, and who is told of the answers. */
export class PortalHost {
  readonly wanted = new Wanted();
  readonly pressure = new Pressure();
  readonly conduct: Conduct;

  readonly #world: ActorWorld;
  readonly #portals: readonly PortalAddress[];
  readonly #policy: Policy;
  readonly #client: RegistryClient;
  readonly #inquiries = new Map<number, Inquiry>();
  readonly #hedging: Hedging<Inquiry>;
  readonly #graces: Deadlines<Inquiry>;
  /** Whether the live connection was seen to answer subscriptions, so that entries need not be asked for as well. */
  #isAnswering = false;
  /** When it last did. */
  #answeredAt = -Infinity;
  /** When each last answered over HTTP. */
  readonly #heardAt = new Map<PortalAddress, number>();
  /** One for each verifier; an entry's reports always take the same way, so that they stay in order. */
  readonly #verifiers: ({ readonly connection: Peer<VerifierService>; readonly reports: Outlet<Report> } | undefined)[];
  /** Those that were said to be connected, by their numbers: a verifier that dies may take it along. */
  readonly #connections = new Map<number, Extract<Report, { kind: 'connected' }>>();
  /** The end that was told last: it may have been lost the same way. */
  #ended: Extract<Report, { kind: 'disconnected' }> | undefined;
  /** One for each portal: ten thousand connections at once would be refused, by it or by this machine. */
  readonly #gates: ReadonlyMap<PortalAddress, Gate>;
  readonly #wakefulness: Wakefulness;
  #machine: PortalMachine | undefined;

  constructor(world: ActorWorld, portals: readonly PortalAddress[], policy: Policy) {
    this.#world = world;
    this.#portals = portals;
    this.#policy = policy;
    this.#verifiers = Array.from({ length: policy.verifiers }, () => undefined);
    this.#gates = new Map(portals.map((portal) => [portal, new Gate(policy.questions)]));
    this.#hedging = new Hedging(world.clock, policy.hedgeDelay);
    this.#wakefulness = new Wakefulness(world.clock, policy.livenessInterval, () => this.#send({ type: 'WOKE' }));
    const offended = (report: Extract<Report, { kind: 'offended' }>): void => {
      this.#send({ type: 'OFFENDED', url: report.portal, offence: report.offence });
      this.report(report);
    };
    this.conduct = new Conduct(world.clock, policy, () => this.wanted.size, offended);
    this.#graces = new Deadlines(world.clock, policy.absenceGrace, () => this.#graces.takeDue().forEach((inquiry) => inquiry.giveUp()));
    const { answerBytes, readDeadline, writeDeadline } = policy;
    const limits = { answerBytes, deadline: readDeadline, writeDeadline, lookupSeconds: Math.min(300, Math.max(1, Math.floor(readDeadline / 1000))) };
    this.#client = new RegistryClient(new Exchange(world.fetch, world.clock), limits, this.conduct, world.random);
  }

  /** What the entries actor may ask for. */
  readonly service: PortalService = {
    pipes: {
      commands: (commands) => {
        for (const command of commands) this.#obey(command);
      },
    },
    calls: {
      post: async ({ url, entry, replaces }) => {
        try {
          // What a portal in quarantine says that it stored is worth nothing.
          if (!this.#usable().some((portal) => portal.url === url)) throw quarantined(url);
          return await this.#client.post(this.addressOf(url), entry, replaces);
        } catch (error) {
          return { kind: 'failed', error: toWire(error) };
        }
      },
    },
  };

  /** Where events for the machine go, and what it knows of the portals. */
  attach(machine: PortalMachine): void {
    this.#machine = machine;
    const end = this.#world.network.listen((isOnline) => this.#send({ type: isOnline ? 'ONLINE' : 'OFFLINE' }));
    const ended = (): void => {
      end();
      this.#wakefulness.rest();
    };
    machine.subscribe({ complete: ended, error: ended });
  }

  #send(event: PortalEvent): void {
    if (this.#machine?.getSnapshot().status === 'active') this.#machine.send(event);
  }

  /** The portals that may be asked, best first. */
  #usable(): readonly PortalAddress[] {
    if (this.#machine === undefined) return this.#portals;
    const { portals, preferred } = this.#machine.getSnapshot().context;
    return ranking(portals, preferred).flatMap((i) => this.#portals[i] ?? []);
  }

  /** @param index which of the verifiers; one that was replaced takes the place of its predecessor */
  addVerifier(index: number, connection: Peer<VerifierService>): void {
    this.#verifiers[index]?.connection.close();
    const reports = connection.pipe('reports', this.#world.scheduler, (waiting) => this.pressure.note(index, waiting));
    this.#verifiers[index] = { connection, reports };
    this.pressure.note(index, 0);
    for (const connected of this.#connections.values()) reports.push(connected);
    if (this.#ended !== undefined) reports.push(this.#ended);
  }

  /** Forgets what the entries actor wanted: another one took its place. */
  reset(): void {
    for (const inquiry of this.#inquiries.values()) inquiry.end();
    this.#inquiries.clear();
    for (const { name } of this.wanted) this.wanted.delete(name);
    this.#unwanted();
  }

  #unwanted(): void {
    this.#send({ type: 'UNWANTED' });
    this.#wakefulness.rest();
  }

  setAnswering(isAnswering: boolean): void {
    this.#isAnswering = isAnswering;
    if (isAnswering) this.#answeredAt = elapsedOn(this.#world.clock);
  }

  addressOf(url: string): PortalAddress {
    const portal = this.#portals.find((address) => address.url === url);
    if (portal === undefined) throw new RangeError('there is no such portal');
    return portal;
  }

  readonly report = (report: Report): void => {
    if ('name' in report) return this.#verifierOf(report.name)?.push(report);
    // Everybody hears of a connection, and one of an offence.
    if (report.kind === 'offended') return this.#verifiers[0]?.reports.push(report);
    if (report.kind === 'connected') this.#connections.set(report.connection, report);
    else {
      this.#connections.delete(report.connection);
      this.#ended = report;
    }
    for (const verifier of this.#verifiers) verifier?.reports.push(report);
  };

  #verifierOf(name: string): Outlet<Report> | undefined {
    return this.#verifiers[(name.charCodeAt(0) ^ name.charCodeAt(32)) % this.#policy.verifiers]?.reports;
  }

  #obey(command: PortalCommand): void {
    switch (command.kind) {
      case 'want':
        // Wanted again: what was pushed before got lost on its way, and is to be pushed anew.
        if (this.wanted.find(command.name) !== undefined) return this.wanted.renew(command.name);
        this.wanted.add(command.name);
        this.#wakefulness.watch();
        return this.#send({ type: 'WANTED' });
      case 'unwant':
        this.wanted.delete(command.name);
        this.conduct.noteUnsubscribed();
        return this.wanted.size === 0 ? this.#unwanted() : undefined;
      case 'ask':
        return this.#ask(command);
      case 'go on':
        return this.#inquiries.get(command.inquiry)?.goOn();
      case 'settle':
        return this.#settle(command.inquiry);
      case 'lagging':
        return this.#send({ type: 'LAGGING', url: command.portal });
      case 'caught up':
        return this.#send({ type: 'CAUGHT_UP', url: command.portal });
      case 'blame':
        return this.#send({ type: 'OFFENDED', url: command.portal, offence: command.offence });
    }
  }

  #settle(number: number): void {
    const inquiry = this.#inquiries.get(number);
    if (inquiry === undefined) return;
    inquiry.end();
    this.#inquiries.delete(number);
    const wanted = this.wanted.find(inquiry.name);
    if (wanted?.inquiry === inquiry) wanted.inquiry = undefined;
  }

  #ask({ inquiry: number, name, only, isNew }: Extract<PortalCommand, { kind: 'ask' }>): void {
    const usable = this.#usable();
    const portals = only === undefined ? usable : usable.filter(({ url }) => url === only);
    if (only !== undefined && portals.length === 0) this.report({ kind: 'failed', portal: only, inquiry: number, name, error: toWire(quarantined(only)) });
    const inquiry = new Inquiry(number, name, portals, {
      clock: this.#world.clock,
      hedges: this.#hedging,
      graces: this.#graces,
      ask: (portal, asked, signal, sent) => {
        const questioned = this.#gates.get(portal)?.pass(signal, async () => {
          // It may have been put there while the question lined up.
          if (!this.#usable().includes(portal)) throw quarantined(portal.url);
          sent();
          return this.askPortal(portal, asked, signal);
        });
        return questioned ?? Promise.reject(new RangeError('there is no such portal'));
      },
      report: (report) => {
        this.report(report);
        if (report.kind === 'concluded') this.#settle(number);
      },
      hasAnsweredLately: () => elapsedOn(this.#world.clock) - this.#answeredAt < this.#policy.hedgeDelay,
      isResponsive: (portal) => elapsedOn(this.#world.clock) - (this.#heardAt.get(portal) ?? -Infinity) < this.#policy.hedgeDelay,
      isCrowded: (portal) => (this.#gates.get(portal)?.queue ?? 0) >= CROWD,
      onSilence: () => this.setAnswering(false),
    });
    this.#inquiries.set(number, inquiry);
    const wanted = this.wanted.find(name);
    // A word that was called for earlier may have been said before the question arose.
    const isPushSoon = isNew && wanted?.isAwaited === true && wanted.inquiry === undefined && this.#isAnswering && !this.pressure.isFull;
    const newest = [...this.#connections.values()].at(-1);
    if (!isPushSoon || newest === undefined) return inquiry.begin();
    wanted.inquiry = inquiry;
    inquiry.beginWithPush(newest.portal);
  }

  /** One question to one portal, now. */
  readonly askPortal = async (portal: PortalAddress, name: string, signal: AbortSignal): Promise<AskOutcome> => {
    const { clock } = this.#world;
    const begun = elapsedOn(clock);
    const outcome = await this.#client.ask(portal, keyNamed(name), signal);
    const milliseconds = Math.max(0, elapsedOn(clock) - begun);
    this.#heardAt.set(portal, elapsedOn(clock));
    this.#hedging.note(portal.url, milliseconds);
    this.#send({ type: 'MEASURED', url: portal.url, milliseconds });
    return outcome;
  };
}

const quarantined = (portal: string): RegistryError => new RegistryError('UNREACHABLE', 'the portal is in quarantine', { portal });
