/**
 * The commands of W3C WebDriver that the journeys in other browsers need, over the two ways there are without a program of
 * its own in between: HTTP to a WebDriver server (WebKitGTK's), and Marionette, the TCP protocol that Firefox itself
 * answers and geckodriver translates to (https://firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
 */
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** One command's name in the two protocols; a path's `{element}` is taken from the parameters. */
const COMMANDS = {
  go: ["POST", "url", "WebDriver:Navigate"],
  runScript: ["POST", "execute/async", "WebDriver:ExecuteAsyncScript"],
  setTimeouts: ["POST", "timeouts", "WebDriver:SetTimeouts"],
  setWindow: ["POST", "window/rect", "WebDriver:SetWindowRect"],
  find: ["POST", "element", "WebDriver:FindElement"],
  click: ["POST", "element/{id}/click", "WebDriver:ElementClick"],
  type: ["POST", "element/{id}/value", "WebDriver:ElementSendKeys"],
  text: ["GET", "element/{id}/text", "WebDriver:GetElementText"],
  act: ["POST", "actions", "WebDriver:PerformActions"],
  screenshot: ["GET", "screenshot", "WebDriver:TakeScreenshot"],
} as const;

type CommandName = keyof typeof COMMANDS;
export type Parameters = Readonly<Record<string, unknown>>;

/** A session in a browser; `send` gives the command's `value`. */
export interface WebDriver {
  send(command: CommandName, parameters?: Parameters): Promise<unknown>;
  end(): Promise<void>;
}

/** A session on a WebDriver server at `address` (https://www.w3.org/TR/webdriver2/). */
export async function openOverHttp(address: string, capabilities: Parameters): Promise<WebDriver> {
  const ask = async (method: string, path: string, parameters: Parameters) => {
    const answer = await fetch(`${address}${path}`, {
      method,
      ...(method === "POST" && { body: JSON.stringify(parameters) }),
    });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new Error(`${method} ${path}: ${JSON.stringify(value).slice(0, 2000)}`);
    return value;
  };
  const { sessionId } = (await ask("POST", "/session", { capabilities: { alwaysMatch: capabilities } })) as {
    sessionId: string;
  };
  return {
    send(command, parameters = {}) {
      const [method, path] = COMMANDS[command];
      const { id, ...others } = parameters;
      return ask(method, `/session/${sessionId}/${path.replace("{id}", String(id))}`, others);
    },
    async end() {
      await ask("DELETE", `/session/${sessionId}`, {});
    },
  };
}

/** A session with the Firefox whose Marionette listens on `port`. */
export async function openOverMarionette(port: number, capabilities: Parameters): Promise<WebDriver> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  const messages = readMessages(socket);
  await messages.next();
  let count = 0;
  // One command at a time, so that the next message is its answer.
  const ask = async (name: string, parameters: Parameters) => {
    const text = JSON.stringify([0, ++count, name, parameters]);
    socket.write(`${Buffer.byteLength(text)}:${text}`);
    const answer = await messages.next();
    if (answer.done) throw new Error(`${name}: Firefox closed the connection.`);
    const [, , error, result] = answer.value as [1, number, unknown, { value?: unknown } | null];
    if (error !== null) throw new Error(`${name}: ${JSON.stringify(error).slice(0, 2000)}`);
    return result !== null && "value" in result ? result.value : result;
  };
  await ask("WebDriver:NewSession", { capabilities: { alwaysMatch: capabilities } });
  return {
    send: (command, parameters = {}) => ask(COMMANDS[command][2], parameters),
    async end() {
      await ask("Marionette:Quit", { flags: ["eForceQuit"] });
      socket.destroy();
    },
  };
}

/** Messages are JSON after their length in bytes and a colon. */
async function* readMessages(socket: Socket): AsyncGenerator<unknown, void> {
  let left = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    left = Buffer.concat([left, chunk]);
    for (let colon = left.indexOf(":"); colon >= 0; colon = left.indexOf(":")) {
      const end = colon + 1 + Number(left.subarray(0, colon).toString());
      if (left.length < end) break;
      yield JSON.parse(left.subarray(colon + 1, end).toString());
      left = left.subarray(end);
    }
  }
}
