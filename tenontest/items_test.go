package tenontest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/tenontest"
)

func TestEachItemOfAStreamIsJudgedByTheDocument(t *testing.T) {
	type line struct {
		Name string `json:"name" check:"minLength=2"`
	}
	tests := []struct {
		name  string
		lines []line
		err   error // after them
		want  string
	}{
		{name: "none"},
		{name: "all fit", lines: []line{{"ab"}, {"cd"}}},
		{name: "one does not", lines: []line{{"ab"}, {"c"}, {"d"}}, want: "item 1 of the body does not fit the document: #/name has 1 characters, want 2 or more"},
		{name: "one does not, before a cut", lines: []line{{"ab"}, {"c"}}, err: errors.New("gone"), want: "item 1 of the body"},
		{name: "cut", lines: []line{{"ab"}}, err: errors.New("gone")},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			app, err := tenon.New(tenon.Config{Title: "t", Version: "1"}, func(r *tenon.Router) {
				tenon.Get(r, "/a", func(context.Context, *struct{}) (tenon.Lines[line], error) {
					return func(yield func(line, error) bool) {
						for _, v := range tt.lines {
							yield(v, nil)
						}
						if tt.err != nil {
							yield(line{}, tt.err)
						}
					}, nil
				})
			})
			assert.NoError(t, err)
			w := &watched{TB: t}
			c := tenontest.New(w, app)
			c.ServerErrors = tt.err != nil
			c.Do("GET", "/a", "")
			c.Do("HEAD", "/a", "")
			assert.Equal(t, len(w.failures) == 0, tt.want == "", w.failures)
			assert.Contains(t, strings.Join(w.failures, "\n"), tt.want)
		})
	}
}
