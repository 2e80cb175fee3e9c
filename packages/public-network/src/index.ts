export { isLoopbackAddress, isPublicAddress } from "./addresses.ts";
export { type Asked, guardedRequest } from "./guarded-request.ts";
export { isHostListed } from "./host-list.ts";
export { type Network, publicNetwork } from "./network.ts";
export { readBytes } from "./read-bytes.ts";
