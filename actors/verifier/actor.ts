import { Caller, channelLike, defineActor, serve, type Port, type Serving } from '../../src/link/index.ts';
import { Verdict } from '../../src/registry/index.ts';
import type { ActorWorld } from '../world.ts';
import { VerifierHost } from './host.ts';
import type { FindingsService, VerdictService } from './service.ts';

/** The verifier actor: reports in, findings out, in order. */
export function makeVerifierActor(world: Pick<ActorWorld, 'clock' | 'scheduler'>, verdict: Pick<Verdict, 'engine' | 'verify'> = new Verdict()) {
  const host = new VerifierHost(world, verdict);
  let verdicts: Serving | undefined;

  const offerVerdicts = (asker: Caller<FindingsService>, port: Port): Serving => {
    const [near, far] = channelLike(port);
    const service: VerdictService = { calls: { verify: host.verify } };
    const serving = serve(near, service);
    asker.call('verdicts', far, { transfer: [far] }).catch(() => {}); // one that is gone asks nothing; its successor is offered another
    return serving;
  };

  const definition = defineActor({
    name: 'verifier',
    logic: host.logic,
    onPort(name, port, actor) {
      if (name !== 'entries') {
        host.attach(actor);
        serve(port, host.service);
        return;
      }
      const connection = new Caller<FindingsService>(port, { clock: world.clock, deadline: Infinity });
      host.connectEntries(connection);
      verdicts?.close();
      verdicts = offerVerdicts(connection, port);
    },
  });
  return { definition, input: undefined };
}
