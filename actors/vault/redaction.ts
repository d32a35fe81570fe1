import type { InspectionEvent } from '../../src/link/index.ts';

/**
 * What an inspector sees of the vault: types of events, states, numbers and yes or no. The machine is told no secret; this holds as well for what it may be told one
 * day, and for the words of an error.
 */
export function redactVault(event: InspectionEvent): InspectionEvent {
  switch (event.type) {
    case '@xstate.actor':
      return { ...event, snapshot: plainSnapshot(event.snapshot) };
    case '@xstate.event':
      return { ...event, event: plainEvent(event.event) };
    case '@xstate.snapshot':
      return { ...event, event: plainEvent(event.event), snapshot: plainSnapshot(event.snapshot) };
  }
}

/** What the storage is said to hold; the only word among what an event brings. */
const STANDS: readonly unknown[] = ['nothing', 'vault', 'unknown'];

const plainEvent = (event: { readonly type: string }): { readonly type: string } => ({ ...plain(event), type: event.type });

function plainSnapshot(snapshot: unknown): unknown {
  const { status, value, context } = snapshot as { readonly status?: unknown; readonly value?: unknown; readonly context?: unknown };
  return { status, value, context: plain(context) };
}

function plain(record: unknown): object {
  const fields = typeof record === 'object' && record !== null ? Object.entries(record) : [];
  return Object.fromEntries(fields.filter(([, value]) => typeof value === 'number' || typeof value === 'boolean' || STANDS.includes(value)));
}
