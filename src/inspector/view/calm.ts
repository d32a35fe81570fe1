import { useEffect, useRef, useState } from 'preact/hooks';

/** How often a screen reader is told of a change at most, in milliseconds. */
const PAUSE = 2_000;

/** A text that changes less often than the one it follows, for what is read aloud; its last word arrives. */
export function useCalm(text: string): string {
  const [said, setSaid] = useState(text);
  const newest = useRef(text);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  newest.current = text;
  useEffect(() => {
    if (text === said || timer.current !== undefined) return;
    timer.current = setTimeout(() => {
      timer.current = undefined;
      setSaid(newest.current);
    }, PAUSE);
  }, [text, said]);
  useEffect(() => () => clearTimeout(timer.current), []);
  return said;
}
