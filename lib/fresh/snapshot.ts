/** What a build hands to the running app. */

/** A module of `routes/`. */
export interface RouteModule {
  /** Path below the routes folder, without its extension: `rooms/[id]`. */
  readonly path: string;
  readonly module: Record<string, unknown>;
}

/** A module of `islands/`. */
export interface IslandModule {
  /** URL of its browser bundle. */
  readonly url: string;
  readonly module: Record<string, unknown>;
}

/** A file that can be served. */
export interface StaticFile {
  /** Where it is on disk. */
  readonly file: string;
  readonly sha256: string;
  readonly type: string;
  /** True for bundles, whose URL changes with their content. */
  readonly immutable: boolean;
}

/** Everything that was built. */
export interface Snapshot {
  readonly buildId: string;
  readonly routes: readonly RouteModule[];
  readonly islands: readonly IslandModule[];
  /** URL of the browser's runtime. */
  readonly runtime: string;
  /** URLs of all that is shared by island bundles. */
  readonly chunks: readonly string[];
  /** URL path → file. */
  readonly files: Readonly<Record<string, StaticFile>>;
}
