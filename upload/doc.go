// Package upload reads forms with files: multipart/form-data. Operations of package
// tenon use it for fields of type [File] with a tag form; for handlers of net/http
// there is [NewReader].
//
// Everything that a client sends is bounded by [Limits]. Files are kept in memory
// while they are small, then in temporary files that have no name where the
// system can do that, so that nothing is left behind however a request ends.
//
// The package derives no path from what a client calls a file, and neither should
// its users: see [File.Name].
package upload
