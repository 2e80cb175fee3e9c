/** One configuration for the whole workspace; `pnpm test packages/store` narrows by path. */
export default {
  testEnvironment: "node",
  testEnvironmentOptions: { customExportConditions: ["@gateway/source", "node", "node-addons"] },
  testMatch: ["**/test/**/*.test.ts"],
  testTimeout: 60_000, // ms: many tests start programs, which take seconds on a busy machine, and it may stand still for some more
  testPathIgnorePatterns: ["/node_modules/", "/dist/"],
  modulePathIgnorePatterns: ["/dist/"],
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "\\.ts$": ["@swc/jest", { jsc: { parser: { syntax: "typescript" }, target: "es2023" }, module: { type: "es6" } }],
  },
};
