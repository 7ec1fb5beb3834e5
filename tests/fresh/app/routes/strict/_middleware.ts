import { csp } from "fresh";

export default csp({
  useNonce: true,
  csp: ["img-src 'self'", "frame-src 'none'"],
});
