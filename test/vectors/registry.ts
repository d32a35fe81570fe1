/**
 * Registry entries and messages as skyd, siad, skynet-js 4.3.0 and libskynet 0.0.48 make them. Bytes are lowercase hex, revisions
 * decimal. test/registry/golden.node.test.ts has those libraries make them again.
 */

/** An entry of type 1. `datakeyName` hashes to `datakey`; null means the key was given as bytes. */
export interface EntryRow {
  readonly name: string;
  /** Seed ‖ public key. */
  readonly secretKey: string;
  readonly pubkey: string;
  readonly datakeyName: string | null;
  readonly datakey: string;
  readonly data: string;
  readonly revision: string;
  /** What is signed. */
  readonly hash: string;
  readonly signature: string;
  readonly workHash: string;
  readonly entryId: string;
  readonly resolverLink: string;
  /** Path and query of the read, with skynet-js' time-out of 5 seconds. */
  readonly readPath?: string;
  readonly writeBody: string;
  readonly answerBody?: string;
}

export const ENTRY_ROWS: readonly EntryRow[] = [
  {
    name: 'skynet-js golden (signEntry unit test)',
    secretKey: '7caffac49ac914a541b28723f11776d36ce81e7b9b0c96ccacd1302db429c79c658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    pubkey: '658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    datakeyName: 'foo',
    datakey: '056f1ef8df2086e5aa284c1331cea86662be52b2a2deca83fc1683dc91be11a3',
    data: '010203',
    revision: '11',
    hash: 'dca96c8e5809eecd420c51a2dec02f84ab56a17112e811f3df8b8064fa538385',
    signature: '859abc1916c653e340595c89e8f01bd71fcfb3a08e04880c8977a396d272325e9d805012367de6e92c6da7288421860d4b3082c878ad8dc4eeebb2ba30d0f10d',
    workHash: 'dca96c8e5809eecd420c51a2dec02f84ab56a17112e811f3df8b8064fa538385',
    entryId: '5ae8665d32ff06caba746415c37717e6ba154908ba215b57dc7e8074c5623a51',
    resolverLink: 'AQBa6GZdMv8Gyrp0ZBXDdxfmuhVJCLohW1fcfoB0xWI6UQ',
    readPath: '/skynet/registry?publickey=ed25519%3A658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9&datakey=056f1ef8df2086e5aa284c1331cea86662be52b2a2deca83fc1683dc91be11a3&timeout=5',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"056f1ef8df2086e5aa284c1331cea86662be52b2a2deca83fc1683dc91be11a3","revision":11,"data":[1,2,3],"signature":[133,154,188,25,22,198,83,227,64,89,92,137,232,240,27,215,31,207,179,160,142,4,136,12,137,119,163,150,210,114,50,94,157,128,80,18,54,125,230,233,44,109,167,40,132,33,134,13,75,48,130,200,120,173,141,196,238,235,178,186,48,208,241,13]}',
    answerBody: '{"data":"010203","revision":11,"datakey":"056f1ef8df2086e5aa284c1331cea86662be52b2a2deca83fc1683dc91be11a3","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"859abc1916c653e340595c89e8f01bd71fcfb3a08e04880c8977a396d272325e9d805012367de6e92c6da7288421860d4b3082c878ad8dc4eeebb2ba30d0f10d","type":1}\n',
  },
  {
    name: 'revision 0, empty data',
    secretKey: '7caffac49ac914a541b28723f11776d36ce81e7b9b0c96ccacd1302db429c79c658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    pubkey: '658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    datakeyName: 'empty',
    datakey: '626dd77cf35e0a400225b30dc9404129743c6b68749969285049ca3b07ce8f16',
    data: '',
    revision: '0',
    hash: '776a3acad329c981571a2789c6a82f8e41eda7848076b602c950a7a107c902d1',
    signature: '57016d13e9d912f3f6486fdec38ea1f936f58621ea63ad092f71cce87c2da3ea4cc2216c10afad2877a2c887faf18d40fc58ab26919bbd6c95842c72a29bb408',
    workHash: '776a3acad329c981571a2789c6a82f8e41eda7848076b602c950a7a107c902d1',
    entryId: '2d7d754d982263c0e690bb774336b7ca615e66c986b269f6d4c386c7e3ebac20',
    resolverLink: 'AQAtfXVNmCJjwOaQu3dDNrfKYV5myYayafbUw4bH4-usIA',
    readPath: '/skynet/registry?publickey=ed25519%3A658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9&datakey=626dd77cf35e0a400225b30dc9404129743c6b68749969285049ca3b07ce8f16&timeout=5',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"626dd77cf35e0a400225b30dc9404129743c6b68749969285049ca3b07ce8f16","revision":0,"data":[],"signature":[87,1,109,19,233,217,18,243,246,72,111,222,195,142,161,249,54,245,134,33,234,99,173,9,47,113,204,232,124,45,163,234,76,194,33,108,16,175,173,40,119,162,200,135,250,241,141,64,252,88,171,38,145,155,189,108,149,132,44,114,162,155,180,8]}',
    answerBody: '{"data":"","revision":0,"datakey":"626dd77cf35e0a400225b30dc9404129743c6b68749969285049ca3b07ce8f16","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"57016d13e9d912f3f6486fdec38ea1f936f58621ea63ad092f71cce87c2da3ea4cc2216c10afad2877a2c887faf18d40fc58ab26919bbd6c95842c72a29bb408","type":1}\n',
  },
  {
    name: 'revision 2^53+1 (not a JS safe integer)',
    secretKey: '7caffac49ac914a541b28723f11776d36ce81e7b9b0c96ccacd1302db429c79c658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    pubkey: '658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    datakeyName: 'big53',
    datakey: '7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c',
    data: '68656c6c6f',
    revision: '9007199254740993',
    hash: '3c977e8e64a09353a50ade4cd8245cdc36c6211caeaf22655b6f32a1bc7a9cb2',
    signature: 'd4f1ef45235aa566ab59b01c4213613560025bf83add95f3dcc377e798ad898bd2ed74aea9b4ca0f30c797b6c35ad441d0e195edc5a925b3f6276901a8b89505',
    workHash: '3c977e8e64a09353a50ade4cd8245cdc36c6211caeaf22655b6f32a1bc7a9cb2',
    entryId: 'b1fc446e57fe18be0f5496b9b5d34bd094aa1737b3186f7afab8415433b0f2b8',
    resolverLink: 'AQCx_ERuV_4Yvg9Ulrm100vQlKoXN7MYb3r6uEFUM7DyuA',
    readPath: '/skynet/registry?publickey=ed25519%3A658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9&datakey=7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c&timeout=5',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c","revision":9007199254740993,"data":[104,101,108,108,111],"signature":[212,241,239,69,35,90,165,102,171,89,176,28,66,19,97,53,96,2,91,248,58,221,149,243,220,195,119,231,152,173,137,139,210,237,116,174,169,180,202,15,48,199,151,182,195,90,212,65,208,225,149,237,197,169,37,179,246,39,105,1,168,184,149,5]}',
    answerBody: '{"data":"68656c6c6f","revision":9007199254740993,"datakey":"7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"d4f1ef45235aa566ab59b01c4213613560025bf83add95f3dcc377e798ad898bd2ed74aea9b4ca0f30c797b6c35ad441d0e195edc5a925b3f6276901a8b89505","type":1}\n',
  },
  {
    name: 'revision 2^64-1 (maximum)',
    secretKey: '7caffac49ac914a541b28723f11776d36ce81e7b9b0c96ccacd1302db429c79c658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    pubkey: '658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    datakeyName: 'max',
    datakey: '9366c322fd9ce766c6ec815835a7d2fa301b5dfb3ec281df88ac529785037ed1',
    data: '6d6178',
    revision: '18446744073709551615',
    hash: 'd20df5fcc5d1fb9318f45c1e6c8b3287096560c0b354c8f2086a02d0db434f82',
    signature: '97e1311e76f8bd7ce8d727269a61251b201f50eb6a6ee0f7043b3d0dcc6ca35da5eca02e65ac7f2151a0086d2bf1083b820858267f719b45f233e2d2dd975f09',
    workHash: 'd20df5fcc5d1fb9318f45c1e6c8b3287096560c0b354c8f2086a02d0db434f82',
    entryId: '35091347db0ef63e38ba5db3053faee7fe4694c5a4f5397133eff99a6506e690',
    resolverLink: 'AQA1CRNH2w72Pji6XbMFP67n_kaUxaT1OXEz7_maZQbmkA',
    readPath: '/skynet/registry?publickey=ed25519%3A658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9&datakey=9366c322fd9ce766c6ec815835a7d2fa301b5dfb3ec281df88ac529785037ed1&timeout=5',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"9366c322fd9ce766c6ec815835a7d2fa301b5dfb3ec281df88ac529785037ed1","revision":18446744073709551615,"data":[109,97,120],"signature":[151,225,49,30,118,248,189,124,232,215,39,38,154,97,37,27,32,31,80,235,106,110,224,247,4,59,61,13,204,108,163,93,165,236,160,46,101,172,127,33,81,160,8,109,43,241,8,59,130,8,88,38,127,113,155,69,242,51,226,210,221,151,95,9]}',
    answerBody: '{"data":"6d6178","revision":18446744073709551615,"datakey":"9366c322fd9ce766c6ec815835a7d2fa301b5dfb3ec281df88ac529785037ed1","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"97e1311e76f8bd7ce8d727269a61251b201f50eb6a6ee0f7043b3d0dcc6ca35da5eca02e65ac7f2151a0086d2bf1083b820858267f719b45f233e2d2dd975f09","type":1}\n',
  },
  {
    name: '113 bytes data (maximum)',
    secretKey: '7caffac49ac914a541b28723f11776d36ce81e7b9b0c96ccacd1302db429c79c658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    pubkey: '658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    datakeyName: 'full',
    datakey: '8ce4db2b94d991a8a9b8db6849e50a3713120a84dca69dfa9a8a5eddcf0dbe99',
    data: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f70',
    revision: '1',
    hash: 'e464a929bd42c1066c7ceacdfecdcddf437176063d2a9e34511af75b713f6a39',
    signature: '1450601d17b717019edb042b16c423f7c39188262d99372df739c1cf8ac686bef187439da2f83ad3bf2df207d1db7a2c5ebd88ae346035e58255e00d37798f0e',
    workHash: 'e464a929bd42c1066c7ceacdfecdcddf437176063d2a9e34511af75b713f6a39',
    entryId: 'c5191ed26ebf579b3193f44aeec82f7a5f1d88a53a1eefd6f03eda7d6da84323',
    resolverLink: 'AQDFGR7Sbr9XmzGT9EruyC96Xx2IpToe79bwPtp9bahDIw',
    readPath: '/skynet/registry?publickey=ed25519%3A658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9&datakey=8ce4db2b94d991a8a9b8db6849e50a3713120a84dca69dfa9a8a5eddcf0dbe99&timeout=5',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"8ce4db2b94d991a8a9b8db6849e50a3713120a84dca69dfa9a8a5eddcf0dbe99","revision":1,"data":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85,86,87,88,89,90,91,92,93,94,95,96,97,98,99,100,101,102,103,104,105,106,107,108,109,110,111,112],"signature":[20,80,96,29,23,183,23,1,158,219,4,43,22,196,35,247,195,145,136,38,45,153,55,45,247,57,193,207,138,198,134,190,241,135,67,157,162,248,58,211,191,45,242,7,209,219,122,44,94,189,136,174,52,96,53,229,130,85,224,13,55,121,143,14]}',
    answerBody: '{"data":"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f606162636465666768696a6b6c6d6e6f70","revision":1,"datakey":"8ce4db2b94d991a8a9b8db6849e50a3713120a84dca69dfa9a8a5eddcf0dbe99","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"1450601d17b717019edb042b16c423f7c39188262d99372df739c1cf8ac686bef187439da2f83ad3bf2df207d1db7a2c5ebd88ae346035e58255e00d37798f0e","type":1}\n',
  },
  {
    name: 'unicode data key',
    secretKey: '7caffac49ac914a541b28723f11776d36ce81e7b9b0c96ccacd1302db429c79c658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    pubkey: '658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    datakeyName: 'dataKeyż',
    datakey: '962a6faa694b6f5f0b4e168bad867a8e785da973740f9746c11a4cc83b461084',
    data: 'e28882',
    revision: '7',
    hash: 'a7d6b6cb7f9c0f613668af7ac48be592c22c69409dc5a901575e7d5e27b94092',
    signature: '7b72b9688fc98b96f04f6b69e9349e5ccc7c39ee51fa69abb1f54c6aa6174d59514e5f0dd7e2f66cd6c2e01391d69953da5c10652f9dd852999f39654bb48a03',
    workHash: 'a7d6b6cb7f9c0f613668af7ac48be592c22c69409dc5a901575e7d5e27b94092',
    entryId: 'c5282c94ef1dbdedebf22e51c6d958ad53f836f37f1b8e5ebbb639ec7acaa1f3',
    resolverLink: 'AQDFKCyU7x297evyLlHG2VitU_g2838bjl67tjnsesqh8w',
    readPath: '/skynet/registry?publickey=ed25519%3A658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9&datakey=962a6faa694b6f5f0b4e168bad867a8e785da973740f9746c11a4cc83b461084&timeout=5',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"962a6faa694b6f5f0b4e168bad867a8e785da973740f9746c11a4cc83b461084","revision":7,"data":[226,136,130],"signature":[123,114,185,104,143,201,139,150,240,79,107,105,233,52,158,92,204,124,57,238,81,250,105,171,177,245,76,106,166,23,77,89,81,78,95,13,215,226,246,108,214,194,224,19,145,214,153,83,218,92,16,101,47,157,216,82,153,159,57,101,75,180,138,3]}',
    answerBody: '{"data":"e28882","revision":7,"datakey":"962a6faa694b6f5f0b4e168bad867a8e785da973740f9746c11a4cc83b461084","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"7b72b9688fc98b96f04f6b69e9349e5ccc7c39ee51fa69abb1f54c6aa6174d59514e5f0dd7e2f66cd6c2e01391d69953da5c10652f9dd852999f39654bb48a03","type":1}\n',
  },
  {
    name: 'prehashed data key (hashedDataKeyHex)',
    secretKey: '7caffac49ac914a541b28723f11776d36ce81e7b9b0c96ccacd1302db429c79c658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    pubkey: '658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    datakeyName: null,
    datakey: 'd321b3c31337047493c9b5a99675e9bdaea44218a31aad2fd7738209e7a5aca1',
    data: '78',
    revision: '3',
    hash: '00f35db7e95bf1ca75fe285939a8555b8351a0f5de028fe82adf31c386f85ee1',
    signature: '3eb957da0418fe82c5731492b227d153574434e834ddcee6369760651191a20b9e63920a2ca2941ac0e2085eeab24a2977cfd1411c56aeeff0148b5d2be42200',
    workHash: '00f35db7e95bf1ca75fe285939a8555b8351a0f5de028fe82adf31c386f85ee1',
    entryId: '7bf8e12a8e70b65e7231be008afb9e5a5095dacd9507580da7954a728fb212bf',
    resolverLink: 'AQB7-OEqjnC2XnIxvgCK-55aUJXazZUHWA2nlUpyj7ISvw',
    readPath: '/skynet/registry?publickey=ed25519%3A658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9&datakey=d321b3c31337047493c9b5a99675e9bdaea44218a31aad2fd7738209e7a5aca1&timeout=5',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"d321b3c31337047493c9b5a99675e9bdaea44218a31aad2fd7738209e7a5aca1","revision":3,"data":[120],"signature":[62,185,87,218,4,24,254,130,197,115,20,146,178,39,209,83,87,68,52,232,52,221,206,230,54,151,96,101,17,145,162,11,158,99,146,10,44,162,148,26,192,226,8,94,234,178,74,41,119,207,209,65,28,86,174,239,240,20,139,93,43,228,34,0]}',
    answerBody: '{"data":"78","revision":3,"datakey":"d321b3c31337047493c9b5a99675e9bdaea44218a31aad2fd7738209e7a5aca1","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"3eb957da0418fe82c5731492b227d153574434e834ddcee6369760651191a20b9e63920a2ca2941ac0e2085eeab24a2977cfd1411c56aeeff0148b5d2be42200","type":1}\n',
  },
  {
    name: 'resolver entry: data = raw 34-byte v1 skylink',
    secretKey: '7caffac49ac914a541b28723f11776d36ce81e7b9b0c96ccacd1302db429c79c658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    pubkey: '658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    datakeyName: 'resolver',
    datakey: '8249e140b82d159156a345a0df4ef2baf4565d8bd5866845552a1ef12356764d',
    data: '00003fb9383162229caa918c2cd7b6579d9f2dcdc58af641652b4b56a3127879c6b5',
    revision: '0',
    hash: 'f98ce62cc01d0d52fc644b856e45b80d54c28cda9274783a9982283b837117bf',
    signature: '7316751e634b520e267ca0405df80133a9ad0e48867bdfff4fadf00af41ccd84ef8fff10d12ef8914c0ee721cc92367b00e49334777a7b8baf6f90102bcf3a07',
    workHash: 'f98ce62cc01d0d52fc644b856e45b80d54c28cda9274783a9982283b837117bf',
    entryId: '6435f667310b7f1ffe53672dad43e3a1e23c8a9777b42ad48589a798ce3ca3d5',
    resolverLink: 'AQBkNfZnMQt_H_5TZy2tQ-Oh4jyKl3e0KtSFiaeYzjyj1Q',
    readPath: '/skynet/registry?publickey=ed25519%3A658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9&datakey=8249e140b82d159156a345a0df4ef2baf4565d8bd5866845552a1ef12356764d&timeout=5',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"8249e140b82d159156a345a0df4ef2baf4565d8bd5866845552a1ef12356764d","revision":0,"data":[0,0,63,185,56,49,98,34,156,170,145,140,44,215,182,87,157,159,45,205,197,138,246,65,101,43,75,86,163,18,120,121,198,181],"signature":[115,22,117,30,99,75,82,14,38,124,160,64,93,248,1,51,169,173,14,72,134,123,223,255,79,173,240,10,244,28,205,132,239,143,255,16,209,46,248,145,76,14,231,33,204,146,54,123,0,228,147,52,119,122,123,139,175,111,144,16,43,207,58,7]}',
    answerBody: '{"data":"00003fb9383162229caa918c2cd7b6579d9f2dcdc58af641652b4b56a3127879c6b5","revision":0,"datakey":"8249e140b82d159156a345a0df4ef2baf4565d8bd5866845552a1ef12356764d","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"7316751e634b520e267ca0405df80133a9ad0e48867bdfff4fadf00af41ccd84ef8fff10d12ef8914c0ee721cc92367b00e49334777a7b8baf6f90102bcf3a07","type":1}\n',
  },
  {
    name: 'deletion sentinel: 34 zero bytes (SkyDB)',
    secretKey: '7caffac49ac914a541b28723f11776d36ce81e7b9b0c96ccacd1302db429c79c658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    pubkey: '658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9',
    datakeyName: 'deleted',
    datakey: 'f24e41052a9f47b4915ec56d50148b882887921289effe43ea9b5adaf520df16',
    data: '00000000000000000000000000000000000000000000000000000000000000000000',
    revision: '5',
    hash: '20b7bc68aa3eb63976baf4c4b1241fbf6131dfa08cbda65103516012e76a5ec6',
    signature: '712d6df47a873dc52d804bb6b16d7abbb5ad6ad287235d8004d78187d5074e0f7eaf6075cff8853fc9e2adb41099712c788556006d3108ac9ef45f2a172d010e',
    workHash: '20b7bc68aa3eb63976baf4c4b1241fbf6131dfa08cbda65103516012e76a5ec6',
    entryId: 'a19d5453e29f84b02ca838cc581108862fdcbb7c7cd113f045e5e0428d0ae2d8',
    resolverLink: 'AQChnVRT4p-EsCyoOMxYEQiGL9y7fHzRE_BF5eBCjQri2A',
    readPath: '/skynet/registry?publickey=ed25519%3A658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9&datakey=f24e41052a9f47b4915ec56d50148b882887921289effe43ea9b5adaf520df16&timeout=5',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"f24e41052a9f47b4915ec56d50148b882887921289effe43ea9b5adaf520df16","revision":5,"data":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0],"signature":[113,45,109,244,122,135,61,197,45,128,75,182,177,109,122,187,181,173,106,210,135,35,93,128,4,215,129,135,213,7,78,15,126,175,96,117,207,248,133,63,201,226,173,180,16,153,113,44,120,133,86,0,109,49,8,172,158,244,95,42,23,45,1,14]}',
    answerBody: '{"data":"00000000000000000000000000000000000000000000000000000000000000000000","revision":5,"datakey":"f24e41052a9f47b4915ec56d50148b882887921289effe43ea9b5adaf520df16","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"712d6df47a873dc52d804bb6b16d7abbb5ad6ad287235d8004d78187d5074e0f7eaf6075cff8853fc9e2adb41099712c788556006d3108ac9ef45f2a172d010e","type":1}\n',
  },
  {
    name: 'libskynet: rev0-text',
    secretKey: '7422a125a2380187a23dbae76a66a521bbef157c35c1ab53bee8ce0d5141fc561913cde0225c181a27421a3bcaf10e7de7c8f99363ef25aa19452302ea24c692',
    pubkey: '1913cde0225c181a27421a3bcaf10e7de7c8f99363ef25aa19452302ea24c692',
    datakeyName: null,
    datakey: '8561393a1068b592d45df82e1e56fa3e21694ea43933979a2a919a3721dfaf0c',
    data: '73616d706c652072656769737472792064617461',
    revision: '0',
    hash: '2341a2563dc9bec708b204ff43bfc09660dd23b093b09a5ac79a38f7945b0838',
    signature: '1d5f5cd3e643aa0509e526943c407f69f2fdf0587c2d23eb6706bb3e04938f5d7a646ee00879404458ec72973df884d480cf887d3429b91e3bcaade617166f0c',
    workHash: '2341a2563dc9bec708b204ff43bfc09660dd23b093b09a5ac79a38f7945b0838',
    entryId: '2c83cb087fde2b6e3a4dc956c48ef4ffd3dbe8134f45b9b05ab7dbd7bdb5406f',
    resolverLink: 'AQAsg8sIf94rbjpNyVbEjvT_09voE09FubBat9vXvbVAbw',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[25,19,205,224,34,92,24,26,39,66,26,59,202,241,14,125,231,200,249,147,99,239,37,170,25,69,35,2,234,36,198,146]},"datakey":"8561393a1068b592d45df82e1e56fa3e21694ea43933979a2a919a3721dfaf0c","revision":0,"data":[115,97,109,112,108,101,32,114,101,103,105,115,116,114,121,32,100,97,116,97],"signature":[29,95,92,211,230,67,170,5,9,229,38,148,60,64,127,105,242,253,240,88,124,45,35,235,103,6,187,62,4,147,143,93,122,100,110,224,8,121,64,68,88,236,114,151,61,248,132,212,128,207,136,125,52,41,185,30,59,202,173,230,23,22,111,12]}',
  },
  {
    name: 'libskynet: rev1-text',
    secretKey: '7422a125a2380187a23dbae76a66a521bbef157c35c1ab53bee8ce0d5141fc561913cde0225c181a27421a3bcaf10e7de7c8f99363ef25aa19452302ea24c692',
    pubkey: '1913cde0225c181a27421a3bcaf10e7de7c8f99363ef25aa19452302ea24c692',
    datakeyName: null,
    datakey: '8561393a1068b592d45df82e1e56fa3e21694ea43933979a2a919a3721dfaf0c',
    data: '73616d706c652072656769737472792064617461',
    revision: '1',
    hash: '6aaf9bdfab7de85c4e4f1f1a43da96e187fb5aa06b5d4f6ddd87924f5cad0f4a',
    signature: '8a466873b7aa7a42130808c9f1078b2cc30f71e8f64acee74c34e26c459b60b186fe656b11bdbd0fa9362d824126a2dabe80245986b34c8bb34fefb87e4c070e',
    workHash: '6aaf9bdfab7de85c4e4f1f1a43da96e187fb5aa06b5d4f6ddd87924f5cad0f4a',
    entryId: '2c83cb087fde2b6e3a4dc956c48ef4ffd3dbe8134f45b9b05ab7dbd7bdb5406f',
    resolverLink: 'AQAsg8sIf94rbjpNyVbEjvT_09voE09FubBat9vXvbVAbw',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[25,19,205,224,34,92,24,26,39,66,26,59,202,241,14,125,231,200,249,147,99,239,37,170,25,69,35,2,234,36,198,146]},"datakey":"8561393a1068b592d45df82e1e56fa3e21694ea43933979a2a919a3721dfaf0c","revision":1,"data":[115,97,109,112,108,101,32,114,101,103,105,115,116,114,121,32,100,97,116,97],"signature":[138,70,104,115,183,170,122,66,19,8,8,201,241,7,139,44,195,15,113,232,246,74,206,231,76,52,226,108,69,155,96,177,134,254,101,107,17,189,189,15,169,54,45,130,65,38,162,218,190,128,36,89,134,179,76,139,179,79,239,184,126,76,7,14]}',
  },
  {
    name: 'libskynet: rev-2^53+1-skylink-data',
    secretKey: '7de7cb863f92e585c6e4dc0cf5ab5828155e9e8546d1651704379f6e19cb50105981143d20769177f40eb3a521a983355374ef08b096be592cc5c00188023c52',
    pubkey: '5981143d20769177f40eb3a521a983355374ef08b096be592cc5c00188023c52',
    datakeyName: null,
    datakey: '51942074e0a2d2a44592910cadfd4bff16e3f752861bd77454226b6f966d85e3',
    data: '0100a8bdeb20d405d4cca5cb791cd01482db8d830aaffaef34bb0d85dab919b61bd9',
    revision: '9007199254740993',
    hash: '85e687e158848ff7cd9c0ca0587c78e6922b1ba3b8703da6c770296cf1926e3a',
    signature: 'b31302b8f8a1342a19069fd5fc6e38e58a29870314971ebcff4cff0cc0bf43f060c4f4231aa9698be4ce795500ea68560890eb6817abd70a53019a65fbee7204',
    workHash: '85e687e158848ff7cd9c0ca0587c78e6922b1ba3b8703da6c770296cf1926e3a',
    entryId: '6a30ee8e1fbcded3380bcb8efd99ed6f4f7a59f3d565c8a093d0bcea03f56e1a',
    resolverLink: 'AQBqMO6OH7ze0zgLy479me1vT3pZ89VlyKCT0LzqA_VuGg',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[89,129,20,61,32,118,145,119,244,14,179,165,33,169,131,53,83,116,239,8,176,150,190,89,44,197,192,1,136,2,60,82]},"datakey":"51942074e0a2d2a44592910cadfd4bff16e3f752861bd77454226b6f966d85e3","revision":9007199254740993,"data":[1,0,168,189,235,32,212,5,212,204,165,203,121,28,208,20,130,219,141,131,10,175,250,239,52,187,13,133,218,185,25,182,27,217],"signature":[179,19,2,184,248,161,52,42,25,6,159,213,252,110,56,229,138,41,135,3,20,151,30,188,255,76,255,12,192,191,67,240,96,196,244,35,26,169,105,139,228,206,121,85,0,234,104,86,8,144,235,104,23,171,215,10,83,1,154,101,251,238,114,4]}',
  },
  {
    name: 'libskynet: rev-max-u64-empty-data',
    secretKey: '0ce296498c3b3328e89e31eaeb6bedc34a1946f4a2dfa6fb3535d562692cdc9e423d1173f5cf43d22fbb17d263df39f3db0019dab9d7de094e354c2ddadef99e',
    pubkey: '423d1173f5cf43d22fbb17d263df39f3db0019dab9d7de094e354c2ddadef99e',
    datakeyName: null,
    datakey: '0e2cdc8d5b5c8ca5885d246b283609fa686af97632447fbfe1ea3d1bb614feb3',
    data: '',
    revision: '18446744073709551615',
    hash: '9dd77fefaef9f50493a196b956af89fd8a7eeb816690d60d6f4e3b50da4a4673',
    signature: '484f0f0aeae03fb5cd895893b5ed2673f25bd2847a4ff5cd7560be3d0ebd63247852868e2aa92d416325f51b96983aa211d6351d000e158bef2151ab63c99d0b',
    workHash: '9dd77fefaef9f50493a196b956af89fd8a7eeb816690d60d6f4e3b50da4a4673',
    entryId: '7cabc9e3256188252f8d79288fa94cded917c16c98e2297f9edf3f186ddf6642',
    resolverLink: 'AQB8q8njJWGIJS-NeSiPqUze2RfBbJjiKX-e3z8Ybd9mQg',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[66,61,17,115,245,207,67,210,47,187,23,210,99,223,57,243,219,0,25,218,185,215,222,9,78,53,76,45,218,222,249,158]},"datakey":"0e2cdc8d5b5c8ca5885d246b283609fa686af97632447fbfe1ea3d1bb614feb3","revision":18446744073709551615,"data":[],"signature":[72,79,15,10,234,224,63,181,205,137,88,147,181,237,38,115,242,91,210,132,122,79,245,205,117,96,190,61,14,189,99,36,120,82,134,142,42,169,45,65,99,37,245,27,150,152,58,162,17,214,53,29,0,14,21,139,239,33,81,171,99,201,157,11]}',
  },
  {
    name: 'libskynet: data-86-bytes-libskynet-limit',
    secretKey: 'fb577c9b0b222dba7cf98e79b8493a46848bc7082344843ca626ae1f30668d350fe127bafbbe8d3a9e33669ddd8d1f1d7bfbaf122b1092695adbd1d687a19f95',
    pubkey: '0fe127bafbbe8d3a9e33669ddd8d1f1d7bfbaf122b1092695adbd1d687a19f95',
    datakeyName: null,
    datakey: '584fb718b0e88040814dfdc03ca5a084402bfeeaf225e4ce0d2acf07cdad9842',
    data: '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f505152535455',
    revision: '255',
    hash: '284bcc9650446ca6552218d424a515a1002225475a9f32e5bd637f152ad7c215',
    signature: 'fa83b06924bf4a6fb101359eeb4cdca97be58b74e81cb93e715c57990283b630e14685745b52a5d3f386c565a6ee2a7fd8ed5681d147d46f3d70cc68a56dd600',
    workHash: '284bcc9650446ca6552218d424a515a1002225475a9f32e5bd637f152ad7c215',
    entryId: '237eb59e263fc6a3e6732adf9d20647d2d450cc8f472e8b3f4138b824fd9b212',
    resolverLink: 'AQAjfrWeJj_Go-ZzKt-dIGR9LUUMyPRy6LP0E4uCT9myEg',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[15,225,39,186,251,190,141,58,158,51,102,157,221,141,31,29,123,251,175,18,43,16,146,105,90,219,209,214,135,161,159,149]},"datakey":"584fb718b0e88040814dfdc03ca5a084402bfeeaf225e4ce0d2acf07cdad9842","revision":255,"data":[0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44,45,46,47,48,49,50,51,52,53,54,55,56,57,58,59,60,61,62,63,64,65,66,67,68,69,70,71,72,73,74,75,76,77,78,79,80,81,82,83,84,85],"signature":[250,131,176,105,36,191,74,111,177,1,53,158,235,76,220,169,123,229,139,116,232,28,185,62,113,92,87,153,2,131,182,48,225,70,133,116,91,82,165,211,243,134,197,101,166,238,42,127,216,237,86,129,209,71,212,111,61,112,204,104,165,109,214,0]}',
  },
  {
    name: 'libskynet: data-113-bytes-portal-limit',
    secretKey: 'fb577c9b0b222dba7cf98e79b8493a46848bc7082344843ca626ae1f30668d350fe127bafbbe8d3a9e33669ddd8d1f1d7bfbaf122b1092695adbd1d687a19f95',
    pubkey: '0fe127bafbbe8d3a9e33669ddd8d1f1d7bfbaf122b1092695adbd1d687a19f95',
    datakeyName: null,
    datakey: '84b3fef58d973b1310c37661e59485bf87ca86e381f62d8531772c14fda93c96',
    data: 'fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0efeeedecebeae9e8e7e6e5e4e3e2e1e0dfdedddcdbdad9d8d7d6d5d4d3d2d1d0cfcecdcccbcac9c8c7c6c5c4c3c2c1c0bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0afaeadacabaaa9a8a7a6a5a4a3a2a1a09f9e9d9c9b9a999897969594939291908f',
    revision: '256',
    hash: 'b73b140b011a52cedd73775805fb893320a8efdc43cabe287bdf7bb097d34070',
    signature: 'd29e7cbf3c1742899d16cba56a184b26dc9a40ad7794dadc0f026509422e6ad0bab83aba98b225efc423404f9ebbe443f815da3c094f2f9c231e6a341485dd06',
    workHash: 'b73b140b011a52cedd73775805fb893320a8efdc43cabe287bdf7bb097d34070',
    entryId: 'eabd1d4cc62375759e8b0deef6315c9c89f025430a3c99a380be0b8800260e1f',
    resolverLink: 'AQDqvR1MxiN1dZ6LDe72MVycifAlQwo8maOAvguIACYOHw',
    writeBody: '{"publickey":{"algorithm":"ed25519","key":[15,225,39,186,251,190,141,58,158,51,102,157,221,141,31,29,123,251,175,18,43,16,146,105,90,219,209,214,135,161,159,149]},"datakey":"84b3fef58d973b1310c37661e59485bf87ca86e381f62d8531772c14fda93c96","revision":256,"data":[255,254,253,252,251,250,249,248,247,246,245,244,243,242,241,240,239,238,237,236,235,234,233,232,231,230,229,228,227,226,225,224,223,222,221,220,219,218,217,216,215,214,213,212,211,210,209,208,207,206,205,204,203,202,201,200,199,198,197,196,195,194,193,192,191,190,189,188,187,186,185,184,183,182,181,180,179,178,177,176,175,174,173,172,171,170,169,168,167,166,165,164,163,162,161,160,159,158,157,156,155,154,153,152,151,150,149,148,147,146,145,144,143],"signature":[210,158,124,191,60,23,66,137,157,22,203,165,106,24,75,38,220,154,64,173,119,148,218,220,15,2,101,9,66,46,106,208,186,184,58,186,152,178,37,239,196,35,64,79,158,187,228,67,248,21,218,60,9,79,47,156,35,30,106,52,20,133,221,6]}',
  },
];

