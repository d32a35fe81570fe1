/** @jsxImportSource preact */
import type { ComponentChildren, VNode } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import { useVirtualRows } from './virtual-rows.ts';

const ROW = 28;
const HEAD = 30;

export interface GridColumn<T> {
  readonly title: ComponentChildren;
  readonly cell: (row: T) => ComponentChildren;
}

export interface GridProps<T> {
  readonly label: string;
  /** Names the widths of its columns in the style sheet. */
  readonly name: string;
  readonly columns: readonly GridColumn<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
  readonly selected: string | undefined;
  readonly onSelect: (row: T) => void;
  /** Whether it was scrolled away from its beginning. */
  readonly onScrolled?: (isScrolled: boolean) => void;
  readonly empty: string;
}

/** A table of any length, of which only what is in sight is in the page. Arrow keys move in it, Enter selects. */
export function VirtualGrid<T>({ label, name, columns, rows, keyOf, selected, onSelect, onScrolled, empty }: GridProps<T>): VNode {
  const id = useId();
  const [active, setActive] = useState<string | undefined>(undefined);
  const { scroller, items, height, pageSize, scrollTo } = useVirtualRows(rows.length, ROW, HEAD);
  const lastIndex = useRef(-1);
  const activeIndex = indexOf(rows, keyOf, active, lastIndex.current);
  lastIndex.current = activeIndex;

  const moveTo = (index: number): void => {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))];
    if (row === undefined) return;
    setActive(keyOf(row));
    scrollTo(Math.max(0, Math.min(rows.length - 1, index)));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: pageSize, PageUp: -pageSize, Home: -Infinity, End: Infinity };
    const step = steps[event.key];
    if (step !== undefined) moveTo(activeIndex < 0 && Math.abs(step) === 1 ? 0 : activeIndex + step);
    else if (event.key !== 'Enter' && event.key !== ' ') return;
    else if (rows[activeIndex] !== undefined) onSelect(rows[activeIndex]);
    event.preventDefault();
  };
  const isInSight = items.some(({ index }) => index === activeIndex);
  return (
    <div
      class={`grid grid-${name}`}
      role="grid"
      aria-label={label}
      aria-rowcount={rows.length + 1}
      aria-activedescendant={isInSight ? `${id}-${activeIndex}` : undefined}
      tabIndex={0}
      ref={scroller}
      onKeyDown={onKeyDown}
      onScroll={({ currentTarget }) => onScrolled?.(currentTarget.scrollTop > ROW)}
    >
      <div role="rowgroup" class="grid-head">
        <div role="row" class="grid-row" aria-rowindex={1}>
          {columns.map(({ title }, i) => (
            <span role="columnheader" key={i}>
              {title}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" class="grid-body" style={{ height: `${height}px` }}>
        {items.map(({ index, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          const key = keyOf(row);
          return (
            <div
              role="row"
              key={key}
              id={`${id}-${index}`}
              class={`grid-row${index === activeIndex ? ' active' : ''}`}
              aria-rowindex={index + 2}
              aria-selected={key === selected}
              style={{ transform: `translateY(${start - HEAD}px)` }}
              onClick={() => {
                setActive(key);
                onSelect(row);
              }}
            >
              {columns.map(({ cell }, i) => (
                <span role="gridcell" key={i}>
                  {cell(row)}
                </span>
              ))}
            </div>
          );
        })}
        {rows.length === 0 ? (
          <div role="row" class="grid-empty" aria-rowindex={2}>
            <span role="gridcell">{empty}</span>
          </div>
        ) : null}
      </div>
    </div>
  );
}

/** Rows come and go above it, so that it is mostly near where it was. */
function indexOf<T>(rows: readonly T[], keyOf: (row: T) => string, key: string | undefined, near: number): number {
  if (key === undefined) return -1;
  for (let i = Math.max(0, near); i < Math.min(rows.length, near + 64); i++) if (keyOf(rows[i] as T) === key) return i;
  return rows.findIndex((row) => keyOf(row) === key);
}
