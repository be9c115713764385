/** A server of this machine for the tests of one `describe`, gone with all its connections after the last. */
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll } from "vitest";

export interface TestServer {
  /** Its address without a path, once the tests begin. */
  readonly root: string;
}

/** Called where the tests are described. */
export function serverOfTests(answer: RequestListener): TestServer {
  const server = createServer(answer);
  const place = { root: "" };
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    place.root = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  return place;
}
