import { expect, it } from 'vitest';
import { spawnActor } from '../../src/link/index.ts';
import { workerFile } from './fixture/workers.ts';

it('a worker of another version that does not look at its client’s is refused all the same (L16)', async () => {
  await expect(spawnActor(await workerFile('careless'), { name: 'careless', input: undefined })).rejects.toMatchObject({
    code: 'UNSUPPORTED',
    message: 'the worker is of version link 0, its client of version link 3',
  });
});
