package main

import "golang.org/x/tools/go/analysis/singlechecker"

// main speaks the protocol of go vet when it is called so, and else checks the packages in its
// arguments.
func main() { singlechecker.Main(Analyzer) }
