// Command tenonvet reports, before a program ever runs, what Tenon would refuse when it starts.
//
//	go install github.com/tenonapi/tenon/cmd/tenonvet@latest
//	go vet -vettool=$(which tenonvet) ./...
//
// It also runs alone, as tenonvet ./..., and then lists its flags with -help. Either way it ends
// with another code than 0 if it reports anything. It does not replace the analyzers of go vet:
// run go vet alone too.
//
// # What is reported
//
// At the field, for structs that operations, providers and schema.Compile lead to, and for
// others with a check tag:
//
//   - tags that package reflect does not see: a backslash that is not doubled, a space after the
//     colon, a comma between keys, a repeated key; keys that are misspelt by one letter
//   - rules that cannot be read, are unknown, do not apply to the type, or have a value of the wrong
//     form; patterns that do not compile; bounds that no value obeys; a rule given by type and tag
//   - a default or an example that does not fit the type and the rules of the field
//   - json options that are unknown, and values of deprecated, readOnly and writeOnly
//   - sources, statuses, split and content of parameters that New refuses, and statuses of answers
//   - path:"x" where the path of the operation has no parameter x
//
// At the path of a registration: parameters without a field, braces that are no parameter. At the
// method: rules in a method Check() string, constants that a method Enum() []T leaves out. At the
// type: Check and the methods for text and JSON that it gets from an embedded type.
//
// # Bounds
//
// With the flag -bounds it also reports strings, lists and maps that have no bound of their own, in
// inputs of operations and in types given to schema.Compile and schema.As:
//
//	go vet -vettool=$(which tenonvet) -bounds ./...
//
// Enums, constants, formats and patterns that only match short texts are bounds too. Values of a
// type with a method Enum, with text methods or with rules that are not constant are not reported.
//
// # What is not
//
// Only packages that import tenon or tenon/schema are looked at, so that tags of others are left
// alone. Mistakes in a package that does not, such as a domain with methods Check and Enum, are
// reported at the fields, or the calls, that lead there.
//
// What is only known at start-up is not guessed: paths, prefixes, rules and lists that are not
// constant, routers in fields and in variables that are assigned twice, options made by other
// packages, which could read path parameters, and inputs with dependencies, which could too. The
// formats of defaults, two members of one name and the providers of dependencies are left to
// tenon.New.
//
// Enum is compared only where it returns a literal; return a variable if some constants are no
// values on purpose. Constants that are not exported are expected only in a list that has one.
package main
