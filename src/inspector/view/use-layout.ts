import { useEffect, useState } from 'preact/hooks';
import type { Layouts } from '../chart/layout.ts';
import { statechartOf } from '../chart/statechart.ts';

type Kind = 'of' | 'glances';
type Made<K extends Kind> = Awaited<ReturnType<Layouts[K]>>;

/** The layout of a machine, once it is there; of what has no states there is none. */
export function useLayout<K extends Kind>(definition: string, layouts: Layouts, kind: K): Made<K> | 'failed' | undefined {
  const [laid, setLaid] = useState<{ readonly of: string; readonly laid: Made<K> | 'failed' } | undefined>(undefined);
  useEffect(() => {
    let isWanted = true;
    const settle = (found: Made<K> | 'failed'): void => {
      if (isWanted) setLaid({ of: definition, laid: found });
    };
    if (statechartOf(definition).states.length > 1) (layouts[kind](definition) as Promise<Made<K>>).then(settle, () => settle('failed'));
    return () => {
      isWanted = false;
    };
  }, [definition, layouts, kind]);
  return laid?.of === definition ? laid.laid : undefined;
}
