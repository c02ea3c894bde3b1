// Package examples_test keeps the guides true: their code is that of programs
// that compile and have tests.
package examples_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenonapi/tenon/internal/assert"
)

func TestGuidesShowCodeThatRuns(t *testing.T) {
	var programs strings.Builder
	for _, folder := range []string{".", "../adapters", "../docsui", "../services/harbor"} { // whose programs and examples run
		assert.NoError(t, filepath.WalkDir(folder, func(path string, _ fs.DirEntry, err error) error {
			if err != nil || filepath.Ext(path) != ".go" {
				return err
			}
			text, err := os.ReadFile(path)
			programs.Write(text)
			return err
		}))
	}
	guides, err := filepath.Glob("../docs/*.md")
	assert.NoError(t, err)
	count := 0
	for _, guide := range guides {
		text, err := os.ReadFile(guide)
		assert.NoError(t, err)
		parts := strings.Split(string(text), "```")
		for i := 1; i < len(parts); i += 2 {
			code, ok := strings.CutPrefix(parts[i], "go\n")
			if !ok {
				continue
			}
			count++
			for chunk := range strings.SplitSeq(code, "\n\n") {
				if !strings.Contains(programs.String(), strings.Trim(chunk, "\n")) {
					t.Errorf("%s: this code is in no program under examples, adapters, docsui or services/harbor:\n%s", guide, chunk)
				}
			}
		}
	}
	if count == 0 {
		t.Error("found no code in the guides")
	}
}