/** An entry of type 2 of the first row's key: its data begins with 20 bytes of the hash of `hostPubkey`. */
export const TYPE2_ROW = {
  hostPubkey: '4583135030f7a6f10df166ce7618b34ad8fb2bbada6ffcb31596a719a3e12983',
  hostKeyHash: 'c96d35b6afe8814fc6b9e4ef80dc010b1c386b2f0d493ef8c9bb4816dc8ef06e',
  datakey: 'e6a804faa724073e6bcf41d1764ed06eb85dd87d205e107504bf39752393e831',
  data: 'c96d35b6afe8814fc6b9e4ef80dc010b1c386b2f7061796c6f6164',
  revision: '9',
  hash: '8dc57c5dbd34224e8d89aed662958ce0f20d7c86940c9e8da7f80424980d9d3e',
  signature: '7e9292a12676875805195f172be72075c80ef93889c547bfff6c9d8686f80b0d1a41bd6ea6175ab8c1f4e2b26ab64084508a3dc0c4a42521a260f7f38c1dbb01',
  workHash: '9d6c83aa9462622a9cb36b38212ce1162ff1a3ead7a915929a697c5f20342f74',
  writeBody: '{"publickey":{"algorithm":"ed25519","key":[101,139,144,13,245,94,152,60,232,95,63,159,178,160,136,213,104,171,81,78,123,189,165,28,251,251,22,234,148,83,120,217]},"datakey":"e6a804faa724073e6bcf41d1764ed06eb85dd87d205e107504bf39752393e831","revision":9,"data":[201,109,53,182,175,232,129,79,198,185,228,239,128,220,1,11,28,56,107,47,112,97,121,108,111,97,100],"signature":[126,146,146,161,38,118,135,88,5,25,95,23,43,231,32,117,200,14,249,56,137,197,71,191,255,108,157,134,134,248,11,13,26,65,189,110,166,23,90,184,193,244,226,178,106,182,64,132,80,138,61,192,196,164,37,33,162,96,247,243,140,29,187,1],"type":2}',
} as const;

