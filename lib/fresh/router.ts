/** Which route answers a path. */

/** A route that was found for a path. */
export interface Match<Route> {
  readonly pattern: string;
  readonly route: Route;
  /** The path's parameters, decoded. */
  readonly params: Record<string, string>;
}

interface Pattern<Route> {
  readonly pattern: string;
  /** What every path of it begins with. */
  readonly prefix: string;
  readonly url: URLPattern;
  readonly route: Route;
}

/** Finds what was registered for a path: literal paths first, then patterns in their order. */
export class Router<Route> {
  readonly #literal = new Map<string, { pattern: string; route: Route }>();
  readonly #patterns: Pattern<Route>[] = [];

  /** The route of that very pattern, made when there is none. */
  at(pattern: string, make: () => Route): Route {
    if (!/[:*{(]/.test(pattern)) {
      const path = trimmed(pattern);
      const entry = this.#literal.get(path) ?? { pattern, route: make() };
      this.#literal.set(path, entry);
      return entry.route;
    }
    const known = this.#patterns.find((entry) => entry.pattern === pattern);
    if (known !== undefined) return known.route;
    const route = make();
    const url = new URLPattern({ pathname: pattern });
    this.#patterns.push({ pattern, prefix: prefixOf(pattern), url, route });
    return route;
  }

  /** The route for a path. Throws a `URIError` when a parameter's escapes are broken. */
  match(pathname: string): Match<Route> | undefined {
    const literal = this.#literal.get(trimmed(pathname));
    if (literal !== undefined) return { ...literal, params: {} };
    for (const { pattern, prefix, url, route } of this.#patterns) {
      // A URLPattern takes microseconds, and most can't match already by how they begin.
      if (!pathname.startsWith(prefix)) continue;
      const groups = url.exec({ pathname })?.pathname.groups;
      if (groups === undefined) continue;
      const params: Record<string, string> = {};
      for (const [name, value] of Object.entries(groups)) {
        if (value !== undefined) params[name] = decodeURI(value);
      }
      return { pattern, route, params };
    }
  }
}

/** Without the slash before a group: `{/:a}?` and `/:a*` match where it is missing. */
function prefixOf(pattern: string): string {
  return (/^[\w/.~-]*/.exec(pattern)?.[0] ?? "").replace(/\/$/, "");
}

/** A path without the slash at its end. */
function trimmed(path: string): string {
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
