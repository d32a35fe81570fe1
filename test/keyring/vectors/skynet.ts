/** Seeds, and the phrases that libskynet makes of them. */
export const SKYNET_VECTORS: readonly { readonly seed: string; readonly phrase: string }[] = [
  { seed: '00000000000000000000000000000000', phrase: 'abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey abbey amidst punch' },
  { seed: 'ffffffffffffffffffffffffffffffff', phrase: 'yanks yanks yanks yanks yanks yanks yanks yanks yanks yanks yanks yanks eggs voyage topic' },
  { seed: '000102030405060708090a0b0c0d0e0f', phrase: 'abbey afar boss roped afoot badge issued acumen also cogs roomy emit aerial tether match' },
  { seed: '80808080808080808080808080808080', phrase: 'licks across akin boss licks across akin boss licks across akin boss boss mostly inmate' },
  { seed: '7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f7f', phrase: 'left woozy water topic left woozy water topic left woozy water topic border otter tonic' },
  { seed: '318ee2783333c5c19c15284d1120fd73', phrase: 'debut dunes cease angled diet aztec bawled afraid cement dilute aspire edited bias ankle gags' },
  { seed: 'aefb0c1cb24189c024f80d5658f4f7f2', phrase: 'poker upon rover colony eleven catch acumen easy antics geek mohawk earth dwarf woven uncle' },
  { seed: '53aeb9bbb9fc613ca0c0bfd98662fb73', phrase: 'fruit repent nuance utmost wives lopped sipped dapper robot hire hire rising bias fewest malady' },
];
