// Hands the answer of an authorization server, which is in the address of this page, to
// the page of the documentation that waits for it, and closes the window.
"use strict";

const answer = Object.fromEntries(new URLSearchParams(location.search));
history.replaceState(null, "", location.pathname); // a code does not belong into the history

const channel = new BroadcastChannel("docsui-oauth2"); // reaches pages of this origin only
channel.onmessage = ({ data }) => {
  if (data.done === answer.state) {
    window.close();
  }
};
channel.postMessage(answer);
