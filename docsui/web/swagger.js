// Starts Swagger UI in the page that loads this script.
"use strict";

const ui = SwaggerUIBundle({
  domNode: place,
  url: address,
  deepLinking: true,
  supportedSubmitMethods: ["get", "put", "post", "delete", "options", "head", "patch"],
  validatorUrl: null, // otherwise a badge asks a service on the internet
  queryConfigEnabled: false, // otherwise a link to this page could name another document
  oauth2RedirectUrl: new URL("oauth2-redirect.html", document.currentScript.src).href,
  responseInterceptor(response) {
    if (response.ok && response.url === address) {
      response.text = prepare(response.text, address);
    }
    return response;
  },
});

ui.initOAuth({ ...JSON.parse(place.dataset.login || "{}"), usePkceWithAuthorizationCodeGrant: true });

// The page of the redirect sends what the authorization server answered. It has no
// window.opener if one of the pages between has a Cross-Origin-Opener-Policy.
const channel = new BroadcastChannel("docsui-oauth2");
channel.onmessage = ({ data: answer }) => {
  const login = window.swaggerUIRedirectOauth2;
  if (!login || answer.state !== login.state) {
    return; // another page of this origin has asked, or nobody
  }
  delete window.swaggerUIRedirectOauth2; // the state is good for one answer
  channel.postMessage({ done: answer.state });
  if (answer.code) {
    login.callback({ auth: { ...login.auth, code: answer.code }, redirectUrl: login.redirectUrl });
  } else {
    const message = [answer.error || "the authorization server sent no code", answer.error_description].filter(Boolean).join(": ");
    login.errCb({ authId: login.auth.name, source: "auth", level: "error", message });
  }
};
