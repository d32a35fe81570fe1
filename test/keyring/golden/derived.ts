/**
 * The keys at every path that this library names: of the mnemonic `abandon … about`, of it with the passphrase `TREZOR`, and of a Skynet
 * seed of zeros. They can never change: who recovers would get other keys.
 */
export const DERIVED = {
  mnemonic: {
    programMod: {
      secret: '0x9888c84043ab907fc6e283e7201103b103ec104e738ab7559b9c08087e29b54e',
      address: 'ed25519:3c8cd0d1d317f4627e953291fb2b2596be675a6caebecaa07f51a93eba1c2175',
    },
    developer: {
      secret: '0xe5f0e369d6c3a029fccc22110d1f638c9df001b71096f202a7bd7942faf8d4d5',
      address: 'ed25519:c6814ee8253d591b62d5a4608810dc4b18445d80854098dc54e965c7f4a9bc6c',
    },
    registration: {
      secret: '0x1353bcc3fb91f08845214cc271afa4fd89dd288219129b1a9da98d78d8ed296d',
      address: 'ed25519:ee246c8f2646f4b202bcc66ee295e6988f97e1dffa2f6a05c3125103f2ddeaad',
    },
    entropyProgramMod: {
      secret: '0x005afbe92e7db77a0dffd3613b84cb8a04593919b65c69c234ad0ed232335140f3184655be35c51037fa703decd9b1f8e7e5b495271abf8e7d3f3120e3cdbfb8',
      address: '5EvaFzq4MfZqZeZSqtT8VCvjjbx13Pwhuxh8486WaU2H24wm',
    },
    entropyDeveloper: {
      secret: '0xf0a8742df12ff0a060042263478323024b29389c1b3b35ee5f2352f8820d855d7aaa13942bb875ec04a2da630ac07af4024ae3a8a639665f6d676dc883cf4598',
      address: '5D7SYcb6vSw4ihNTdYgyeEKfAoE37VoZWRDbt2dzNinSKvSX',
    },
    ethereum: {
      secret: '0x1ab42cc412b618bdea3a599e3c9bae199ebf030895b039e9db1e30dafb12b727',
      address: '0x9858EfFD232B4033E47d90003D41EC34EcaEda94',
    },
    soft: {
      secret: '0x6004e3a8ccc37b126c271aeb2e121026cd770c0d6aea3f2f1139cd3ad474932d67d8a0f0a9787d9a83e6b71409808d042f67b5ab430017502da52a835bec00d4',
      address: '5FncfQd6TSSpUMsaoMFpibpTtF8wRnrfEk8yx9HSZWvr1HQ9',
    },
  },
  passphrase: {
    programMod: {
      secret: '0x8de90522190412da36f184c091ce9b60c115e9cd0ed9845ca06ae6ed089444ac',
      address: 'ed25519:ca7b355f407ccdba561c9045bbc91e611c04aeb178f6735fbef35637841b7c0f',
    },
    developer: {
      secret: '0x3adeadc1a7c730faa9772afdd64424886866dd82ed242a5dd8642a0abce884af',
      address: 'ed25519:9dd7b521d991952d558afca24e962f96d945bc03fedec4dc519b63ff8dd1ff5a',
    },
    registration: {
      secret: '0xde72e76cd991f2d3ee74699e005e751464fc9e1ddc219271dc5d51b816842113',
      address: 'ed25519:ab7335dcb1141afaa9488d4e3017dce8ea854ccc564ee9285971aeb4c982b2cf',
    },
    entropyProgramMod: {
      secret: '0x406d03a1daa7aa3119014309285e453b55f85117244a7c2ab694dff355809142d6792efb3fe3aadf017cad60dc565c9b11a3ccc91acb7bbf95032d485c0edf35',
      address: '5DXdStHPjsqT67wYrPVFsEWeumkwTGLi1YsVPGGwh1JaqQxm',
    },
    entropyDeveloper: {
      secret: '0x30f07bc5e140a0ddcda7fcfe0b426206a60c4452e1a160270452c45b832daa6b7d857a039c76ffdffc6907f14ef2cbcbc44990dd65fbdc75acf45d3b5be53632',
      address: '5F9SvW3ac6NBxJyAzDFWXtHWQeoXDAcxDrmTfAAmYnazT3vJ',
    },
    ethereum: {
      secret: '0x62f1d86b246c81bdd8f6c166d56896a4a5e1eddbcaebe06480e5c0bc74c28224',
      address: '0x9c32F71D4DB8Fb9e1A58B0a80dF79935e7256FA6',
    },
    soft: {
      secret: '0xe09159a6181648abcd4e6f0a3d6176399a4cd8b758d0e5cefa4757ee3e35690308339bb900ee470935e5def628cd4ff98c4ef469334663bf68570341dcc59e76',
      address: '5HmQNTHwXbTJoGeozqxzxhg498AJ5SEpaHTbvk8FNzYzz9t3',
    },
  },
  skynet: {
    programMod: {
      secret: '0x4556e5b0eab9a1ab03bcfabd8431c2aa2d63ad8228f9d673ba803ad780f715f6',
      address: 'ed25519:0623fe851bdc22c31d195c32e254360d14e35966265644976d04a0a123c57cb7',
    },
    developer: {
      secret: '0x368779f7b130478fad0482c3bf6e6c69797bbdaf7ed5e07c31c7ee1a57f2903e',
      address: 'ed25519:591f91ff585af46388bf591c8c437af985517ac3d7873c8e1622d079d4146b32',
    },
    registration: {
      secret: '0xc39dcb5ce846a91dcb0568a64a455a8be0174d5c3ffe31db5184c725122db9cb',
      address: 'ed25519:e116c15404a9f10b9adb891dd0c6d91c66ff90048ed8ac104de9b859fd1c0ae0',
    },
    entropyProgramMod: {
      secret: '0x70544479791a2949fcac6862449e103a1b60ab4e22b9475416029c158546f75d3f932a89d0570a5efa73c7b481bdfcdd48e76f4eb33efadc8c4c8bdb859d4e5e',
      address: '5Fvh69mBiXwgGbsJSwGSiN4sv6HHNZrwS73xNsHjQuuYL9cG',
    },
    entropyDeveloper: {
      secret: '0x28302475d1c9cb9a79272bfc0b7761d98ffdba1ca6e0ba653a35a95515ea5279fba8ffc0263ad0fe4517803f3aa02a38fe9fec850bbf83ca257f50a5817772d9',
      address: '5H6D7px71xmJM4ajrorv4evM4YiA5KrvMmWpwKSu7Us1KddC',
    },
    ethereum: {
      secret: '0x4b1181f822037fba1332f60d1c679742e48cc320520c3e0e0d1f1bd863a3bf9e',
      address: '0x79566734D30393970ee4A983080Ad03915510b3f',
    },
    soft: {
      secret: '0xc8c54986d7716c118ad6154e8849c6b9124a736d538a1e365dafcbf67f3a087833457871ec251cd6dcc2539b2c3e5085367a0e0161717097300106eb5e61ae7e',
      address: '5E9ii3ogKZoxBtJnttmN7k6TjsxKsHEodCMcJcKv87Rp4vLw',
    },
  },
} as const;
