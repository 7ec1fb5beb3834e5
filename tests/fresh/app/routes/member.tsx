import type { RouteConfig } from "fresh";
import { define } from "../utils.ts";
export const config: RouteConfig = { routeOverride: "/u/:user@:host" };
export default define.page(({ params }) => <p id="m">{params.user} at {params.host}</p>);
