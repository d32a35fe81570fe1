/** Small files, what their base sectors come to, and their links: the first five were on the network. `file` is undefined for 102,400 bytes, of which the i-th is i mod 251. */
export const SKYFILES: readonly {
  readonly name: string;
  readonly metadata: string;
  readonly file: string | undefined;
  readonly usedBytes: number;
  readonly merkleRoot: string;
  readonly bitfield: number;
  readonly fetchSize: number;
  readonly skylink: string;
  readonly base32: string | undefined;
}[] = [
  { name: 'of the network, JSON', metadata: '{"filename":"testdatakey","length":62,"subfiles":{"testdatakey":{"filename":"testdatakey","len":62}},"tryfiles":["index.html"]}', file: '{"_data":{"example":"This is some example JSON data."},"_v":2}', usedBytes: 288, merkleRoot: '3fb9383162229caa918c2cd7b6579d9f2dcdc58af641652b4b56a3127879c6b5', bitfield: 0, fetchSize: 4096, skylink: 'AAA_uTgxYiKcqpGMLNe2V52fLc3FivZBZStLVqMSeHnGtQ', base32: '0003ve9o65h2575ai662pltmauepubedom5fcgb55d5ld8oif1ssdd8' },
  { name: 'of the network, longer JSON', metadata: '{"filename":"testdatakey","length":75,"subfiles":{"testdatakey":{"filename":"testdatakey","len":75}},"tryfiles":["index.html"]}', file: '{"_data":{"example":"This is some example JSON data for SkyDB V2."},"_v":2}', usedBytes: 301, merkleRoot: '75409590574cb6ca70d79c9bceb74ba1f931eafa9263dbf95ac96e5f8cf5e14d', bitfield: 0, fetchSize: 4096, skylink: 'AAB1QJWQV0y2ynDXnJvOt0uh-THq-pJj2_layW5fjPXhTQ', base32: '0007ag4li1bkpdmae3bpp6uemt5q3u9htbt94ourv5dcirivhjqu2j8' },
  { name: 'of the network, a data link', metadata: '{"filename":"testdata","length":64,"subfiles":{"testdata":{"filename":"testdata","len":64}},"tryfiles":["index.html"]}', file: '{"_data":{"example":"This is some example JSON data 2."},"_v":2}', usedBytes: 281, merkleRoot: 'a1bf923a1534ea77cffa9ad20e830779021c6eadc618f4e49cf8569c5a5bab13', bitfield: 0, fetchSize: 4096, skylink: 'AAChv5I6FTTqd8_6mtIOgwd5AhxurcYY9OSc-FacWlurEw', base32: '000a3fsi78aj9qjnpvt9lkgegc3ni0gsdqmsc67ksiefglksb9dqm4o' },
  { name: 'of the network, before there were tryfiles', metadata: '{"filename":"dk:646174614b657931","length":39,"subfiles":{"dk:646174614b657931":{"filename":"dk:646174614b657931","contenttype":"application/json","len":39}}}', file: '{"_data":{"message":"hi there"},"_v":2}', usedBytes: 296, merkleRoot: '833c7a02d83095fe42c651da5d449af709cc4298a69d2c63e2e8e00c97b778f3', bitfield: 0, fetchSize: 4096, skylink: 'AACDPHoC2DCV_kLGUdpdRJr3CcxCmKadLGPi6OAMl7d48w', base32: '00086f3q0bc315fu8b353mit8idfe2ec8acad79ccfheho0ciurnhso' },
  { name: 'of the network, before there were tryfiles, longer', metadata: '{"filename":"dk:646174614b657933","length":40,"subfiles":{"dk:646174614b657933":{"filename":"dk:646174614b657933","contenttype":"application/json","len":40}}}', file: '{"_data":{"message":"hi there!"},"_v":2}', usedBytes: 297, merkleRoot: '15c8992d32e2beed6442354bd8718abb8b3be109b8032d7953e1881e7216e527', bitfield: 0, fetchSize: 4096, skylink: 'AAAVyJktMuK-7WRCNUvYcYq7izvhCbgDLXlT4YgechblJw', base32: '0001bi4p5kpe5fndch13aiuoe65bn2prs44rg0pdf59u320ue8bea9o' },
  { name: '0-byte file', metadata: '{"filename":"HelloWorld","length":0,"subfiles":{"HelloWorld":{"filename":"HelloWorld","contenttype":"application/octet-stream"}},"tryfiles":["index.html"]}', file: '', usedBytes: 254, merkleRoot: '5082e670df6a1e3244cc719bdfa8a347860bf9a46f7820dcaed7bf5aee66e552', bitfield: 0, fetchSize: 4096, skylink: 'AABQguZw32oeMkTMcZvfqKNHhgv5pG94INyu179a7mblUg', base32: '000510n6e3fmk7hi8j6736uvl2hkf1gbv6i6uu10rindffqqtpjeakg' },
  { name: 'directory of two files', metadata: '{"filename":"dirname","length":8,"subfiles":{"file 2.jpeg":{"filename":"file 2.jpeg","contenttype":"application/octet-stream","offset":4,"len":4},"file1.jpeg":{"filename":"file1.jpeg","contenttype":"application/octet-stream","len":4}},"tryfiles":["index.html"]}', file: 'foo1foo2', usedBytes: 368, merkleRoot: 'bc16539fe9ce1df5146b2f0483416f80b78f4df0714d3b49bc3b2bee1b8b9449', bitfield: 0, fetchSize: 4096, skylink: 'AAC8FlOf6c4d9RRrLwSDQW-At49N8HFNO0m8OyvuG4uUSQ', base32: '000bo5ijjvkss7fl2hliu14385no1dsf9no72j9r96u3mave3e5p8i8' },
  { name: 'JSON escaping of <>& in names', metadata: '{"filename":"a\\u003cb\\u003e\\u0026c.txt","length":1,"subfiles":{"a\\u003cb\\u003e\\u0026c.txt":{"filename":"a\\u003cb\\u003e\\u0026c.txt","contenttype":"text/plain","len":1}},"tryfiles":["index.html"]}', file: 'x', usedBytes: 294, merkleRoot: '80a6833b77832c4faf341256bc404caa59b04d7f16c60ef725ae5b82f3c74602', bitfield: 0, fetchSize: 4096, skylink: 'AACApoM7d4MsT680Ela8QEyqWbBNfxbGDvclrluC88dGAg', base32: '000819k37dro6b2flsq14lls816akmdg9lvhdhgeusiqsms2uf3kc0g' },
  { name: '100 KiB module bundle', metadata: '{"filename":"index.js","length":102400,"subfiles":{"index.js":{"filename":"index.js","contenttype":"application/javascript","len":102400}},"tryfiles":["index.html"]}', file: undefined, usedBytes: 102664, merkleRoot: 'e7c6ace07cd5f5490412667ccddeaf03e230b799f60295510bf2b68c647a5e77', bitfield: 140, fetchSize: 106496, skylink: 'jADnxqzgfNX1SQQSZnzN3q8D4jC3mfYClVEL8raMZHpedw', base32: 'hg0efhlcs1udbta90g96cv6drqng7ohgmucvc0kla45v5dkccht5sto' },
  { name: 'kernel/libskynetnode upload style metadata', metadata: '{"Filename":"index.js"}', file: 'console.log(1)', usedBytes: 136, merkleRoot: '850750f6aebbb623a8e02e8a4eaaab98f00988e2e0e751fff00e9eccf0679ed1', bitfield: 0, fetchSize: 4096, skylink: 'AACFB1D2rru2I6jgLopOqquY8AmI4uDnUf_wDp7M8Gee0Q', base32: '0008a1qguqnbndh3l3g2t2ielalphs09h3he1pqhvvo0t7mcu1jptk8' },
  { name: 'uploaded by the kernel', metadata: '{"Filename":"testUpload.txt","Length":9}', file: 'test data', usedBytes: 148, merkleRoot: '53626b9657b8172854c7a4669a81f8a7ebb770eddf7776bc2583bc9986b38126', bitfield: 0, fetchSize: 4096, skylink: 'AABTYmuWV7gXKFTHpGaagfin67dw7d93drwlg7yZhrOBJg', base32: undefined },
];

