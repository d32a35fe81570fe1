/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';

/** A JSON value to open and close, level by level. */
export function JsonTree({ name, value, isOpen = true }: { readonly name: string; readonly value: unknown; readonly isOpen?: boolean }): VNode {
  const [open, setOpen] = useState(isOpen);
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0) {
    return (
      <div class="json-leaf">
        <span class="json-name">{name}</span> <span class={`json-${value === null ? 'null' : typeof value}`}>{leafText(value)}</span>
      </div>
    );
  }
  return (
    <details class="json-branch" open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <span class="json-name">{name}</span> <span class="json-size">{Array.isArray(value) ? `[${value.length}]` : `{${Object.keys(value).length}}`}</span>
      </summary>
      {open ? Object.entries(value).map(([key, item]) => <JsonTree key={key} name={key} value={item} isOpen={false} />) : null}
    </details>
  );
}

function leafText(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (typeof value === 'string') return value === '' ? '""' : value;
  return JSON.stringify(value);
}
