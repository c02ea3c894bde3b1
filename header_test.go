package tenon_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/tenonapi/tenon"
	"github.com/tenonapi/tenon/internal/assert"
	"github.com/tenonapi/tenon/problem"
)

var errFull = problem.New(409, "full", "It is full")

func TestHeadersOfAStageAreOnEveryAnswer(t *testing.T) {
	var do func() error
	var kept *tenon.Call
	c := newClient(t, func(r *tenon.Router) {
		tenon.Get(r, "/a", func(context.Context, *none) (item, error) { return item{}, do() },
			tenon.Errors(errFull),
			tenon.Around(func(ctx context.Context, _ *none, c *tenon.Call) error {
				kept = c
				c.SetHeader("x-left", "replaced")
				c.SetHeader("x-left", "3\r\nX-Evil: 1")
				err := c.Next(ctx)
				if err == nil {
					assert.Equal(t, c.Answer().Header.Get("X-Left"), "", "it belongs to the request, not to what is stored")
				}
				return err
			}))
	})
	for name, tt := range map[string]struct {
		do     func() error
		status int
	}{
		"value":            {func() error { return nil }, 200},
		"declared error":   {func() error { return errFull }, 409},
		"undeclared error": {func() error { return errors.New("x") }, 500},
		"panic":            {func() error { panic("x") }, 500},
	} {
		t.Run(name, func(t *testing.T) {
			do, c.ServerErrors = tt.do, tt.status == 500
			r := c.Do("GET", "/a", "")
			assert.Equal(t, r.Status, tt.status)
			assert.Equal(t, r.Header["X-Left"], []string{"3  X-Evil: 1"})
			kept.SetHeader("X-Late", "1") // of no use, and no harm
		})
	}
}

func TestHeadersOfStagesAreInTheDocument(t *testing.T) {
	type envelope struct {
		Left int `header:"X-Left" doc:"The handler's own"`
		Body item
	}
	app := newApp(t, nil, func(r *tenon.Router) {
		limited := r.Group("", tenon.DescribeHeader("X-LEFT", "What is left"), tenon.DescribeHeader("Retry-After", "When", 409, 503), tenon.Errors(errFull))
		tenon.Get(limited, "/a", ok[none, item], tenon.Describe(503, "Later"))
		tenon.Get(limited, "/b", ok[none, envelope], tenon.Describe(202, "Soon"))
		tenon.Get(r, "/c", ok[none, item], tenon.Errors(errFull))
	})
	doc := app.Document()
	headers := func(path, status string) string {
		r := doc.Paths[path].Get.Responses[status]
		if r.Ref != "" {
			r = doc.Components.Responses[r.Ref[len("#/components/responses/"):]]
		}
		text := func(name string) string {
			text := "none"
			for n, h := range r.Headers {
				if strings.EqualFold(n, name) {
					assert.Equal(t, text, "none", "it is there once")
					text = h.Description + " " + fmt.Sprint(h.Schema.Type)
				}
			}
			return text
		}
		return text("X-Left") + ", " + text("Retry-After")
	}
	assert.Equal(t, headers("/a", "200"), "What is left [string], none")
	assert.Equal(t, headers("/a", "409"), "What is left [string], When [string]")
	assert.Equal(t, headers("/a", "500"), "What is left [string], none")
	assert.Equal(t, headers("/a", "503"), "What is left [string], When [string]")
	assert.Equal(t, headers("/b", "200"), "The handler's own [integer], none")
	assert.Equal(t, headers("/b", "202"), "The handler's own [integer], none")
	assert.Equal(t, headers("/c", "409"), "none, none")
}

func TestDescribeHeaderReportsWhatIsWrongWithItsArguments(t *testing.T) {
	got := mistakes(t, func(r *tenon.Router) {
		tenon.Get(r, "/a", ok[none, item], tenon.DescribeHeader("a b", "x"), tenon.DescribeHeader("A", ""),
			tenon.Guard(func(context.Context, *none) error { return nil }, tenon.DescribeHeader("A", "x")))
	})
	assert.Equal(t, len(got), 3, got)
	assert.Contains(t, got[0], `DescribeHeader("a b", "x"): want the name of a header and a text`)
	assert.Contains(t, got[1], `DescribeHeader("A", ""): want the name of a header and a text`)
	assert.Contains(t, got[2], "option DescribeHeader says nothing about a stage")
}

type fullError struct {
	Size int `json:"size"`
}

func (fullError) Error() string { return "full" }

func TestAnErrorThatSeveralStagesDeclareIsInTheDocumentOnce(t *testing.T) {
	type size struct {
		Size int `json:"size"`
	}
	stage := func() tenon.Option {
		return tenon.Guard(func(context.Context, *none) error { return nil }, tenon.Errors(fullError{}),
			tenon.MapErrorAs(409, "full", "It is full", func(e fullError) size { return size(e) }))
	}
	app := newApp(t, nil, func(r *tenon.Router) {
		r.Use(stage())
		tenon.Get(r, "/a", ok[none, item], stage())
	})
	assert.Equal(t, app.Document().Paths["/a"].Get.Responses["409"].Ref, "#/components/responses/409.full")
	assert.Equal(t, app.Document().Components.Responses["409.full"].Description, "It is full (`full`)")
}
