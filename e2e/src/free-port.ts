export { freePort } from "@gateway/canary";