/** Two entries of the first row's key and of one revision; B has the smaller work hash and wins. */
export const TIE_BREAK = {
  datakey: 'a4ed40262f5beca106247d01eb08f755b821bdca7b7288755550b16ec548cfc5',
  revision: '4',
  a: {
    data: '41',
    signature: '9deef6ff34cd99455417970b82d3a920e5addc40c3d9659e72bd30a13936550b43237c28a9e22475b0f3a6706411ff67c531c3309a92e52470c04e5eef7c1f0e',
    workHash: '2df527cefeb7f54432277abd25ca3aaaac3bc51db970af2ca05f131f3b4edbcc',
  },
  b: {
    data: '42',
    signature: '05cc3d74542b8101943786ff557009fafa210f03baa6f5c349ce6735c751bc3b33961a2995d75bc507c95132de18c6b92cfcd092cefd47e4f4b4ce85a8b0b307',
    workHash: '1d2739123c5be42fd5d4d479fd4496c0a27553bf5ce7134452c9760b189e7e2e',
  },
} as const;

/** siad's own golden pair (`TestHasMoreWork`): datakey zero, revision 0; the second wins. */
export const SIAD_TIE_BREAK = {
  loser: {
    data: '9c0e0775d2176f1f9984',
    workHash: '659f49276a066a4b2434c9ffb953efee63d255e69c5541fb1785b54ebc10fbad',
  },
  winner: {
    data: 'd609d8de783665bfb437',
    workHash: '0c46015835772a5aa99ca8999fa8b876bb2293cd16ca2fbff8c858a64813eb51',
  },
} as const;

