import { define } from "../../utils.ts";
export default define.page(({ params }) => <p id="rest">{params.path}</p>);
