/** A vault of version 1 as it was written once, and what is needed to open it. It must open for ever. */
export const GOLDEN = {
  password: 'correct horse battery staple',
  id: '000102030405060708090a0b0c0d0e0f',
  generation: 42n,
  payload: '{"version":1,"golden":"payload"}',
  /** Of the second method, the operating system's. */
  osKek: new Uint8Array(32).fill(9),
  vault: `{"format":"secure-registry vault","version":1,"id":"AAECAwQFBgcICQoLDA0ODw","generation":"42","methods":[{"kind":"password","kdf":"argon2id","memory":19456,"passes":2,"lanes":1,"salt":"BwcHBwcHBwcHBwcHBwcHBw","nonce":"U589rVSH0LQdbLzZx2ZK-rW0oJhDMnaS","key":"yZlenMh-cybKvgfn-5O0C3o4hQHHtIYS52MNg2XhyJsikzIX2sdPtnyeP9B5z5GN"},{"kind":"os","nonce":"1Wep2j18dybqoBlM1Oy-6yEjt9gCsytP","key":"yYZeOkVPWqlko_ELemsx-2hRFiBK2dXON0i4F0pPWNEAdMrqaLKi2rucV0XJMiIR"}],"cipher":"xchacha20poly1305","nonce":"WxSQjPt8-MdII77W4YYQ5Ozytvjrb1dw","ciphertext":"ZZ5qZF2YOupVHBfBt3BrHPL0jjFmrlvWR11JYC9TdfJxCpm6EWl8gljUDWg6sBmdomNKn0UTymu7VpPPo5yC4mipNO_oN4XSYb54uaqXou4OtjYsJEYzoYTx9eEboOUCJA9NWXfSDfDBlThpJf5dYypqWkCndGn6nO46P-pKrAg8_uvbk1AOdxYALqEOpWIklEWB5hXBVU5M8jEsCbhHlRLXY5nmDz1FSa_WrrJx-_NNfrcQ55-tqjqv7svsitNTSyqZocSGf2U09g1XYe-UcBAl3m9LPmUvnNmtBu1Km32tmH7UIJPp0S7weKQznKd_M3xgQ5d88wmG7VUS8pFjgynBHajL6klG4D9ehiGdCPY","checksum":"WGsM-4msMeEgJauSB4RXMvrNFQyOHwGbXigf_K-Pj2M"}
`,
};
