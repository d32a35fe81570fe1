/** An entry of the second version of IntersectionObserver, where a browser has it. */
interface SightEntry extends IntersectionObserverEntry {
  readonly isVisible?: boolean;
}

/**
 * Tells whether the whole of an element is in sight of the window at the top, and, where the browser tells that, nothing covers it or makes it see-through. A pointer that comes in from outside
 * begins anew: what is moved under a resting hand was not aimed at.
 */
export function watchSight(watched: Element, tell: (isShown: boolean) => void): { again(): void; end(): void } {
  let isShown = false;
  const observer = new IntersectionObserver(
    (entries) => {
      const { isIntersecting, intersectionRatio, isVisible = true } = (entries.at(-1) ?? {}) as Partial<SightEntry>;
      isShown = isIntersecting === true && intersectionRatio === 1 && isVisible;
      tell(isShown);
    },
    { threshold: [0, 0.5, 1], trackVisibility: true, delay: 100 } as IntersectionObserverInit,
  );
  const again = (): void => {
    tell(false);
    tell(isShown);
  };
  // A finger comes in with each touch.
  const onEnter = ({ pointerType }: PointerEvent): void => {
    if (pointerType === 'mouse') again();
  };
  document.documentElement.addEventListener('pointerenter', onEnter);
  observer.observe(watched);
  return {
    again,
    end: () => {
      observer.disconnect();
      document.documentElement.removeEventListener('pointerenter', onEnter);
    },
  };
}
