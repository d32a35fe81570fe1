/**
 * Key data of version 1, as it was written when that was the version of today. It never changes: what wrote it may be lost, what it
 * holds must not be.
 */
export const VERSION_1 = {
  version: 1,
  programMod: {
    type: 'ed25519',
    secret: '0x9888c84043ab907fc6e283e7201103b103ec104e738ab7559b9c08087e29b54e',
    public: '0x3c8cd0d1d317f4627e953291fb2b2596be675a6caebecaa07f51a93eba1c2175',
    address: 'ed25519:3c8cd0d1d317f4627e953291fb2b2596be675a6caebecaa07f51a93eba1c2175',
    path: "m/44'/1991'/0'/0'",
    origin: 'derived',
  },
  ethereum: {
    type: 'secp256k1',
    secret: '0x1ab42cc412b618bdea3a599e3c9bae199ebf030895b039e9db1e30dafb12b727',
    public: '0x0237b0bb7a8288d38ed49a524b5dc98cff3eb5ca824c9f9dc0dfdb3d9cd600f299',
    address: '0x9858EfFD232B4033E47d90003D41EC34EcaEda94',
    path: "m/44'/60'/0'/0/0",
    origin: 'derived',
  },
  entropy: {
    type: 'sr25519',
    secret: '0x005afbe92e7db77a0dffd3613b84cb8a04593919b65c69c234ad0ed232335140f3184655be35c51037fa703decd9b1f8e7e5b495271abf8e7d3f3120e3cdbfb8',
    public: '0x7e8129260e71408e34fce95d440fe0b6f06ba6b2c02ce2cf6ff72851c737885e',
    address: '5EvaFzq4MfZqZeZSqtT8VCvjjbx13Pwhuxh8486WaU2H24wm',
    path: '//entropy//registration',
    origin: 'derived',
  },
  device: {
    type: 'ed25519',
    secret: '0x368779f7b130478fad0482c3bf6e6c69797bbdaf7ed5e07c31c7ee1a57f2903e',
    public: '0x591f91ff585af46388bf591c8c437af985517ac3d7873c8e1622d079d4146b32',
    address: 'ed25519:591f91ff585af46388bf591c8c437af985517ac3d7873c8e1622d079d4146b32',
    origin: 'device',
  },
  imported: {
    type: 'ed25519',
    secret: '0xc39dcb5ce846a91dcb0568a64a455a8be0174d5c3ffe31db5184c725122db9cb',
    public: '0xe116c15404a9f10b9adb891dd0c6d91c66ff90048ed8ac104de9b859fd1c0ae0',
    address: 'ed25519:e116c15404a9f10b9adb891dd0c6d91c66ff90048ed8ac104de9b859fd1c0ae0',
    origin: 'imported',
  },
} as const;
