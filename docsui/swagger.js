// Starts Swagger UI in the page that loads this script.
"use strict";

const place = document.getElementById("swagger-ui");

const ui = SwaggerUIBundle({
  domNode: place,
  url: new URL(place.dataset.document, document.baseURI).href,
  deepLinking: true,
  supportedSubmitMethods: ["get", "put", "post", "delete", "options", "head", "patch"],
  validatorUrl: null, // otherwise a badge asks a service on the internet
  queryConfigEnabled: false, // otherwise a link to this page could name another document
  onComplete() {
    document.title = ui.specSelectors.info().get("title");
  },
});
