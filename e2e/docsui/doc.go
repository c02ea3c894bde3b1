// Package docsui has no code: its tests open the pages of docsui in headless Chromium,
// in front of an application whose prefix a proxy takes away, and use them as people do.
//
// They need Chromium and npm; without these they fail where CI is set, and skip elsewhere,
// saying so. npm installs Redoc and Scalar as package-lock.json pins them, once, into the
// user's cache. That file has no dependencies of theirs, which their bundles contain: to
// raise a version, set it in package.json and in the lock, with the integrity that
// npm view NAME@VERSION dist.integrity prints.
//
// go test -artifacts keeps a picture of each page.
package docsui
