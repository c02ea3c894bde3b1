// What the scripts of the UIs share.
"use strict";

const place = document.getElementById("docs");
const address = new URL(chosen().dataset.document, document.baseURI).href;

// chosen returns the element that names the document: that of the version in the address of
// the page, else of the latest version, or the only one. Who chooses another version comes to
// its address.
function chosen() {
  const versions = document.getElementById("version");
  if (!versions) {
    return place;
  }
  const asked = new URLSearchParams(location.search).get("version");
  const option = [...versions.options].find((option) => option.value === asked) || versions.options[0];
  addEventListener("pageshow", () => { // also when people come back to it after they have chosen
    option.selected = true;
  });
  versions.addEventListener("change", () => {
    location.search = new URLSearchParams({ version: versions.value });
  });
  return option;
}

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
