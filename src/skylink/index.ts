export { buildBaseSector, LAYOUT_BYTES, parseBaseSector, type BaseSector } from './base-sector.ts';
export { bitfieldOfSize, rangeOfBitfield } from './bitfield.ts';
export { formatMetadata, readMetadata, type FileMetadata, type SubfileMetadata } from './metadata.ts';
export { bytesOfSubtree, rangeProof, subtreesBeside, verifyRange } from './range-proof.ts';
export { formatResolverProof, linkInData, MOST_RESOLUTIONS, verifyResolverProof, type Resolution } from './resolver-proof.ts';
export { BACKUP_HEADER_BYTES, packBackup, unpackBackup } from './restore.ts';
export { LEAF_BYTES, nodeHash, SECTOR_BYTES, SECTOR_HEIGHT, sectorRange, sectorRoot, subtreeRoot, type Hash } from './sector.ts';
export { fileLink, formatSkylink, formatSkylinkBase32, packSkylink, parseSkylink, unpackSkylink, type FileLink, type ResolverLink, type Skylink } from './skylink.ts';
