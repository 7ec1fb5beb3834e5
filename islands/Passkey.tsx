/** A button that signs in by a passkey, or makes one. */
import { useEffect, useState } from "preact/hooks";

/** What the page wants of it. */
export interface PasskeyProps {
  readonly act: "login" | "add";
  /** Where to go on to. */
  readonly next: string;
}

const TEXTS = {
  login: { button: "Sign in with a passkey", path: "/api/auth/passkey" },
  add: { button: "Add a passkey", path: "/api/passkeys" },
};

export default function Passkey({ act, next }: PasskeyProps) {
  const [can, setCan] = useState<boolean>();
  const [fault, setFault] = useState("");
  const { button, path } = TEXTS[act];
  useEffect(() => setCan("PublicKeyCredential" in globalThis), []);

  async function start(): Promise<void> {
    setFault("");
    try {
      const options = await post(`${path}/options`);
      const answer = act === "login" ? await show(options) : await make(options);
      await post(path, act === "login" ? { answer } : { answer, name: deviceName() });
      location.assign(next);
    } catch (error) {
      setFault(
        error instanceof DOMException
          ? "That was not done. Try again, or use another way in."
          : (error as Error).message,
      );
    }
  }

  return (
    <div class="passkey">
      <button type="button" class="button" disabled={!can} onClick={start}>{button}</button>
      <p class="field-error" role="alert" hidden={fault === ""}>{fault}</p>
      {can === false && <p class="account-hint">This browser does not know passkeys.</p>}
    </div>
  );
}

async function post(path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { "content-type": "application/json" };
  const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
  const answer = await fetch(path, { method: "POST", ...sent });
  const json = await answer.json();
  if (!answer.ok) throw new Error(json.error.message);
  return json;
}

async function show(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(
    options as PublicKeyCredentialRequestOptionsJSON,
  );
  return (await navigator.credentials.get({ publicKey }) as PublicKeyCredential).toJSON();
}

async function make(options: unknown): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(
    options as PublicKeyCredentialCreationOptionsJSON,
  );
  return (await navigator.credentials.create({ publicKey }) as PublicKeyCredential).toJSON();
}

/** What a person would call the device in a list. */
function deviceName(): string {
  return /iPhone|iPad|Android|Windows|Mac|Linux/.exec(navigator.userAgent)?.[0] ?? "A device";
}