/** The bytes of a file of {@link SKYFILES}. */
export function fileOf(file: string | undefined): Uint8Array {
  return file === undefined ? Uint8Array.from({ length: 102_400 }, (_, i) => i % 251) : new TextEncoder().encode(file);
}

/** Used bytes of a sector, and the bitfield of the link to them. */
export const BITFIELDS: readonly (readonly [usedBytes: number, bitfield: number])[] = [
  [0, 0],
  [1, 0],
  [4096, 0],
  [4097, 8],
  [32_768, 56],
  [32_769, 4],
  [65_536, 116],
  [65_537, 12],
  [100_000, 140],
  [131_072, 236],
  [131_073, 28],
  [262_145, 60],
  [524_289, 124],
  [1_048_577, 252],
  [2_097_153, 508],
  [4_194_304, 7676],
];

/** The roots of sub-trees over zeros by their heights. */
export const ZERO_ROOTS: readonly (readonly [height: number, root: string])[] = [
  [0, 'd34e94d74d0cb9665a8bc42e8954f50606ba7be3daec7f5bdf1a35e291941770'],
  [1, '5b3bc22a619574a668c4e2a22fa72210611813c6ed44cf445789ee316102bfe1'],
  [10, '5ce18ab62a07bb4d4def2509f8bfa982d5cfd07deb533248abfd7b305652470c'],
  [16, '50ed59cecd5ed3ca9e65cec0797202091dbba45272dafa3faa4e27064eedd52c'],
];