/** Signed hashes from siad's `TestHashRegistryValue` and from skynet-js' `crypto.test.ts`. Datakey and data are UTF-8. */
export const HASH_ROWS = [
  {
    source: 'siad modules/registry_test.go TestHashRegistryValue',
    datakeyName: 'HelloWorld',
    data: 'abc',
    revision: '123456789',
    type: 1,
    hash: '788dddf5232807611557a3dc0fa5f34012c2650526ba91d55411a2b04ba56164',
  },
  {
    source: 'siad modules/registry_test.go TestHashRegistryValue',
    datakeyName: 'HelloWorld',
    data: 'abc',
    revision: '123456789',
    type: 2,
    hash: 'f76214bd0a2aae1783027124c587b741398dd268cce9a3457ac434af620a8f86',
  },
  {
    source: 'skynet-js crypto.test.ts',
    datakeyName: 'HelloWorld π',
    data: 'abc π',
    revision: '123456789',
    type: 1,
    hash: 'ff3b430675a0666e7461bc34aec9f66e21183d061f0b8232dd28ca90cc6ea5ca',
  },
] as const;

/** The subscription protocol about the third of the entries; A and B are the two generations of skyd. */
export const SOCKET = {
  subscribe: '{"action":"subscribe","pubkey":"ed25519:658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9","datakey":"7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c"}',
  unsubscribe: '{"action":"unsubscribe","pubkey":"ed25519:658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9","datakey":"7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c"}',
  subscribeWithObject: '{"action":"subscribe","pubkey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"datakey":"7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c"}',
  subscriptions: '{"action":"subscriptions"}',
  notificationA: '{"error":"","datakey":"7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c","pubkey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"d4f1ef45235aa566ab59b01c4213613560025bf83add95f3dcc377e798ad898bd2ed74aea9b4ca0f30c797b6c35ad441d0e195edc5a925b3f6276901a8b89505","data":"68656c6c6f","revision":9007199254740993,"type":1}\n',
  notificationB: '{"responsetype":"notification","datakey":"7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c","pubkey":"ed25519:658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9","signature":"d4f1ef45235aa566ab59b01c4213613560025bf83add95f3dcc377e798ad898bd2ed74aea9b4ca0f30c797b6c35ad441d0e195edc5a925b3f6276901a8b89505","data":"68656c6c6f","revision":9007199254740993,"type":1}\n',
  missingB: '{"responsetype":"notification","datakey":"7faec19f71f787a389a96fdc97cd50f5ca62a597b6b1562804b0229262efc77c","pubkey":"ed25519:658b900df55e983ce85f3f9fb2a088d568ab514e7bbda51cfbfb16ea945378d9","revision":0}\n',
  activeSubscriptionsB: '{"responsetype":"activesubscriptions","subscriptions":["b1fc446e57fe18be0f5496b9b5d34bd094aa1737b3186f7afab8415433b0f2b8"]}\n',
  unknownActionA: '{"error":"unknown action","datakey":"0000000000000000000000000000000000000000000000000000000000000000","pubkey":{"algorithm":"","key":null},"signature":"","data":"","revision":0,"type":0}\n',
  unknownActionB: '{"error":"unknown action"}\n',
} as const;

