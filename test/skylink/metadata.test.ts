import { describe, expect, it } from 'vitest';
import { formatMetadata, readMetadata, type FileMetadata } from '../../src/skylink/index.ts';
import { fileOf, SKYFILES } from './vectors.ts';

const read = (text: string, fileBytes = 100) => readMetadata(new TextEncoder().encode(text), fileBytes);

describe('given metadata', () => {
  it.each(SKYFILES.filter(({ metadata }) => metadata.startsWith('{"filename"')))('when it is read and written again ($name), then no letter is another one', ({ metadata, file }) => {
    expect(formatMetadata(read(metadata, fileOf(file).length))).toBe(metadata);
  });

  it('when it has everything there is, then it is written in the order of the fields, and read again', () => {
    const metadata: FileMetadata = {
      filename: 'site',
      length: 3,
      mode: 0o640,
      subfiles: new Map([
        ['b/index.html', { filename: 'b/index.html', contentType: 'text/html', mode: 0o644, offset: 1, length: 2 }],
        ['a', { filename: 'a', offset: 0, length: 1 }],
      ]),
      defaultPath: '/b/index.html',
      disableDefaultPath: true,
      tryFiles: ['index.html', '/b/index.html'],
      errorPages: new Map([
        [500, '/b/index.html'],
        [404, '/a'],
      ]),
    };
    const text = formatMetadata(metadata);
    expect(text).toBe(
      '{"filename":"site","length":3,"mode":416,"subfiles":{"a":{"filename":"a","len":1},"b/index.html":{"mode":420,"filename":"b/index.html","contenttype":"text/html","offset":1,"len":2}},' +
        '"defaultpath":"/b/index.html","disabledefaultpath":true,"tryfiles":["index.html","/b/index.html"],"errorpages":{"404":"/a","500":"/b/index.html"}}',
    );
    expect(read(text)).toEqual(metadata);
  });

  it('when what may be left out is empty, then it is', () => {
    const empty: FileMetadata = { filename: '', mode: 0, subfiles: new Map(), defaultPath: '', disableDefaultPath: false, tryFiles: [], errorPages: new Map() };
    expect(formatMetadata(empty)).toBe('{"filename":"","length":0}');
  });

  it('when names are in the kernel\'s case, and some are unknown or null, then it is read all the same', () => {
    expect(read('{"Filename":"index.js","Length":9}')).toEqual({ filename: 'index.js', length: 9 });
    expect(read('{"FILENAME":"x","monetization":{"license":""},"mode":null}')).toEqual({ filename: 'x' });
    expect(read('{"Subfiles":{"Name":{"FileName":"Name","ContentType":"a/b","Len":7}}}').subfiles).toEqual(new Map([['Name', { filename: 'Name', contentType: 'a/b', offset: 0, length: 7 }]]));
  });

  it('when there are no names, or none that is a property of every object, then nothing is invented', () => {
    expect(read('{}')).toEqual({ filename: '' });
    expect(read('{"subfiles":{"__proto__":{"len":1}}}').subfiles).toEqual(new Map([['__proto__', { filename: '', offset: 0, length: 1 }]]));
  });

  it.each([
    ['<>&', '\\u003c\\u003e\\u0026'],
    ['\u2028\u2029', '\\u2028\\u2029'],
    ['"\\/', '\\"\\\\/'],
    ['\\<\\b\\f', '\\\\\\u003c\\\\b\\\\f'],
    ['\b\f\n\r\t\0\u001f', '\\u0008\\u000c\\n\\r\\t\\u0000\\u001f'],
    ['\u007fé😀', '\u007fé😀'],
  ])('when a name holds %j, then Go writes %s', (filename, written) => {
    const text = formatMetadata({ filename, length: 0 });
    expect(text).toBe(`{"filename":"${written}","length":0}`);
    expect(read(text).filename).toBe(filename);
  });

  it('when names are sorted, then by their bytes: what is above U+FFFF comes last, and the shorter first', () => {
    const names = ['😀', '\uffeea', '\uffee', 'é', 'z', 'ac', 'ab', 'a', 'a😀', 'a\uffee'];
    const text = formatMetadata({ filename: 'x', length: 0, subfiles: new Map(names.map((name) => [name, { filename: '', offset: 0, length: 0 }])) });
    const encoder = new TextEncoder();
    const bytewise = names.toSorted((a, b) => (String.fromCharCode(...encoder.encode(a)) < String.fromCharCode(...encoder.encode(b)) ? -1 : 1));
    expect(bytewise).toEqual(['a', 'ab', 'ac', 'a\uffee', 'a😀', 'z', 'é', '\uffee', '\uffeea', '😀']);
    expect(Object.keys((JSON.parse(text) as { subfiles: object }).subfiles)).toEqual(bytewise);
  });

  it.each([
    ['', 'metadata'],
    ['[]', 'metadata'],
    ['null', 'metadata'],
    ['{"filename":"x"', 'metadata'],
    ['{"filename":1}', 'metadata.filename'],
    ['{"length":101}', 'metadata.length'],
    ['{"length":-1}', 'metadata.length'],
    ['{"length":1.5}', 'metadata.length'],
    ['{"mode":4294967296}', 'metadata.mode'],
    ['{"subfiles":[]}', 'metadata.subfiles'],
    ['{"subfiles":{"a":1}}', 'metadata'],
    ['{"subfiles":{"a":{"offset":90,"len":11}}}', 'metadata.len'],
    ['{"subfiles":{"a":{"offset":101}}}', 'metadata.offset'],
    ['{"subfiles":{"a":{"contenttype":[]}}}', 'metadata.contenttype'],
    ['{"tryfiles":"index.html"}', 'metadata.tryfiles'],
    ['{"tryfiles":[1]}', 'metadata.tryfiles'],
    ['{"tryfiles":["a",1]}', 'metadata.tryfiles'],
    ['{"errorpages":{"200":"/a"}}', 'metadata.errorpages'],
    ['{"errorpages":{"404":1}}', 'metadata.errorpages'],
    ['{"errorpages":{"4040":"/a"}}', 'metadata.errorpages'],
    ['{"errorpages":{"1404":"/a"}}', 'metadata.errorpages'],
    ['{"disabledefaultpath":"true"}', 'metadata.disabledefaultpath'],
  ])('when it is %s, then it is refused', (text, field) => {
    expect(() => read(text)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field, message: `${field} must be as skyd writes it` }));
  });

  it('when it is not UTF-8, then it is refused', () => {
    expect(() => readMetadata(Uint8Array.of(0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d), 1)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT', field: 'metadata' }));
  });
});
