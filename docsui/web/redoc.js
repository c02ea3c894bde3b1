// Starts Redoc in the page that loads this script.
"use strict";

// Redoc shows a logo from a host of its maker and has no option against it. It removes
// the image when that cannot be loaded; here it cannot be, without a request.
const local = (url) => {
  const { protocol, origin } = new URL(url, document.baseURI);
  return protocol.startsWith("http") && origin !== location.origin ? "data:," : url;
};
const image = HTMLImageElement.prototype;
const src = Object.getOwnPropertyDescriptor(image, "src");
Object.defineProperty(image, "src", {
  ...src,
  set(url) {
    src.set.call(this, local(url));
  },
});
image.setAttribute = function (name, value) {
  Element.prototype.setAttribute.call(this, name, name === "src" ? local(value) : value);
};

fetch(address)
  .then(async (response) => (response.ok ? JSON.parse(prepare(await response.text(), address)) : address))
  .catch(() => address) // then Redoc says what is wrong with it
  .then((api) => Redoc.init(api, { downloadDefinitionUrl: address }, place));
