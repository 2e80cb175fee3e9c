import type { ImageProgram, StdioServer } from "@gateway/config";
import { literal } from "./literal.ts";

/** Where the proxy, and a Node of its own, are in an image that somebody else made: the target `bundle` of its Dockerfile. */
const folder = "/opt/mcp-oauth-gateway";
const node = `${folder}/bin/node`;

/** The user that a server is in every image. */
const user = "1000:1000";

/** Asks the operator API of a proxy from within such a container. */
export const operatorInOwnImage = [node, `${folder}/ask-operator.mjs`] as const;

/** What a proxy starts there: the command, with the environment that the image gives to its programs. */
export function commandInOwnImage(command: readonly string[]): readonly string[] {
  return [`${folder}/start-server`, ...command];
}

/**
 * The parts of a server's container that depend on its image being its own: how it is made, from the image as it is, and what of the
 * image's settings must not be the proxy's. The folder that the image starts in is kept.
 */
export function ownImageParts({ name, image }: Pick<StdioServer, "name"> & { readonly image: string }) {
  return {
    image: imageOfServer(name),
    build: { context: ".", dockerfile_inline: dockerfileOf(image) },
    user,
    entrypoint: [`${folder}/server-entrypoint`, node, `${folder}/app/dist/main.js`],
    healthcheck: {
      test: ["CMD", `${folder}/health`, "/ready"],
      ...{ interval: "5s", timeout: "70s", start_period: "120s", retries: 3 },
    },
    environment: { HOST: "0.0.0.0", PORT: "3000", METRICS_HOST: "0.0.0.0", HOME: "/data/home", ALLOW_ANONYMOUS: "" },
  };
}

/**
 * The same for a server that speaks HTTP itself: nothing is put into the image but the folder of its volume, so that this is its user's.
 * A health check is the image's own.
 */
export function nativeImageParts(name: string, { image, command, env }: ImageProgram) {
  return {
    image: imageOfServer(name),
    build: { context: ".", dockerfile_inline: `FROM ${literal(image)}\n${dataFolder}\n` },
    user,
    ...(command === undefined ? {} : { entrypoint: command.map(literal) }),
    // Its user is none of the image's, and may write nowhere else; what the server is given itself goes by a file.
    ...("HOME" in env ? {} : { environment: { HOME: "/data" } }),
  };
}

/** The folder that the image starts its programs in. */
export const folderOfImage = ".";

const bundle = "${PROXY_BUNDLE_IMAGE:-mcp-oauth-gateway/proxy-bundle}";
const dataFolder = `COPY --from=${bundle} --chown=${user} /data /data`;

function imageOfServer(name: string): string {
  return `\${COMPOSE_PROJECT_NAME:-mcp-oauth-gateway}/server-${name}`;
}

/** `check` notes the image's environment, and fails where the proxy could not run. */
function dockerfileOf(image: string): string {
  return [
    `FROM ${literal(image)}`,
    "USER 0:0",
    `COPY --from=${bundle} ${folder} ${folder}`,
    dataFolder,
    `RUN ["${folder}/check"]`,
    "",
  ].join("\n");
}
