package overlay_test

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"testing"
	"testing/fstest"

	"github.com/tenonapi/tenon/services/harbor/internal/overlay"
)

func TestFilesOfOthersAreAmongThoseOfTheBase(t *testing.T) {
	other := fstest.MapFS{"1.sql": {Data: []byte("other")}}
	files := overlay.FS{
		Base:   fstest.MapFS{"1.sql": {Data: []byte("one")}, "3.sql": {Data: []byte("three")}, "x": {}},
		Others: map[string]overlay.File{"2.sql": {FS: other, Name: "1.sql"}, "3.sql": {FS: other, Name: "1.sql"}, "y": {FS: other, Name: "1.sql"}},
	}
	names, err := fs.Glob(files, "*.sql")
	if got := fmt.Sprint(names, err); got != "[1.sql 2.sql 3.sql] <nil>" {
		t.Errorf("Glob = %s", got)
	}
	for name, want := range map[string]string{"1.sql": "one", "2.sql": "other", "3.sql": "other"} {
		if text, err := fs.ReadFile(files, name); string(text) != want || err != nil {
			t.Errorf("%s = %q, %v, want %q", name, text, err, want)
		}
	}
	if _, err := files.Open("4.sql"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Open = %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := files.Glob("["); !errors.Is(err, path.ErrBadPattern) {
		t.Errorf("Glob = %v, want %v", err, path.ErrBadPattern)
	}
}
