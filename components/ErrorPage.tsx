import { Logo } from "./Logo.tsx";

const TEXTS: Record<number, [title: string, text: string]> = {
  403: ["This is not for you.", "You may not do that from here."],
  404: ["There is nothing here.", "The room may never have existed, or it is a private one."],
};
const NOT_SO: [string, string] = [
  "That doesn’t work like this.",
  "Something in the address or the form is not what belongs there.",
];
const TROUBLE: [string, string] = [
  "That went wrong.",
  "The fault is the server’s, not yours. Nothing that was acknowledged is lost.",
];

/** Says what happened, and leads home. */
export function ErrorPage({ status }: { status: number }) {
  const [title, text] = TEXTS[status] ?? (status < 500 ? NOT_SO : TROUBLE);
  return (
    <div class="home">
      <header class="home-header">
        <Logo />
      </header>
      <main id="main" class="home-hero">
        <p class="error-status">{status}</p>
        <h1>{title}</h1>
        <p>{text}</p>
        <p>
          <a class="button main" href="/">All rooms</a>
        </p>
      </main>
    </div>
  );
}
