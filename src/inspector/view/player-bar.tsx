/** @jsxImportSource preact */
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { SPEEDS, type Player } from '../recording.ts';
import { clockText } from './text.ts';

/** What plays a recording. @param onChange told when it shows something else, or is to be drawn anew */
export function PlayerBar({ player, onChange }: { readonly player: Player; readonly onChange: () => void }): VNode {
  const last = useRef<number | undefined>(undefined);
  const { isPlaying, position, length, time, speed } = player;
  useEffect(() => {
    if (!isPlaying) return undefined;
    let frame = 0;
    const pass = (now: number): void => {
      player.pass(now - (last.current ?? now));
      last.current = now;
      onChange();
      frame = requestAnimationFrame(pass);
    };
    frame = requestAnimationFrame(pass);
    return () => {
      cancelAnimationFrame(frame);
      last.current = undefined;
    };
  }, [isPlaying, player, onChange]);
  const act = (action: () => void) => () => {
    action();
    onChange();
  };
  // At an end, a step leads nowhere: a button that was disabled would lose the focus of whoever pressed it last.
  return (
    <div class="player" role="group" aria-label="Recording">
      <button type="button" onClick={act(() => player.seek(0))} aria-label="To the beginning">
        <Icon path={ICONS.first} />
      </button>
      <button type="button" onClick={act(() => (player.pause(), player.seek(player.position - 1)))} aria-label="One step back" aria-disabled={position === 0}>
        <Icon path={ICONS.back} />
      </button>
      <button type="button" class="play" onClick={act(() => (isPlaying ? player.pause() : player.play()))}>
        {isPlaying ? 'Pause' : 'Play'}
      </button>
      <button type="button" onClick={act(() => (player.pause(), player.seek(player.position + 1)))} aria-label="One step" aria-disabled={position === length}>
        <Icon path={ICONS.step} />
      </button>
      <button type="button" onClick={act(() => player.seek(length))} aria-label="To the end">
        <Icon path={ICONS.last} />
      </button>
      <input type="range" min={0} max={length} value={position} aria-label="Place in the recording" aria-valuetext={`report ${position} of ${length}`} onInput={({ currentTarget }) => act(() => player.seek(Number(currentTarget.value)))()} />
      <span class="place">
        {position.toLocaleString('en')} / {length.toLocaleString('en')}
        <span class="muted"> {time === undefined ? '' : clockText(time)}</span>
      </span>
      <label>
        <span>Speed</span>
        <select value={String(speed)} onChange={({ currentTarget }) => act(() => (player.speed = Number(currentTarget.value)))()}>
          {SPEEDS.map((one) => (
            <option key={one} value={String(one)}>
              {one} ×
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}

const ICONS = { first: 'M2 2h2v10H2zM12 2v10L5 7z', back: 'M11 2v10L4 7z', step: 'M3 2v10l7-5z', last: 'M10 2h2v10h-2zM2 2v10l7-5z' } as const;

const Icon = ({ path }: { readonly path: string }): VNode => (
  <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
    <path d={path} />
  </svg>
);
