import { describe, expect, it } from 'vitest';
import { RegistryError } from '../../../src/index.ts';
import { readFrameConfiguration, type FrameWindow } from '../../../src/kernel/frame/index.ts';
import { statusTarget, tellStatus } from '../../../src/kernel/frame/frame-status.ts';
import { reasonOf } from '../../../src/kernel/border/index.ts';
import { APP, FakeFrameWindow, openDoor, settle } from './fixture.ts';

/** What a configuration that nobody can read is refused with: it names an origin that is listed. */
function refusalOf(json: string): unknown {
  try {
    return readFrameConfiguration(json);
  } catch (error) {
    return error;
  }
}
const FAULT = refusalOf('{"portals": ["https://portal.example"], "origins": {"https://listed.example": ["all"]}}');
const REASON = 'INVALID_INPUT: configuration.origins["https://listed.example"] must be a list of read, write, sign, inspect';

const told = (ancestors: readonly string[] | undefined, error: unknown = FAULT) => {
  const window = new FakeFrameWindow();
  tellStatus(window, statusTarget(ancestors), reasonOf('', error));
  return window.posted.map(({ message, target }) => ({ target, data: message['data'] }));
};
const status = (kernelLoaded: string): unknown => ({ loginComplete: true, kernelLoaded, logoutComplete: false });

describe('given a frame that could not start', () => {
  it('W3: when the browser tells whose page is around it, then the reason is for that alone', () => {
    expect(told([APP, 'https://other.example'])).toEqual([{ target: APP, data: status(REASON) }]);
  });

  it('W3: when the page around it is of an opaque origin, then nothing is told: it could not be addressed', () => {
    expect(told(['null', APP])).toEqual([]);
  });

  it.each([
    [FAULT, 'INVALID_INPUT: the frame could not start'],
    [new RegistryError('UNSUPPORTED', 'https://listed.example'), 'UNSUPPORTED: the frame could not start'],
    [new Error('https://listed.example'), 'WORKER_GONE: the frame could not start'],
  ])('W3: when the browser does not tell, then whoever it is hears that, and nothing that was configured (%#)', (error, kernelLoaded) => {
    expect(told(undefined, error)).toEqual([{ target: '*', data: status(kernelLoaded) }]);
  });

  it('when it is a page of its own, then nobody is told', () => {
    const posted: unknown[] = [];
    const window: FrameWindow = {
      addEventListener: () => {},
      removeEventListener: () => {},
      get parent() {
        return window as never;
      },
    };
    Object.assign(window, { postMessage: (...message: unknown[]) => posted.push(message) });
    for (const ancestors of [undefined, []]) tellStatus(window, statusTarget(ancestors), 'not yet');
    expect(posted).toEqual([]);
  });

  it('W3: when the runtime does not start, and nobody has asked, then that names nothing of the configuration either', async () => {
    const { window } = openDoor({ ancestors: null, ready: Promise.reject(FAULT) });
    await settle();
    expect(window.posted.map(({ target, message }) => ({ target, data: message['data'] }))).toEqual([
      { target: '*', data: status('not yet') },
      { target: '*', data: status('INVALID_INPUT: the frame could not start') },
    ]);
  });
});
