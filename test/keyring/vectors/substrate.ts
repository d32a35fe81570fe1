/** Substrate's development phrase, and what @polkadot/keyring 14 derives of it at some paths: SS58, prefix 42. */
export const DEVELOPMENT_PHRASE = 'bottom drive obey lake curtain smoke basket hold race lonely fit walk';
export const SUBSTRATE_VECTORS: readonly { readonly path: string; readonly public: string; readonly address: string }[] = [
  { path: '', public: '0x46ebddef8cd9bb167dc30878d7113b7e168e6f0646beffd77d69d39bad76b47a', address: '5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV' },
  { path: '//Alice', public: '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d', address: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' },
  { path: '//Bob', public: '0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48', address: '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty' },
  { path: '/soft', public: '0x84aedc0aba19f398f70dbcbc94b318e1e8d4eab5854e4d8de569bc4890afa45e', address: '5F4g82upwXKNJWdotdSwkALpdNRNnuNBLQeZ6YUYBoSK3rcj' },
  { path: '//hard/soft', public: '0x881cdc4ff2029648b2f49d00cc7dd6f91d04789097502e05ab8a444911e7372a', address: '5F9Awe4TLRmnDEtqq1AWMsJFRoFPctHt5Licz4B6X5LoWV9e' },
  { path: '//0', public: '0x2afba9278e30ccf6a6ceb3a8b6e336b70068f045c666f2e7f4f9cc5f47db8972', address: '5D34dL5prEUaGNQtPPZ3yN5Y6BnkfXunKXXz6fo7ZJbLwRRH' },
  { path: '//1//2', public: '0x2cb4434bc524b744cdea061e76461417abf04bec25c353d61cc0e99775d8de38', address: '5D5KWj9iTDgT1NXqEe28T9hFgARGhjBDrvigikiknUA7xeU1' },
  { path: '/12345', public: '0xd84f985306e5b05f3da17efe3d26af6b7dbd3a2beefb1f881b5d97d292d4b619', address: '5GxKqxYoCEEQA8M32gTVtVpdA2XVKaD7vg6QfG4a1Ftf9vvF' },
  { path: '//a-very-long-junction-name-exceeding-32-bytes-for-hash', public: '0xe8230a6ba9e00a420f0e2c4ee95436821f0ef4a5fd8c051fd6bad03e1896b153', address: '5HK5Nk2UPcFQSWL2VbtiD4E9BpWTm7dGkr4Hrh7EaGNGSPdg' },
  { path: '//entropy//device-key//abc', public: '0xaeec8081af6d2509ce31630f10f0c093e30520aa948802b07e1be8021834b277', address: '5G24SkmV7j7w4omgiNqEuBWNwM3FHweXMFdRy4p9x5E1AXNT' },
];