/** The proof of the first 4,096 bytes of the first file's sector. */
export const RANGE_PROOF: readonly string[] = [
  '9213804e199cab3449185a5517f54e49c1d6b0892b8269ed4baab62dbf3e8ebb',
  'f052bf6db4444532ed0d8fdfc67c0ce9688fb4042d461a5bb367506de5e712a8',
  '61b3d824e7b4662df867477f09335dfecfc990c9f0b3731fbec981428b38190d',
  '272b122c6943a7dd6b5e2797a727de61f53c274f29d7d3e4e30d40620f83dc2b',
  '5ce18ab62a07bb4d4def2509f8bfa982d5cfd07deb533248abfd7b305652470c',
  '39cb8aa6feace01924b732664b81a8f41d688cbd7817154c663c1686a4cf6a0e',
  '95ab608799eb9c485712a4c995d4e22ea7b20024fe81730f5b4deb4982e97b78',
  '6530f5433504ba845332dd51742b57f0666456c99b78f67c72fac381980527b1',
  '53ae21d13da92c6741cf44e9b08e0c0616485402c343e4f6c92e5c8516187bcf',
  'f2c4d3e9ce380389b1088d44ddb30276fbff5f75803c2bd13678b690f4187d7e',
];

/** The 92 bytes before the sector in a backup of the first file. */
export const BACKUP_HEADER = '0f00000000000000536b7966696c65204261636b75700a070000000000000076312e352e350a2e000000000000004141415f7554677859694b637170474d4c4e6532563532664c63334669765a425a53744c56714d5365486e477451';

/** Resolver links, what proves where they lead, and where that is; the first was on the network. */
export const RESOLVER_PROOFS: readonly { readonly resolver: string; readonly proof: string; readonly skylink: string }[] = [
  { resolver: 'AQDwh1jnoZas9LaLHC_D4-2yP9XYDdZzNtz62H4Dww1jDA', proof: '[{"data":"5c006f8bb26d25b412300703c275279a9d852833e383cfed4d314fe01c0c4b155d12","revision":0,"datakey":"43c8a9b01609544ab152dad397afc3b56c1518eb546750dbc6cad5944fec0292","publickey":{"algorithm":"ed25519","key":"y/l99FyfFm6JPhZL5xSkruhA06Qh9m5S9rnipQCc+rw="},"signature":"5a1437508eedb6f5352d7f744693908a91bb05c01370ce4743de9c25f761b4e87760b8172448c073a4ddd9d58d1a2bf978b3227e57e4fa8cbe830a2353be2207","type":1}]', skylink: 'XABvi7JtJbQSMAcDwnUnmp2FKDPjg8_tTTFP4BwMSxVdEg' },
  { resolver: 'AQBkNfZnMQt_H_5TZy2tQ-Oh4jyKl3e0KtSFiaeYzjyj1Q', proof: '[{"data":"00003fb9383162229caa918c2cd7b6579d9f2dcdc58af641652b4b56a3127879c6b5","revision":0,"datakey":"8249e140b82d159156a345a0df4ef2baf4565d8bd5866845552a1ef12356764d","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"7316751e634b520e267ca0405df80133a9ad0e48867bdfff4fadf00af41ccd84ef8fff10d12ef8914c0ee721cc92367b00e49334777a7b8baf6f90102bcf3a07","type":1}]', skylink: 'AAA_uTgxYiKcqpGMLNe2V52fLc3FivZBZStLVqMSeHnGtQ' },
];
