/** @jsxImportSource preact */
import type { ComponentChildren, VNode } from 'preact';
import { useId, useRef } from 'preact/hooks';

export interface Tab<Name extends string> {
  readonly name: Name;
  readonly title: string;
  /** How many there are of what it shows. */
  readonly count?: number;
}

/** Tabs as the ARIA patterns have them: Tab reaches the chosen one, arrow keys choose. */
export function Tabs<Name extends string>({ tabs, chosen, onChoose, children }: { readonly tabs: readonly Tab<Name>[]; readonly chosen: Name; readonly onChoose: (name: Name) => void; readonly children: ComponentChildren }): VNode {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent): void => {
    const current = tabs.findIndex(({ name }) => name === chosen);
    const next = { ArrowRight: current + 1, ArrowLeft: current - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const index = (next + tabs.length) % tabs.length;
    const tab = tabs[index];
    if (tab === undefined) return;
    onChoose(tab.name);
    list.current?.querySelectorAll<HTMLElement>('[role=tab]')[index]?.focus();
  };
  return (
    <>
      <div class="tabs" role="tablist" aria-label="What to look at" ref={list} onKeyDown={onKeyDown}>
        {tabs.map(({ name, title, count }) => (
          <button type="button" role="tab" key={name} id={`${id}-${name}`} aria-selected={name === chosen} aria-controls={`${id}-panel`} tabIndex={name === chosen ? 0 : -1} onClick={() => onChoose(name)}>
            {title}{' '}
            {count === undefined ? null : <span class="count">{count.toLocaleString('en')}</span>}
          </button>
        ))}
      </div>
      <div class="panel" role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${chosen}`}>
        {children}
      </div>
    </>
  );
}
