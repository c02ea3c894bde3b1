// What the scripts of the UIs share.
"use strict";

// prepare gives the page its title and returns the text of the document at address with
// the whole URLs of servers. They may be relative to the document, which not every UI
// resolves as it should.
function prepare(text, address) {
  const api = JSON.parse(text);
  document.title = api.info.title;
  for (const server of api.servers || []) {
    if (!server.url.includes("{")) { // a variable may stand for the host
      server.url = new URL(server.url, address).href;
    }
  }
  return JSON.stringify(api);
}
