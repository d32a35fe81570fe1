import { BehaviorSubject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { VaultHandle, VaultState } from '../../../src/index.ts';
import { FrameView } from '../../../src/kernel/frame/frame-view.ts';

/** What the user sees of a vault that is a test's. */
function openView() {
  const root = document.createElement('main');
  const state$ = new BehaviorSubject<VaultState>('locked');
  const view = new FrameView({ root, vault: () => Promise.resolve({ state$ } as unknown as VaultHandle), allowed: () => Promise.resolve([]), withdraw: () => Promise.resolve() });
  return { root, view, button: (id: string) => root.querySelector<HTMLButtonElement>(`#${id}`) };
}

describe('given the view of the vault', () => {
  it('when the frame is a page of its own, then nothing offers to be done with it: there is nothing to go back to', () => {
    const { view, button, root } = openView();
    const close = view.manage();
    expect([button('stop'), button('go')?.textContent, root.hidden]).toEqual([null, 'Open', false]);
    close();
  });

  it('when a page shows it, then the user can be done with it', () => {
    const { view, button, root } = openView();
    let dones = 0;
    const close = view.manage(() => dones++);
    expect(button('stop')?.textContent).toBe('Done');
    button('stop')?.click();
    expect(dones).toBe(1);
    close();
    expect([root.hidden, root.childElementCount]).toEqual([true, 0]);
  });
});
