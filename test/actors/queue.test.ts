import { array, assert, constant, nat, oneof, property } from 'fast-check';
import { expect, it } from 'vitest';
import { Queue } from '../../actors/queue.ts';

it('a Queue does what an array does', () => {
  assert(
    property(array(oneof(nat(), constant('shift' as const))), (steps) => {
      const queue = new Queue<number>();
      const model: number[] = [];
      for (const step of steps) {
        if (step === 'shift') expect(queue.shift()).toBe(model.shift());
        else {
          queue.push(step);
          model.push(step);
        }
        expect(queue.length).toBe(model.length);
      }
    }),
  );
});
