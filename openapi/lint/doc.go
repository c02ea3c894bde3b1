// Package lint finds what is wrong with an OpenAPI document, and what could be better.
//
// [Check] judges documents of OpenAPI 3.0, 3.1 and 3.2, whoever wrote them, as JSON. It looks for three kinds of things.
//
//   - What single objects look like: their members, which of them are required or exclude each other, and
//     their values, by a table of the objects that the specification describes. The published
//     meta-schemas say the same; tests hold both against each other.
//   - How objects fit together, which no meta-schema can say: references, paths and their parameters, IDs
//     of operations, tags, security schemes and scopes, links, server variables, media types, and
//     examples and defaults that their schemas refuse.
//   - Advice: descriptions, errors, bounds of input, HTTPS, secrets in URLs.
//
// What the specification forbids is an [Error]; all else is a [Warning]. [Rules] lists all rules. A
// linter cannot know everything: it reads no other document, so nothing is said about references that leave this
// one. Schemas of another dialect than that of OpenAPI are left alone, and examples are not judged by
// schemas with keywords that the package does not evaluate (if, contains, patternProperties,
// unevaluatedProperties and the like).
//
// Time and memory grow with the size of the document, hostile ones included. Everything may be used
// by several goroutines at once.
//
// Source: OpenAPI Specification 3.0.4, https://spec.openapis.org/oas/v3.0.4.html, 3.1.1 and 3.2.0; JSON Schema 2020-12.
package lint
