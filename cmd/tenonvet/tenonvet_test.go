package main

import (
	"testing"

	"golang.org/x/tools/go/analysis/analysistest"
)

// TestAnalyzer compares what is reported with the want comments under testdata/src, where the
// packages of Tenon are stand-ins.
func TestAnalyzer(t *testing.T) {
	analysistest.Run(t, analysistest.TestData(), Analyzer,
		"tags", "rules", "literals", "methods", "domain", "api", "foreign", "paths", "routes", "app")
}

func TestBounds(t *testing.T) {
	set := func(value string) {
		if err := Analyzer.Flags.Set(boundsFlag, value); err != nil {
			t.Fatal(err)
		}
	}
	set("true")
	defer set("false")
	analysistest.Run(t, analysistest.TestData(), Analyzer, "bounds", "notes")
}
