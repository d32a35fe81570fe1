import ELK from 'elkjs/lib/elk.bundled.js';
import { describe, expect, it } from 'vitest';
import { Layouts, type Box, type LayoutEngine } from '../../src/inspector/chart/layout.ts';
import { toDisplayJson } from '../../src/link/actor/display.ts';
import { MACHINES } from '../../src/inspect/documents.ts';

const machines = MACHINES.map((machine) => [machine.id, machine] as const);
const layouts = new Layouts(() => new ELK());
const overlap = (a: Box, b: Box): boolean => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
const isWithin = (inner: Box, outer: Box): boolean => inner.x >= outer.x && inner.y >= outer.y && inner.x + inner.width <= outer.x + outer.width && inner.y + inner.height <= outer.y + outer.height;

describe.each(machines)('the %s machine, laid out', (_name, machine) => {
  it.each([0, 1, 2])('has every state in the one around it, beside its siblings, and every arrow from its state to its state (whole, and at a glance: %i)', async (kind) => {
    const definition = toDisplayJson(machine.config);
    const laid = [await layouts.of(definition), ...(await layouts.glances(definition))][kind] ?? expect.unreachable();
    const boxes = new Map(laid.boxes.map((box) => [box.state.id, box]));
    expect([...boxes.keys()].toSorted()).toEqual(laid.chart.states.map(({ id }) => id).toSorted());
    for (const box of laid.boxes) {
      const parent = boxes.get(box.state.parent ?? 'none');
      if (parent !== undefined) expect({ state: box.state.id, isWithin: isWithin(box, parent) }).toEqual({ state: box.state.id, isWithin: true });
      for (const other of laid.boxes) if (other !== box && other.state.parent === box.state.parent) expect({ a: box.state.id, b: other.state.id, overlap: overlap(box, other) }).toEqual({ a: box.state.id, b: other.state.id, overlap: false });
      expect(isWithin(box, { x: 0, y: 0, width: laid.width, height: laid.height })).toBe(true);
    }
    for (const { id, source, target, points, label } of laid.arrows) {
      const [from, to] = [boxes.get(source), boxes.get(target)];
      const [first, last] = [points[0], points.at(-1)];
      const touches = (box: Box | undefined, point: { x: number; y: number } | undefined): boolean => box !== undefined && point !== undefined && isWithin({ ...point, width: 0, height: 0 }, { x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2 });
      expect({ id, from: touches(from, first), to: touches(to, last) }).toEqual({ id, from: true, to: true });
      if (kind === 0) expect(label?.width).toBeGreaterThan(0);
      else expect(label).toBeUndefined();
    }
    expect(laid.dots).toHaveLength(laid.chart.states.filter(({ initial }) => initial !== undefined).length);
    expect(laid.beginnings).toHaveLength(laid.dots.length);
  });
});

/** An engine that says how often it was asked. */
const counting = (): { engine: LayoutEngine; count: () => number } => {
  let asked = 0;
  const elk = new ELK();
  return { engine: { layout: (graph) => (asked++, elk.layout(graph)) }, count: () => asked };
};

describe('layouts', () => {
  it('are made once for a machine, and of many machines the last are kept', async () => {
    const { engine, count } = counting();
    const made = new Layouts(() => engine);
    const [a, b] = await Promise.all([made.of('{"id":"a"}'), made.of('{"id":"a"}')]);
    expect(a).toBe(b);
    expect(count()).toBe(1);
    for (let i = 0; i < 40; i++) await made.of(`{"id":"m${i}"}`);
    await made.of('{"id":"m39"}');
    expect(count()).toBe(41);
    await made.of('{"id":"a"}');
    expect(count()).toBe(42);
  });

  it('that failed are tried again', async () => {
    let isBroken = true;
    const elk = new ELK();
    const made = new Layouts(() => ({ layout: (graph) => (isBroken ? Promise.reject(new Error('no worker')) : elk.layout(graph)) }));
    await expect(made.of('{"id":"a"}')).rejects.toThrow('no worker');
    isBroken = false;
    expect((await made.of('{"id":"a"}')).boxes).toHaveLength(1);
  });
});
