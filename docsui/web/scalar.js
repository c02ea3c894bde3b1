// Starts Scalar in the page that loads this script.
"use strict";

Scalar.createApiReference(place, {
  url: address,
  async fetch(url, options) {
    const response = await fetch(url, options);
    if (!response.ok || response.url !== address) {
      return response;
    }
    return new Response(prepare(await response.text(), address), response);
  },
  proxyUrl: "", // otherwise requests go through a service of its maker
  telemetry: false,
  withDefaultFonts: false, // otherwise they come from a host of its maker
  agent: { disabled: true }, // is one of its maker's services, as are those below
  showDeveloperTools: "never",
  hideClientButton: true,
});
