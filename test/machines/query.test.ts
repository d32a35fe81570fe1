import { describe, expect, it } from 'vitest';
import { createActor } from 'xstate';
import { queryMachine, type QueryEmitted } from '../../machines/query.ts';
import { openQueryBench } from './query-bench.ts';
import { INPUT } from './query-table.ts';
import { queryWalk } from './query-walk.ts';
import { StepClock } from './step-clock.ts';
import { walkTable } from './walk.ts';

walkTable('the query machine', { machine: queryMachine, walk: queryWalk, open: openQueryBench });

describe('a query', () => {
  it('Q4: given a write that is accepted late and does not spread, when `queryDeadline` has passed, then what was accepted is answered: `fanout` does not begin a term of its own', () => {
    const clock = new StepClock();
    const told: QueryEmitted[] = [];
    const actor = createActor(queryMachine, { input: INPUT, clock });
    actor.on('*', (emitted) => told.push(emitted));
    actor.start();
    actor.send({ type: 'ASKED', method: 'writeEntry', kind: 'once' });
    clock.pass(INPUT.queryDeadline - 1);
    actor.send({ type: 'ACCEPTED', data: { success: true } });
    expect(told).toEqual([]);
    clock.pass(1);
    expect(told).toEqual([{ type: 'ANSWERED', data: { success: true } }]);
    expect(clock.waits).toEqual([]);
  });

  it('Q4: given a subscription that is open, when any time has passed, then it is open', () => {
    const clock = new StepClock();
    const actor = createActor(queryMachine, { input: INPUT, clock }).start();
    actor.send({ type: 'ASKED', method: 'registrySubscribe', kind: 'subscription' });
    expect(clock.waits).toEqual([INPUT.queryDeadline]);
    actor.send({ type: 'OPENED' });
    expect(clock.waits).toEqual([]);
    expect(actor.getSnapshot().value).toBe('open');
    actor.stop();
  });
});
