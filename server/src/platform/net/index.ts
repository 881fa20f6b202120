export { type Address, parseAddress } from './address.ts';
export { type Cidr, type CidrResult, parseCidr } from './cidr.ts';
export { type AddressEvidence, addressBucket, ClientAddress } from './client-address.ts';
