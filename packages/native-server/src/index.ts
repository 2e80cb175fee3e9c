export { createNativeServer, type Endpoint, type NativeServerOptions } from "./create-native-server.ts";
export { listen } from "./listen.ts";
