import { define } from "../utils.ts";

export default define.layout(function Layout({ Component, state }) {
  return (
    <div class="layout" data-trail={state.trail?.join(",")}>
      <Component />
    </div>
  );
});
