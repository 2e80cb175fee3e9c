export { isInstalled, RedisServer } from "./redis-server.ts";
