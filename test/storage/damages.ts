/** What can have become of a data file of LMDB's that a program must not open: it would end by a signal. */
export const DAMAGES: readonly [what: string, damage: (file: Buffer) => Uint8Array][] = [
  ['garbage', () => Buffer.from('garbage '.repeat(2_500))],
  ['zeros', (file) => new Uint8Array(file.length)],
  ['cut within the first page', (file) => file.subarray(0, 100)],
  ['cut after the first page', (file) => file.subarray(0, 4_096)],
  ['cut after the meta pages', (file) => file.subarray(0, 8_192)],
  ['cut within the third page', (file) => file.subarray(0, 9_000)],
  ['a damaged second page', (file) => Buffer.concat([file.subarray(0, 4_096), Buffer.alloc(4_096, 90), file.subarray(8_192)])],
];