/** `Skynet-Proof` headers: the entry behind a resolver link. The first was on the real network. */
export const PROOF_ROWS = [
  {
    header: '[{"data":"5c006f8bb26d25b412300703c275279a9d852833e383cfed4d314fe01c0c4b155d12","revision":0,"datakey":"43c8a9b01609544ab152dad397afc3b56c1518eb546750dbc6cad5944fec0292","publickey":{"algorithm":"ed25519","key":"y/l99FyfFm6JPhZL5xSkruhA06Qh9m5S9rnipQCc+rw="},"signature":"5a1437508eedb6f5352d7f744693908a91bb05c01370ce4743de9c25f761b4e87760b8172448c073a4ddd9d58d1a2bf978b3227e57e4fa8cbe830a2353be2207","type":1}]',
    resolverLink: 'AQDwh1jnoZas9LaLHC_D4-2yP9XYDdZzNtz62H4Dww1jDA',
    resolvesTo: 'XABvi7JtJbQSMAcDwnUnmp2FKDPjg8_tTTFP4BwMSxVdEg',
  },
  {
    header: '[{"data":"00003fb9383162229caa918c2cd7b6579d9f2dcdc58af641652b4b56a3127879c6b5","revision":0,"datakey":"8249e140b82d159156a345a0df4ef2baf4565d8bd5866845552a1ef12356764d","publickey":{"algorithm":"ed25519","key":"ZYuQDfVemDzoXz+fsqCI1WirUU57vaUc+/sW6pRTeNk="},"signature":"7316751e634b520e267ca0405df80133a9ad0e48867bdfff4fadf00af41ccd84ef8fff10d12ef8914c0ee721cc92367b00e49334777a7b8baf6f90102bcf3a07","type":1}]',
    resolverLink: 'AQBkNfZnMQt_H_5TZy2tQ-Oh4jyKl3e0KtSFiaeYzjyj1Q',
    resolvesTo: 'AAA_uTgxYiKcqpGMLNe2V52fLc3FivZBZStLVqMSeHnGtQ',
  },
] as const;
