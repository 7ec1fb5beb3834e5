/** `GET /api/docs`: what the REST API is, for people (Swagger UI, served from here). */
import { define } from "@/define.ts";
import { asset, Head } from "fresh/runtime";

export default define.page(() => (
  <>
    <Head>
      <title>REST API · Parley</title>
      <link rel="stylesheet" href="/api/docs/swagger-ui.css" />
      <link rel="stylesheet" href={asset("/styles/api-docs.css")} />
    </Head>
    <main id="main" class="api-docs">
      <div id="swagger-ui">
        <p>
          The description itself: <a href="/api/openapi.json">/api/openapi.json</a>
        </p>
      </div>
    </main>
    <script src="/api/docs/swagger-ui-bundle.js" defer />
    <script src="/api-docs.js" defer />
  </>
));
