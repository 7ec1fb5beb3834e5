import { HttpError, type PageProps } from "fresh";

export default function ErrorPage({ error }: PageProps) {
  const status = error instanceof HttpError ? error.status : 500;
  return <p class="error">failed: {String(status)} {error instanceof Error ? error.message : ""}
  </p>;
}
